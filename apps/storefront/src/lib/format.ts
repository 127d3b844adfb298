import type { Lang } from './links.ts'

const locales = { es: 'es-ES', en: 'en-GB' } as const
/** Promises are told in the retailer's time. */
export const shopZone = 'Europe/Madrid'

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()
function once<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  let format = formats.get(key) as T | undefined
  if (!format) formats.set(key, (format = make()))
  return format
}

/** Minor units as the reader writes them: 11900 → "119,00 €" or "€119.00". */
export function money(minor: number, lang: Lang, currency = 'EUR'): string {
  return once(
    `money ${lang} ${currency}`,
    () => new Intl.NumberFormat(locales[lang], { style: 'currency', currency }),
  ).format(minor / 100)
}

/** Basis points as a percentage: 2100 → "21 %". */
export function percent(basisPoints: number, lang: Lang): string {
  return once(
    `percent ${lang}`,
    () => new Intl.NumberFormat(locales[lang], { style: 'percent', maximumFractionDigits: 1 }),
  ).format(basisPoints / 10_000)
}

/** Kilometres: below ten with one decimal. */
export function kilometers(value: number, lang: Lang): string {
  const digits = value < 10 ? 1 : 0
  return once(
    `km ${lang} ${digits}`,
    () => new Intl.NumberFormat(locales[lang], { style: 'unit', unit: 'kilometer', maximumFractionDigits: digits }),
  ).format(value)
}

function date(lang: Lang, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return once(`${name} ${lang}`, () => new Intl.DateTimeFormat(locales[lang], options))
}

/** A Spanish number as it is read aloud: "+34960555011" → "960 555 011"; others stay as they are. */
export function phone(number: string): string {
  const own = /^\+34(\d{3})(\d{3})(\d{3})$/.exec(number.replaceAll(' ', ''))
  return own ? own.slice(1).join(' ') : number
}

/** YYYY-MM-DD of an instant in the shop's zone. */
export function dayOf(at: Date, zone = shopZone): string {
  return once(`day ${zone}`, () => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })).format(at)
}

/** "20:30" in the shop's zone. */
export function timeOf(instant: string, lang: Lang, zone = shopZone): string {
  return date(lang, `time ${zone}`, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(instant))
}

/** "martes, 24 de noviembre" of an instant. */
export function longDay(instant: string, lang: Lang): string {
  return date(lang, 'long', { weekday: 'long', day: 'numeric', month: 'long', timeZone: shopZone }).format(
    new Date(instant),
  )
}

/** "24 nov 2026" of an instant. */
export function shortDate(instant: string, lang: Lang): string {
  return date(lang, 'short', { day: 'numeric', month: 'short', year: 'numeric', timeZone: shopZone }).format(
    new Date(instant),
  )
}

const near = { es: ['hoy', 'mañana', 'ayer'], en: ['today', 'tomorrow', 'yesterday'] } as const

/** "ayer", "hoy", "mañana, martes 24", "viernes 27": the day of an instant as one says it. */
export function spokenDay(instant: string, now: Date, lang: Lang): string {
  const days = Math.round((Date.parse(dayOf(new Date(instant))) - Date.parse(dayOf(now))) / 86_400_000)
  if (days === 0) return near[lang][0]
  const named = date(lang, 'spoken', { weekday: 'long', day: 'numeric', timeZone: shopZone }).format(new Date(instant))
  if (days === -1) return near[lang][2]
  if (days === 1) return `${near[lang][1]}, ${named.replace(',', '')}`
  if (days > 1 && days < 8) return named.replace(',', '')
  return date(lang, 'spoken far', { weekday: 'long', day: 'numeric', month: 'long', timeZone: shopZone }).format(
    new Date(instant),
  )
}

/** "hoy, 17:40": day and time as one says them. */
export function spokenMoment(instant: string, now: Date, lang: Lang): string {
  return `${spokenDay(instant, now, lang)}, ${timeOf(instant, lang)}`
}
