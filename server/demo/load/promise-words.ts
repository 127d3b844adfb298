import type { LocalizedText } from '@hilo/calc'
import { Temporal } from 'temporal-polyfill'
import { dayWords, fromWords, sentence } from '#inventory'
import type { DemoPlace } from '../places.ts'
import { iso } from './context.ts'

const zone = 'Europe/Madrid'

/** What was said when a pickup was promised: "Listo en Valencia, La Paz hoy desde las 17:30." */
export function pickupText(place: DemoPlace, dueMs: number, saidMs: number): LocalizedText {
  const when = fromWords(iso(dueMs), iso(saidMs), zone)
  return { es: `Listo en ${place.name} ${when.es}.`, en: `Ready at ${place.name} ${when.en}.` }
}

const dayOf = (ms: number) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate().toString()

/** Parcels of one day are promised for few days: the words are made once for each pair, because naming a weekday is slow. */
const parcelWords = new Map<string, LocalizedText>()

/** What was said of a parcel: "En tu casa, como tarde el martes 24." */
export function deliveryText(dueMs: number, saidMs: number): LocalizedText {
  const day = dayOf(dueMs)
  const key = `${dayOf(saidMs)} ${day}`
  const known = parcelWords.get(key)
  if (known) return known
  const when = dayWords(day, iso(saidMs), zone)
  const text = sentence({ es: `en tu casa, como tarde ${when.es}.`, en: `at your door by ${when.en}.` })
  parcelWords.set(key, text)
  return text
}

/** Why a past order left the place it left. */
export const planText: LocalizedText = {
  es: 'Había existencias en el lugar elegido.',
  en: 'The chosen place had the goods.',
}
