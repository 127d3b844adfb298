import { ean13CheckDigit, type LocalizedText } from '@hilo/calc'
import { accessories } from './accessories.ts'
import { bath } from './bath.ts'
import { bed } from './bed.ts'
import { newForDays } from './collections.ts'
import { type ColorKey, houseColors } from './colors.ts'
import type { PictureDesign } from './designs.ts'
import { menOuter } from './men-outer.ts'
import { menTops } from './men-tops.ts'
import { pantry } from './pantry.ts'
import { tableLinen } from './table.ts'
import { tableware } from './tableware.ts'
import type { ProductSheet, ProductText, TaxClass } from './types.ts'
import { womenDresses } from './women-dresses.ts'
import { womenOuter } from './women-outer.ts'
import { womenTops } from './women-tops.ts'

/** One thing that can be sold: a product in one size and, where it has colours, one colour. Money in euro cents with IVA. */
export type DemoVariant = {
  sku: string
  /** EAN-13, thirteen digits. */
  gtin: string
  color: ColorKey | null
  sizeCode: string
  /** The choices as the page shows them, colour first; empty where there is nothing to choose. */
  options: { name: LocalizedText; value: LocalizedText }[]
  priceMinor: number
  /** What it cost before the markdown (lowest price of the 30 days before it), or null when it is not lowered. */
  priorPriceMinor: number | null
  weightGrams: number
  /** Expected share of the product's sales, beside its sisters. */
  demand: number
}

/** One product with its variants. */
export type DemoProduct = {
  number: number
  handle: string
  stem: string
  es: ProductText
  en: ProductText
  collections: string[]
  taxClass: TaxClass
  markdownPercent: number | null
  onSaleForDays: number
  popularity: number
  design: PictureDesign
  /** Colours in page order; empty for goods that come as they are. */
  colors: ColorKey[]
  variants: DemoVariant[]
}

const sheets: ProductSheet[] = [
  ...womenDresses,
  ...womenTops,
  ...womenOuter,
  ...menTops,
  ...menOuter,
  ...accessories,
  ...tableLinen,
  ...tableware,
  ...bath,
  ...bed,
  ...pantry,
]

const colorOption: LocalizedText = { es: 'Color', en: 'Colour' }

/** The company's own range under the Spanish GS1 prefix 84, the product's number, the variant's place, the check digit. */
function gtinOf(productNumber: number, index: number): string {
  const digits = `8437026${String(productNumber)}${String(index).padStart(2, '0')}`
  return `${digits}${ean13CheckDigit(digits)}`
}

/** Colours sell unevenly too: the first named sells best, each next one a fifth less. */
const colorDemand = (index: number) => 0.8 ** index

function variantsOf(sheet: ProductSheet): DemoVariant[] {
  const colors: (ColorKey | null)[] = sheet.colors.length > 0 ? [...sheet.colors] : [null]
  return colors.flatMap((color, colorIndex) =>
    sheet.sizes.sizes.map((size, sizeIndex) => {
      const list = typeof sheet.price === 'number' ? sheet.price : sheet.price[size.code]
      if (list === undefined) throw new Error(`${sheet.stem}: no price for size ${size.code}`)
      const index = colorIndex * sheet.sizes.sizes.length + sizeIndex
      const chosen = color === null ? [] : [{ name: colorOption, value: houseColors[color].name }]
      const sized = sheet.sizes.sizes.length > 1 ? [{ name: sheet.sizes.option, value: size.label }] : []
      const code = [sheet.stem, color && houseColors[color].code, sized.length > 0 && size.code]
      return {
        sku: code.filter(Boolean).join('-'),
        gtin: gtinOf(sheet.number, index),
        color,
        sizeCode: size.code,
        options: [...chosen, ...sized],
        priceMinor: lowered(list, sheet.markdownPercent ?? 0),
        priorPriceMinor: sheet.markdownPercent ? list : null,
        weightGrams: sheet.weightGrams,
        demand: size.demand * colorDemand(colorIndex),
      }
    }),
  )
}

/** A lowered price, rounded to the ten cents below: 69.00 € less 30 % is 48.30 €. */
function lowered(listMinor: number, percent: number): number {
  return percent === 0 ? listMinor : Math.floor((listMinor * (100 - percent)) / 1000) * 10
}

function productOf(sheet: ProductSheet): DemoProduct {
  const { sizes: _sizes, price: _price, weightGrams: _weight, markdownPercent, ...kept } = sheet
  const byRule = [...(sheet.onSaleForDays <= newForDays ? ['novedades'] : []), ...(markdownPercent ? ['rebajas'] : [])]
  return {
    ...kept,
    colors: [...sheet.colors],
    collections: [...new Set([...sheet.collections, ...byRule])],
    markdownPercent: markdownPercent ?? null,
    variants: variantsOf(sheet),
  }
}

/** All products of Lino y Sal with their variants, always the same and in the same order. */
export function demoProducts(): DemoProduct[] {
  return sheets.map(productOf)
}

export { collections } from './collections.ts'
