/**
 * Arithmetic on integer minor units.
 *
 * One rounding rule everywhere: to the nearest unit, halves away from zero. For amounts of zero and more that is the rule of
 * Regulation (EC) 1103/97, article 5 (nearest cent, exact halves up); a negative amount is the mirror image of the positive one,
 * so that a correction undoes what it corrects. Products are formed exactly, past 2^53 in BigInt: no amount depends on floats.
 */

/** Fails unless the value is a whole number that a double holds exactly. Returns it. @throws RangeError */
export function assertInteger(value: number, name: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} must be a whole number, got ${value}`)
  return value
}

/** Fails unless the value is a whole number ≥ min. Returns it. @throws RangeError */
export function assertAtLeast(value: number, min: number, name: string): number {
  if (assertInteger(value, name) < min) throw new RangeError(`${name} must be at least ${min}, got ${value}`)
  return value
}

/** Quotient and remainder of a × b ÷ divisor for whole a, b ≥ 0 and divisor > 0; exact for any size that fits the result. */
function divideProduct(a: number, b: number, divisor: number): { quotient: number; remainder: number } {
  const product = a * b
  if (Number.isSafeInteger(product)) {
    // Several times faster than `%` on doubles, and exact: below 2^53 a quotient is never so close under a whole number that it is
    // rounded up to it.
    const quotient = Math.floor(product / divisor)
    const remainder = product - quotient * divisor
    return { quotient, remainder }
  }
  const exact = BigInt(a) * BigInt(b)
  const by = BigInt(divisor)
  return { quotient: Number(exact / by), remainder: Number(exact % by) }
}

/**
 * value × numerator ÷ denominator, rounded to the nearest whole, halves away from zero.
 * @param value any sign; numerator ≥ 0, denominator > 0
 * @throws RangeError when an argument is not whole or out of range
 */
export function mulDivRound(value: number, numerator: number, denominator: number): number {
  assertInteger(value, 'value')
  assertAtLeast(numerator, 0, 'numerator')
  assertAtLeast(denominator, 1, 'denominator')
  const { quotient, remainder } = divideProduct(Math.abs(value), numerator, denominator)
  const rounded = remainder >= denominator - remainder ? quotient + 1 : quotient
  return value < 0 && rounded !== 0 ? -rounded : rounded
}

/**
 * Splits a total in proportion to weights by largest remainder (Hamilton): every part is its exact share rounded down or up, and
 * the parts sum to the total. Equal remainders favor the earlier weight, so callers who need an answer that does not depend on
 * order must pass the weights in a canonical one. A part never exceeds its weight while |total| ≤ Σ weights.
 * All weights zero: the total is split evenly. A negative total is the mirror image of the positive one.
 * @returns one part per weight, same order
 * @throws RangeError when a weight is negative or not whole, or a nonzero total meets no weights
 */
export function allocate(total: number, weights: readonly number[]): number[] {
  assertInteger(total, 'total')
  if (total === 0) {
    for (const weight of weights) assertAtLeast(weight, 0, 'weight')
    return weights.map(() => 0)
  }
  if (weights.length === 0) throw new RangeError(`nothing to allocate ${total} to`)
  let sum = 0
  for (const weight of weights) sum += assertAtLeast(weight, 0, 'weight')
  assertInteger(sum, 'sum of weights')
  if (sum === 0) {
    return allocate(
      total,
      weights.map(() => 1),
    )
  }

  if (weights.length === 1) return [total]

  const size = Math.abs(total)
  const parts: number[] = []
  const remainders = new Float64Array(weights.length)
  let left = size
  for (let index = 0; index < weights.length; index++) {
    const { quotient, remainder } = divideProduct(size, weights[index] ?? 0, sum)
    parts.push(quotient)
    remainders[index] = remainder
    left -= quotient
  }
  if (left > 0) giveRest(parts, remainders, left)
  return total < 0 ? parts.map((part) => (part === 0 ? 0 : -part)) : parts
}

/** One more for each of the `left` largest remainders, earlier ones first among equals. */
function giveRest(parts: number[], remainders: Float64Array, left: number): void {
  const least = largest(remainders.slice(), left)
  let above = 0
  for (const remainder of remainders) if (remainder > least) above += 1
  let equals = left - above
  for (let index = 0; index < parts.length; index++) {
    const remainder = remainders[index] ?? 0
    const isGiven = remainder > least || (remainder === least && equals-- > 0)
    if (isGiven) parts[index] = (parts[index] ?? 0) + 1
  }
}

/**
 * The value that stands at this place when the values fall (1 = the largest). Hoare's selection: looks only into the part where the
 * place lies, so that sharing a discount among 200 lines does not sort them. Puts the values into another order.
 */
function largest(values: Float64Array, place: number): number {
  let from = 0
  let to = values.length - 1
  const wanted = place - 1
  while (from < to) {
    const pivot = values[(from + to) >> 1] ?? 0
    let low = from
    let high = to
    while (low <= high) {
      while ((values[low] ?? 0) > pivot) low += 1
      while ((values[high] ?? 0) < pivot) high -= 1
      if (low > high) break
      const kept = values[low] ?? 0
      values[low++] = values[high] ?? 0
      values[high--] = kept
    }
    if (wanted <= high) to = high
    else if (wanted >= low) from = low
    else return pivot
  }
  return values[from] ?? 0
}

type Formatter = { format: Intl.NumberFormat; digits: number }
const formatters = new Map<string, Formatter>()

/** Making a NumberFormat costs a thousand times more than using it, so each is made once. */
function formatter(currency: string, locale: string): Formatter {
  const key = `${locale} ${currency}`
  let found = formatters.get(key)
  if (!found) {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
    found = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
    formatters.set(key, found)
  }
  return found
}

/**
 * An amount in the reader's form: 123450 EUR is "1234,50 €" in `es`, "€1,234.50" in `en`. Knows currencies without cents.
 * @param minor whole minor units of the ISO 4217 currency
 * @throws RangeError when the amount is not whole or the currency code or locale is not well formed
 */
export function formatMoney(minor: number, currency: string, locale: string): string {
  assertInteger(minor, 'minor')
  const { format, digits } = formatter(currency, locale)
  // The quotient is the nearest double, which shows the right cent up to 2^45 euros. Adding 0 turns −0 into 0.
  return format.format(minor / 10 ** digits + 0)
}
