import { createProductBody } from '@hilo/contract'
import { createProduct } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { newId } from '#platform/ids'
import { setPrices } from './set-prices.ts'

export type ProductWish = {
  title?: string
  titleEn?: string
  handle?: string
  description?: { es: string; en: string }
  tags?: string[]
  taxClass?: 'standard' | 'reduced' | 'super_reduced' | 'zero'
  productType?: string
  collectionIds?: string[]
  channelIds?: string[]
  colors?: { es: string; en: string }[]
  sizes?: string[]
  /** Price of every variant in minor units; null: none. */
  amountMinor?: number | null
  sku?: string
  gtin?: string
}
export type MadeProduct = { id: string; handle: string; variantIds: string[] }

let made = 0

/** A product that is on sale on web and counter: a shirt at 49.00 in one variant, unless wished otherwise. */
export async function aProduct(db: Db, clock: Clock, wish: ProductWish = {}): Promise<MadeProduct> {
  made += 1
  const handle = wish.handle ?? `camisa-${newId('prd').slice(-8).toLowerCase()}-${made}`
  const colors = (wish.colors ?? []).map((label) => ({ value: label.es.toLowerCase(), label }))
  const sizes = (wish.sizes ?? []).map((size) => ({ value: size.toLowerCase(), label: { es: size, en: size } }))
  const options = [
    ...(colors.length > 0 ? [{ name: { es: 'Color', en: 'Colour' }, values: colors }] : []),
    ...(sizes.length > 0 ? [{ name: { es: 'Talla', en: 'Size' }, values: sizes }] : []),
  ]
  const combinations = options.reduce<string[][]>(
    (all, { values }) => all.flatMap((one) => values.map(({ value }) => [...one, value])),
    [[]],
  )
  const sku = wish.sku ?? handle.toUpperCase()
  const body = createProductBody.parse({
    handle,
    status: 'active',
    title: { es: wish.title ?? 'Camisa de lino', en: wish.titleEn ?? 'Linen shirt' },
    description: wish.description ?? { es: '', en: '' },
    tags: wish.tags ?? [],
    taxClass: wish.taxClass ?? 'standard',
    productType: wish.productType ?? '',
    collectionIds: wish.collectionIds ?? [],
    channelIds: wish.channelIds ?? ['web', 'pos'],
    options,
    variants: combinations.map((optionValues, at) => ({
      sku: combinations.length === 1 ? sku : [sku, ...optionValues].join('-').toUpperCase(),
      gtin: at === 0 ? (wish.gtin ?? null) : null,
      optionValues,
    })),
  })
  const { productId, variantIds } = await db.transaction(async (tx) => {
    const product = await createProduct(tx, clock, body)
    const ids = product.variants.map(({ id }) => id)
    const amountMinor = wish.amountMinor === undefined ? 4900 : wish.amountMinor
    if (amountMinor !== null)
      await setPrices(tx, clock, { items: ids.map((variantId) => ({ variantId, amountMinor })), changedBy: 'test' })
    return { productId: product.productId, variantIds: ids }
  })
  return { id: productId, handle, variantIds }
}
