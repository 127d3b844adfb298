import type { ColorKey } from './colors.ts'
import type { PictureDesign } from './designs.ts'
import type { SizeRun } from './sizes.ts'

/** What is said of one product, in one language. `fit` is the cut of a garment or the measure of a thing. */
export type ProductText = {
  title: string
  summary: string
  description: string
  material: string
  fit: string
  care: string
  origin: string
}

/**
 * The Spanish IVA class. 21 %: clothes, table, bath, bed, soap, stationery (Ley 37/1992, art. 90). 10 %: food for people,
 * such as salt, honey, nuts and infusions (art. 91.Uno.1). 4 %: books (art. 91.Dos.1.2.º) and, since 2025, olive oil
 * (art. 91.Dos.1.1.º, as amended by Real Decreto-ley 4/2024).
 */
export type TaxClass = 'standard' | 'reduced' | 'super_reduced'

export const taxRateBp: Record<TaxClass, number> = { standard: 2100, reduced: 1000, super_reduced: 400 }

/** One product as the merchant writes it down; variants, codes and barcodes are derived from it. */
export type ProductSheet = {
  /** Three digits of every barcode of this product: never reused, never changed. */
  number: number
  /** Address in the shop, from the Spanish title. */
  handle: string
  /** The merchant's stem of every SKU, for example `VES-MARINA`. */
  stem: string
  collections: readonly string[]
  taxClass: TaxClass
  /** Price with IVA, in euro cents; by size code where sizes cost differently. */
  price: number | Readonly<Record<string, number>>
  /** Lowered price in per cent off; the price above stays as the prior one. */
  markdownPercent?: number
  sizes: SizeRun
  colors: readonly ColorKey[]
  /** Weight of one piece packed, in grams. */
  weightGrams: number
  /** How often it is bought beside the others: 1 rarely, 10 all the time. */
  popularity: number
  /** Days before the demo's "today" on which it first went on sale. */
  onSaleForDays: number
  design: PictureDesign
  es: ProductText
  en: ProductText
}
