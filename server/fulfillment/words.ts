import type { LocalizedText } from '@hilo/contract'
import { Temporal } from 'temporal-polyfill'
import { dayWords, fromWords, sentence, timeWords } from '#inventory'
import { onceAMinute } from '#platform/once-a-minute'

/** "Llega entre el lunes 23 y el martes 24 si pides antes de las 14:00". */
export function deliveryOptionWords(dates: {
  arrivesFrom: string
  arrivesBy: string
  orderBefore: string
  now: string
  zone: string
}): LocalizedText {
  const { now, zone, arrivesFrom, arrivesBy, orderBefore } = dates
  return onceAMinute(now, `option ${arrivesFrom} ${arrivesBy} ${orderBefore} ${zone}`, () => sayOption(dates))
}

function sayOption(dates: Parameters<typeof deliveryOptionWords>[0]): LocalizedText {
  const { now, zone } = dates
  const from = dayWords(dates.arrivesFrom, now, zone)
  const by = dayWords(dates.arrivesBy, now, zone)
  const time = timeWords(dates.orderBefore, zone)
  const days =
    dates.arrivesFrom === dates.arrivesBy
      ? { es: by.es, en: by.en }
      : { es: `entre ${from.es} y ${by.es}`, en: `between ${from.en} and ${by.en}` }
  return {
    es: `Llega ${days.es} si pides antes de las ${time}.`,
    en: `Arrives ${days.en} if you order before ${time}.`,
  }
}

/** What is promised about a pickup. */
export function pickupPromise({
  shop,
  dueAt,
  now,
  zone,
}: {
  shop: string
  dueAt: string
  now: string
  zone: string
}): LocalizedText {
  const when = fromWords(dueAt, now, zone)
  return { es: `Listo en ${shop} ${when.es}.`, en: `Ready at ${shop} ${when.en}.` }
}

/** What is promised about a parcel. */
export function deliveryPromise({ dueAt, now, zone }: { dueAt: string; now: string; zone: string }): LocalizedText {
  return onceAMinute(now, `at the door ${dueAt} ${zone}`, () => {
    const day = dayWords(dayOf(dueAt, zone), now, zone)
    return sentence({ es: `en tu casa, como tarde ${day.es}.`, en: `at your door by ${day.en}.` })
  })
}

/** The calendar day of an instant in a zone, YYYY-MM-DD. */
export function dayOf(at: string, zone: string): string {
  return Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString()
}
