/** Numbers that people read aloud, scan and file: receipts, orders, EAN-13 codes. */
import { assertAtLeast } from './money.ts'

/** Digits a counter is padded to; a larger counter simply grows longer, so sorting by number needs the parsed counter. */
const counterDigits = 6

/** Orders count in this series, so no receipt series may have its name. */
const orderSeries = 'H'

const seriesPattern = /^[A-Z][A-Z0-9]{0,7}$/
const numberPattern = /^([A-Z][A-Z0-9]{0,7})-(\d{1,15})$/

export type ReceiptNumber = {
  /** Shop and till, 1 to 8 letters and digits, letter first: "VLC1". */
  series: string
  /** Gapless from 1 within the series. */
  counter: number
}

function formatNumber(series: string, counter: number): string {
  return `${series}-${String(assertAtLeast(counter, 1, 'counter')).padStart(counterDigits, '0')}`
}

/** Forgives what people and scanners change: case, surrounding space, missing zeros. */
function parseNumber(text: string): ReceiptNumber | null {
  const match = numberPattern.exec(text.trim().toUpperCase())
  if (!match?.[1] || !match[2]) return null
  const counter = Number(match[2])
  return counter >= 1 ? { series: match[1], counter } : null
}

/**
 * A receipt number such as `VLC1-000123`.
 * @throws RangeError when the series is not 1 to 8 capital letters and digits, is `H`, or the counter is below 1
 */
export function formatReceiptNumber({ series, counter }: ReceiptNumber): string {
  if (!seriesPattern.test(series) || series === orderSeries)
    throw new RangeError(`${series} cannot be a receipt series`)
  return formatNumber(series, counter)
}

/**
 * Series and counter of a receipt number, or null when the text is none. `parse(format(x))` is x. The dash is needed: "VLC1000123"
 * does not say where the series ends.
 */
export function parseReceiptNumber(text: string): ReceiptNumber | null {
  const parsed = parseNumber(text)
  return parsed && parsed.series !== orderSeries ? parsed : null
}

/** An order number such as `H-000123`. @throws RangeError when the counter is below 1 */
export function formatOrderNumber(counter: number): string {
  return formatNumber(orderSeries, counter)
}

/** How an order number is written, for who builds it elsewhere (the database): `H-`, then at least six digits. */
export const orderNumberForm = { prefix: `${orderSeries}-`, digits: 6 } as const

/** Counter of an order number, or null when the text is none. The dash may be missing, the series being known. */
export function parseOrderNumber(text: string): number | null {
  const parsed = parseNumber(text.trim().replace(/^h(?=\d)/i, `${orderSeries}-`))
  return parsed?.series === orderSeries ? parsed.counter : null
}

/**
 * Check digit of an EAN-13 code: the digits weigh 1 and 3 in turn, the check digit lifts the sum to a multiple of ten
 * (GS1 General Specifications, section 7.9).
 * @param digits the first 12 digits
 * @throws RangeError when the text is not 12 digits
 */
export function ean13CheckDigit(digits: string): number {
  if (!/^\d{12}$/.test(digits)) throw new RangeError(`an EAN-13 code starts with 12 digits, got ${digits}`)
  let sum = 0
  for (let at = 0; at < 12; at += 1) sum += Number(digits[at]) * (at % 2 === 0 ? 1 : 3)
  return (10 - (sum % 10)) % 10
}

/** Whether a text is 13 digits with the right check digit. A 12-digit UPC-A code becomes an EAN-13 with a zero in front. */
export function isEan13(text: string): boolean {
  return /^\d{13}$/.test(text) && ean13CheckDigit(text.slice(0, 12)) === Number(text[12])
}
