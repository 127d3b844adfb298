import type { ProductCard } from '@hilo/contract'

/** The picture of a card and the colour it shows; `color` null when the product has no colours with pictures. */
export type CardPicture = { url: string | null; color: string | null }

/**
 * Which colour a card shows. A colour that was filtered for comes first; otherwise each product keeps one of its own, spread
 * by its name, so that a list is not forty times the first colour of the dye house.
 */
export function pictureOf(
  product: Pick<ProductCard, 'handle' | 'colors' | 'picture'>,
  wanted: readonly string[] = [],
): CardPicture {
  const shown = product.colors.filter((color) => color.picture !== null)
  const asked = shown.find((color) => wanted.includes(color.value))
  let spread = 7
  for (const sign of product.handle) spread = (spread * 31 + (sign.codePointAt(0) ?? 0)) % 9973
  const own = asked ?? shown[spread % Math.max(1, shown.length)]
  return own ? { url: own.picture, color: own.value } : { url: product.picture?.url ?? null, color: null }
}
