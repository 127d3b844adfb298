/** One product of an import: what catalog writes, with the prices and stock that its source says beside it. */
import { type DraftCollection, handleOf, type ProductDraft } from '#catalog'
import { flag, type Issue, minorOf, refusal, type Thing, wholeOf } from '#platform/imports/index'

export type DraftPrice = {
  amountMinor: number
  markdownMinor: number | null
  markdownStartsAt?: string | null
  markdownEndsAt?: string | null
}
/** `prices` and `stock` have one entry per variant of the draft; null says nothing. */
export type ProductThing = { draft: ProductDraft; prices: (DraftPrice | null)[]; stock: (number | null)[] }
export type ProductThings = AsyncIterable<Thing<ProductThing>>

/** Same text in both languages' places: the source has one language, and Spanish is never empty. */
export const inOneLanguage = (text: string): { es: string; en: string } => ({ es: text, en: '' })

/**
 * Reads price and sale or compare-at price of a row. `from` is the price before, `to` the lowered one; either may be empty.
 * @returns null without a price; what cannot be read is flagged or refused
 */
export function priceOfCells(
  { line, currency, field, from, to }: { line: number; currency: string; field: string; from: string; to: string },
  issues: Issue[],
): DraftPrice | null {
  const read = (text: string): number | null | undefined => {
    if (text.trim() === '') return undefined
    const minor = minorOf(text, currency)
    return minor === null || minor < 0 ? null : minor
  }
  const amountMinor = read(from)
  const markdownMinor = read(to)
  if (amountMinor === null || markdownMinor === null) {
    issues.push(
      refusal(line, field, 'not_a_price', amountMinor === null ? from : to, {
        es: `No es un precio en ${currency}. Escríbelo como 12,50.`,
        en: `Not a price in ${currency}. Write it like 12.50.`,
      }),
    )
    return null
  }
  if (amountMinor === undefined)
    return markdownMinor === undefined ? null : { amountMinor: markdownMinor, markdownMinor: null }
  if (markdownMinor === undefined || markdownMinor === amountMinor) return { amountMinor, markdownMinor: null }
  if (markdownMinor < amountMinor) return { amountMinor, markdownMinor }
  issues.push(
    flag(line, field, 'sale_not_lower', to, {
      es: 'El precio rebajado no es menor que el normal; se toma sin rebaja.',
      en: 'The lowered price is not below the normal one; it is taken without markdown.',
    }),
  )
  return { amountMinor, markdownMinor: null }
}

/** A whole number of units; what is none is flagged and says nothing. */
export function unitsOf(text: string, line: number, field: string, issues: Issue[]): number | null {
  if (text.trim() === '') return null
  const units = wholeOf(text)
  if (units !== null) return units
  issues.push(
    flag(line, field, 'not_whole', text, {
      es: 'Las existencias se cuentan en unidades enteras; esta cantidad no se toma.',
      en: 'Stock is counted in whole units; this quantity is not taken.',
    }),
  )
  return null
}

/** Grams from a decimal text in kilograms ("0.25" → 250); null when it is none. */
export function gramsOf(kilograms: string): number | null {
  const match = /^(\d+)(?:[.,](\d{1,3})\d*)?$/.exec(kilograms.trim())
  return match ? Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0')) : null
}

/** The collections of a path such as `Clothing > T-shirts`, parents first; each handle is that of the whole path. */
export function collectionsOfPath(path: readonly string[]): DraftCollection[] {
  return path.map((title, at) => ({
    handle: handleOf(path.slice(0, at + 1).join(' ')),
    title: inOneLanguage(title),
    parent: at === 0 ? null : handleOf(path.slice(0, at).join(' ')),
  }))
}

/** Parts of a list in one cell, trimmed, without empty ones. `\,` is a comma inside a part, as WooCommerce writes it. */
export function partsOf(cell: string, mark = ','): string[] {
  return cell
    .split(new RegExp(`(?<!\\\\)${mark === '|' ? '\\|' : mark}`))
    .map((part) => part.replaceAll(`\\${mark}`, mark).trim())
    .filter((part) => part !== '')
}
