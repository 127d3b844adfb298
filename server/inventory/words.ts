import type { LocalizedText } from '@hilo/contract'
import { Temporal } from 'temporal-polyfill'
import { onceAMinute } from '#platform/once-a-minute'

const locales = { es: 'es-ES', en: 'en-GB' } as const
const languages = ['es', 'en'] as const
type Language = (typeof languages)[number]
/** Making a formatter costs a hundred times what using it does. Days are formatted at their noon in UTC. */
const formatters = (options: Intl.DateTimeFormatOptions): Record<Language, Intl.DateTimeFormat> => ({
  es: new Intl.DateTimeFormat(locales.es, { ...options, timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat(locales.en, { ...options, timeZone: 'UTC' }),
})
const weekdays = formatters({ weekday: 'long' })
const fullDays = formatters({ weekday: 'long', day: 'numeric', month: 'long' })

/**
 * A day as a person says it, seen from now: "hoy", "mañana, sábado 21", "el lunes 23 de noviembre".
 * @param day YYYY-MM-DD in the place's zone
 */
export function dayWords(day: string, now: string, zone: string): LocalizedText {
  return onceAMinute(now, `day ${day} ${zone}`, () => sayDay(day, now, zone))
}

function sayDay(day: string, now: string, zone: string): LocalizedText {
  const date = Temporal.PlainDate.from(day)
  const today = Temporal.Instant.from(now).toZonedDateTimeISO(zone).toPlainDate()
  const noon = Date.UTC(date.year, date.month - 1, date.day, 12)
  const away = today.until(date, { largestUnit: 'days' }).days
  const [es, en] = languages.map((language) => {
    const weekday = weekdays[language].format(noon)
    if (away === 0) return language === 'es' ? 'hoy' : 'today'
    if (away === 1) return language === 'es' ? `mañana, ${weekday} ${date.day}` : `tomorrow, ${weekday} ${date.day}`
    const full = fullDays[language].format(noon)
    return language === 'es' ? `el ${full.replace(',', '')}` : full.replace(',', '')
  })
  return { es: es ?? '', en: en ?? '' }
}

/** A moment as a person says it: "hoy desde las 13:00", "from 13:00 today". */
export function fromWords(at: string, now: string, zone: string): LocalizedText {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(zone)
  const day = dayWords(local.toPlainDate().toString(), now, zone)
  const time = timeWords(at, zone)
  return { es: `${day.es} desde ${hourArticle(local.hour)} ${time}`, en: `${day.en} from ${time}` }
}

/** "13:00" in the place's zone. */
export function timeWords(at: string, zone: string): string {
  return Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' })
}

/** "Abierta hasta las 20:30", "Abre mañana, sábado 21, a las 10:00". */
export function hoursWords({
  closesAt,
  opensAt,
  now,
  zone,
}: {
  closesAt: string | null
  opensAt: string | null
  now: string
  zone: string
}): LocalizedText {
  if (closesAt !== null) {
    const time = timeWords(closesAt, zone)
    return { es: `Abierta hasta ${article(closesAt, zone)} ${time}`, en: `Open until ${time}` }
  }
  if (opensAt === null) return { es: 'Cerrada', en: 'Closed' }
  const day = dayWords(Temporal.Instant.from(opensAt).toZonedDateTimeISO(zone).toPlainDate().toString(), now, zone)
  const time = timeWords(opensAt, zone)
  return { es: `Abre ${day.es} a ${article(opensAt, zone)} ${time}`, en: `Opens ${day.en} at ${time}` }
}

/** The first letter large, for the start of a sentence. */
export function sentence(text: LocalizedText): LocalizedText {
  return { es: capitalized(text.es), en: capitalized(text.en) }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function article(at: string, zone: string): string {
  return hourArticle(Temporal.Instant.from(at).toZonedDateTimeISO(zone).hour)
}

/** "la 1:00", "las 13:00": one o'clock is singular in Spanish. */
function hourArticle(hour: number): string {
  return hour === 1 ? 'la' : 'las'
}
