/**
 * Lines that cannot be told apart by price are priced as one bundle, and bundles stand in an order of their own.
 *
 * This is what makes a basket cost the same however it came to be: two lines of one unit equal one line of two, line ids and line
 * order (which differ between web, till and agent) decide nothing but which of several equal lines shows an odd cent.
 */
import { assertAtLeast } from './money.ts'
import type { CartLineInput } from './types.ts'

export type Bundle = {
  variantId: string
  productId: string
  collectionIds: string[]
  units: number
  /** units × price of one unit before promotions. */
  grossMinor: number
  taxRateBp: number
  /** The lines in the bundle, by rising id. */
  lines: CartLineInput[]
}

/** Price of one unit before promotions: the markdown where it is below the list price. */
export function unitPrice(line: CartLineInput): number {
  const { listUnitMinor, markdownUnitMinor } = line
  return markdownUnitMinor === undefined ? listUnitMinor : Math.min(markdownUnitMinor, listUnitMinor)
}

/** Text order by code unit, the same on every machine and in every language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Groups paid lines into bundles in canonical order. Gift lines are left out.
 * @throws RangeError when two lines share an id or a line carries an impossible number
 */
export function bundleLines(lines: readonly CartLineInput[]): Bundle[] {
  return bundleApart(lines) ?? bundleAlike(lines)
}

/**
 * The usual basket: each variant on one line, ids that JSON writes as they are. Then every line is a bundle of its own, and the variant
 * alone decides the order: in a bundle's key a quotation mark ends it, which stands before every character of such an id.
 */
function bundleApart(lines: readonly CartLineInput[]): Bundle[] | undefined {
  const seen = new Set<string>()
  const bundles = new Map<string, Bundle>()
  for (const line of lines) {
    const { variantId, productId, collectionIds, units, taxRateBp } = line
    if (seen.has(line.id) || bundles.has(variantId) || !plain.test(variantId)) return undefined
    seen.add(line.id)
    checkLine(line)
    if (line.isGift) continue
    const grossMinor = units * unitPrice(line)
    bundles.set(variantId, { variantId, productId, collectionIds, units, grossMinor, taxRateBp, lines: [line] })
  }
  return [...bundles.keys()].sort().flatMap((variantId) => bundles.get(variantId) ?? [])
}

function bundleAlike(lines: readonly CartLineInput[]): Bundle[] {
  const seen = new Set<string>()
  const bundles = new Map<string, Bundle>()
  for (const line of lines) {
    if (seen.has(line.id)) throw new RangeError(`two cart lines share the id ${line.id}`)
    seen.add(line.id)
    checkLine(line)
    if (line.isGift) continue
    const key = bundleKey(line)
    const grossMinor = line.units * unitPrice(line)
    const bundle = bundles.get(key)
    if (bundle) {
      bundle.units += line.units
      bundle.grossMinor += grossMinor
      bundle.lines.push(line)
    } else {
      const { variantId, productId, collectionIds, units, taxRateBp } = line
      bundles.set(key, { variantId, productId, collectionIds, units, grossMinor, taxRateBp, lines: [line] })
    }
  }
  const sorted = [...bundles].sort(([a], [b]) => compareText(a, b)).map(([, bundle]) => bundle)
  for (const bundle of sorted) bundle.lines.sort((a, b) => compareText(a.id, b.id))
  return sorted
}

function checkLine(line: CartLineInput): void {
  assertAtLeast(line.units, 1, `units of line ${line.id}`)
  assertAtLeast(line.listUnitMinor, 0, `listUnitMinor of line ${line.id}`)
  assertAtLeast(line.taxRateBp, 0, `taxRateBp of line ${line.id}`)
  if (line.markdownUnitMinor !== undefined) {
    assertAtLeast(line.markdownUnitMinor, 0, `markdownUnitMinor of line ${line.id}`)
  }
  assertAtLeast(line.units * line.listUnitMinor, 0, `amount of line ${line.id}`)
}

/** Ids that JSON writes as they are. */
const plain = /^[\w:-]*$/

/**
 * Everything a promotion or a tax can tell lines apart by, as JSON; variant first, so that a variant's bundles are neighbors. Written by
 * hand where nothing needs escaping: a cart of two hundred lines asks for it two hundred times.
 */
function bundleKey(line: CartLineInput): string {
  const { variantId, productId, taxRateBp, collectionIds } = line
  const collections = collectionIds.length > 1 ? [...collectionIds].sort(compareText) : collectionIds
  const unitMinor = unitPrice(line)
  if (!plain.test(variantId) || !plain.test(productId) || !collections.every((id) => plain.test(id)))
    return JSON.stringify([variantId, productId, unitMinor, taxRateBp, collections])
  const listed = collections.length === 0 ? '' : `"${collections.join('","')}"`
  return `["${variantId}","${productId}",${unitMinor},${taxRateBp},[${listed}]]`
}
