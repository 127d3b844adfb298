import { formatWhen } from '@hilo/ui'

/** Where the house counts its days. */
const houseZone = 'Europe/Madrid'

/** Reads an amount as people type it: "29,90", "29.90", "1.234,50", "1,234.50". Minor units with two decimals; null: not an amount. */
export function readMoney(typed: string): number | null {
  const clean = typed.replace(/[\s€]/g, '')
  if (!/^\d[\d.,]*$/.test(clean)) return null
  const mark = Math.max(clean.lastIndexOf(','), clean.lastIndexOf('.'))
  const decimals = mark < 0 ? '' : clean.slice(mark + 1)
  const isFraction = mark >= 0 && decimals.length <= 2
  const whole = (isFraction ? clean.slice(0, mark) : clean).replace(/[.,]/g, '')
  const cents = isFraction ? decimals.padEnd(2, '0') : '00'
  const minor = Number(`${whole}${cents}`)
  return Number.isSafeInteger(minor) ? minor : null
}

/** An amount as one types it, without the currency: 2990 is "29,90". */
export function typedMoney(minor: number | null | undefined, language: 'es' | 'en'): string {
  if (minor === null || minor === undefined) return ''
  const text = `${Math.trunc(minor / 100)}.${String(Math.abs(minor % 100)).padStart(2, '0')}`
  return language === 'es' ? text.replace('.', ',') : text
}

/** Today in the house's zone, as YYYY-MM-DD. */
export function today(now: Date, zone = houseZone): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    now,
  )
}

/** A moment nearby as one says it: "hoy, 12:45", "mañana, 11:00", "ayer, 9:30"; further away with its day. */
export function nearWhen(at: string, language: 'es' | 'en', now: Date, zone = houseZone): string {
  const days = dayNumber(today(new Date(at), zone)) - dayNumber(today(now, zone))
  if (Math.abs(days) > 1) return formatWhen(at, language, 'both', zone, now)
  const near = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' }).format(days, 'day')
  return `${near}, ${formatWhen(at, language, 'time', zone, now)}`
}

/** A day of the calendar (YYYY-MM-DD) as one writes it: "1 de febrero de 1977", "1 February 1977". */
export function dayText(day: string, language: 'es' | 'en'): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day))
}

function dayNumber(day: string): number {
  return Date.parse(day) / 86_400_000
}

function localeOf(language: 'es' | 'en'): string {
  return language === 'es' ? 'es-ES' : 'en-GB'
}

/** A tax rate in the reader's form: 520 is "5,2". */
export function rateText(basisPoints: number, language: 'es' | 'en'): string {
  return new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 2 }).format(basisPoints / 100)
}

/** A share in the reader's form: 1250 is "12,5 %" or "12.5%". */
export function percentText(basisPoints: number, language: 'es' | 'en'): string {
  const format = new Intl.NumberFormat(localeOf(language), { style: 'percent', maximumFractionDigits: 2 })
  return format.format(basisPoints / 10_000)
}

/** How long ago or ahead, in the reader's words: "hace 3 h", "in 2 days". */
export function relative(at: string, language: 'es' | 'en', now: Date): string {
  const seconds = (new Date(at).getTime() - now.getTime()) / 1000
  const format = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto', style: 'short' })
  const size = Math.abs(seconds)
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute')
  if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour')
  return format.format(Math.round(seconds / 86_400), 'day')
}

/** The value of `<input type="datetime-local">` for an instant, in this browser's zone, and back. */
export function toLocalInput(at: string | null | undefined): string {
  if (!at) return ''
  const date = new Date(at)
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
export function fromLocalInput(value: string): string | null {
  return value === '' ? null : new Date(value).toISOString()
}
