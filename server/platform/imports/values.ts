/** Reads what people and other systems write into cells: numbers, money, dates, yes and no. Pure; null is "cannot be read". */
import type { Issue, LocalizedText } from './types.ts'

/** A row that is not taken. */
export function refusal(line: number, field: string, code: string, value: string | null, remedy: LocalizedText): Issue {
  return { line, field, severity: 'refused', code, value, remedy }
}

/** A row that is taken and worth a look. */
export function flag(line: number, field: string, code: string, value: string | null, remedy: LocalizedText): Issue {
  return { line, field, severity: 'flagged', code, value, remedy }
}

/** Lower case, without accents, spaces joined: for comparing column names and words. */
export function normalized(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim()
}

/** Digits after the point in this currency (ISO 4217, as the runtime knows it): 2 for EUR, 0 for JPY. */
export function currencyDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/**
 * Money text as whole minor units, exactly: "1.234,50", "1,234.50", "12,5 €", "-3". A single comma or point before exactly three
 * digits, after one to three others, is a thousands mark ("1.234" is one thousand two hundred and thirty-four).
 * @returns null when it is no amount, or holds more decimals than the currency has
 */
export function minorOf(text: string, currency = 'EUR'): number | null {
  const digits = currencyDigits(currency)
  const plain = decimalOf(text.replace(/[\p{Sc}\s\u00a0]|\b[A-Z]{3}\b/gu, ''))
  if (plain === null) return null
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain) ?? []
  if (whole === undefined) return null
  const kept = fraction.slice(0, digits)
  if (/[1-9]/.test(fraction.slice(digits))) return null
  const minor = Number(whole + kept.padEnd(digits, '0'))
  if (!Number.isSafeInteger(minor)) return null
  return sign === '-' && minor !== 0 ? -minor : minor
}

/** Canonical decimal text ("-1234.5") of a number written with either mark; null when it is none. */
function decimalOf(text: string): string | null {
  const point = text.lastIndexOf('.')
  const comma = text.lastIndexOf(',')
  if (point >= 0 && comma >= 0) {
    const [thousands, decimal] = point > comma ? [',', '.'] : ['.', ',']
    if (text.indexOf(decimal) !== text.lastIndexOf(decimal)) return null
    const grouped = new RegExp(`^-?\\d{1,3}(\\${thousands}\\d{3})+\\${decimal}\\d*$`)
    return grouped.test(text) ? tidy(text.replaceAll(thousands, '').replace(decimal, '.')) : null
  }
  const mark = point >= 0 ? '.' : ','
  const parts = text.split(mark)
  if (parts.length > 2) return /^-?\d{1,3}([.,]\d{3})+$/.test(text) ? tidy(parts.join('')) : null
  if (parts.length === 2 && mark === ',' && /^-?[1-9]\d{0,2},\d{3}$/.test(text)) return tidy(parts.join(''))
  if (parts.length === 2 && mark === '.' && /^-?[1-9]\d{0,2}\.\d{3}$/.test(text)) return tidy(parts.join(''))
  return tidy(parts.join('.'))
}

function tidy(text: string): string | null {
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(text)) return null
  return text.replace(/^(-?)\./, '$10.').replace(/\.$/, '')
}

/** A whole number ("1.200" is 1200, "12.0" is 12); null when it is none or not whole. */
export function wholeOf(text: string): number | null {
  const plain = decimalOf(text.replace(/[\s\u00a0]/g, ''))
  if (plain === null || !/^-?\d+(\.0*)?$/.test(plain)) return null
  const value = Number(plain)
  return Number.isSafeInteger(value) ? value + 0 : null
}

const yes = new Set(['1', 'true', 'yes', 'y', 'si', 's', 'verdadero', 'x', 'activo', 'active'])
const no = new Set(['0', 'false', 'no', 'n', 'falso', 'inactivo', 'inactive'])

/** Yes or no in the words of common exports, Spanish and English; null for anything else. */
export function booleanOf(text: string): boolean | null {
  const word = normalized(text)
  if (yes.has(word)) return true
  return no.has(word) ? false : null
}

/** A calendar day as YYYY-MM-DD from ISO, d/m/y or d-m-y; null when it is none. Months and days are checked. */
export function dateOf(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text.trim())
  const spanish = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ].*)?$/.exec(text.trim())
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : spanish ? [spanish[3], spanish[2], spanish[1]] : []
  if (year === undefined || month === undefined || day === undefined) return null
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const read = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(date) ? date : null
}

/**
 * An instant as ISO 8601 UTC. A text with zone is exact; one without is read as UTC, a bare day as its midnight.
 * @returns null when it is none
 */
export function instantOf(text: string): string | null {
  const clean = text.trim()
  const day = dateOf(clean)
  if (day === null) return null
  const time = /[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(clean)
  if (!time) return /[T ]/.test(clean) ? null : `${day}T00:00:00.000Z`
  const [, hour = '0', minute = '0', second = '0', zone = 'Z'] = time
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
  const read = new Date(`${day}T${hour.padStart(2, '0')}:${minute}:${second.padStart(2, '0')}${offset}`)
  return Number.isNaN(read.getTime()) ? null : read.toISOString()
}
