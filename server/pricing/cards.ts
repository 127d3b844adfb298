/** Product cards: what catalog knows, with the price it has here and now. Pure. */
import type { ProductCard, StoreVariant } from '@hilo/contract'
import type { CardFacts, SaleVariant } from '#catalog'
import type { Prices } from './prices.ts'

/** The cheapest price of these variants, how high the others go, and whether it must be said as "from". */
export function cardPrice(variantIds: readonly string[], prices: Prices): ProductCard['price'] {
  const known = variantIds.flatMap((id) => prices.get(id) ?? [])
  const [first] = known
  if (!first) return null
  const cheapest = known.reduce((best, next) => (next.effectiveMinor < best.effectiveMinor ? next : best), first)
  const highestMinor = Math.max(...known.map(({ effectiveMinor }) => effectiveMinor))
  return { ...cheapest, highestMinor, isFrom: highestMinor > cheapest.effectiveMinor }
}

/** The card of a product. Its pictures are chosen so that the pointer shows the same colour from another side. */
export function toCard(facts: CardFacts, prices: Prices): ProductCard {
  const { id, handle, title, kind, productType, vendor, tags, createdAt, pictures, options } = facts
  const variantIds = facts.variants.map((variant) => variant.id)
  const [picture = null] = pictures
  const sameColor = pictures.find((other) => other !== picture && other.optionValue === picture?.optionValue)
  const colors = options.find(({ key }) => key === 'color')?.values ?? []
  const sizes = options.find(({ key }) => key === 'size')?.values ?? []
  return {
    id,
    handle,
    title,
    kind,
    productType,
    vendor,
    tags,
    price: cardPrice(variantIds, prices),
    picture,
    hoverPicture: sameColor ?? pictures[1] ?? null,
    colors: colors.map((color) => ({
      ...color,
      picture: pictures.find(({ optionValue }) => optionValue === color.value)?.url ?? null,
    })),
    sizes: sizes.map(({ value, label }) => ({ value, label })),
    variantIds,
    createdAt,
  }
}

/** A variant of the product page. */
export function toStoreVariant(variant: SaleVariant, prices: Prices): StoreVariant {
  const { id, sku, gtin, optionValues, optionLabels, weightGrams, stockTracked, picture } = variant
  return {
    id,
    sku,
    gtin,
    optionValues,
    optionLabels,
    price: prices.get(id) ?? null,
    weightGrams,
    stockTracked,
    picture,
  }
}
