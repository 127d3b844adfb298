import type { ProductCard, StoreProduct } from '@hilo/contract'
import { cardFacts, relatedProducts, type SaleVariant, shownProduct, variantsOfProducts } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { toCard, toStoreVariant } from './cards.ts'
import { unitPricesUntil } from './prices.ts'
import type { RulePromotion } from './rules.ts'

const relatedShown = 8

/**
 * Everything a product page shows but stock, and until when it holds though nobody changes it. Five statements.
 * @throws Problem catalog.product_not_found
 */
export async function storeProduct(
  q: Queryable,
  { clock, handle, channelId }: { clock: Clock; handle: string; channelId: string },
): Promise<{ body: StoreProduct; untilMs: number }> {
  const text = await shownProduct(q, { handle, channelId })
  const [related, variants] = await q.together((one) =>
    Promise.all([
      relatedProducts(one, { productId: text.id, channelId, limit: relatedShown }),
      variantsOfProducts(one, [text.id]),
    ]),
  )
  const facts = await cardFacts(q, [text.id, ...related, ...text.members])
  const priced = [...facts.values()].flatMap(({ taxClass, variants: all }) => all.map(({ id }) => ({ id, taxClass })))
  const { prices, untilMs, rules } = await unitPricesUntil(q, { clock, channelId, variants: priced })
  const cards = (ids: readonly string[]): ProductCard[] =>
    ids.flatMap((id) => {
      const one = facts.get(id)
      return one ? [toCard(one, prices)] : []
    })
  const own = facts.get(text.id)
  if (!own) throw new Error(`product ${text.id} vanished while it was read`)
  const { promotions } = rules
  const body: StoreProduct = {
    ...toCard(own, prices),
    description: text.description,
    facts: text.facts,
    options: own.options,
    variants: variants.map((variant) => toStoreVariant(variant, prices)),
    media: own.pictures,
    collections: text.collections,
    promotions: promotionsOf(promotions, variants, channelId, clock.now()),
    related: cards(related).filter(({ price }) => price !== null),
    members: cards(text.members),
    externalUrl: text.externalUrl,
  }
  return { body, untilMs: Math.min(untilMs, nextChange(promotions, clock.now())) }
}

/** When the next promotion begins or ends. */
function nextChange(promotions: readonly RulePromotion[], at: Date): number {
  const moments = promotions.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
  const coming = moments.flatMap((moment) => (moment === null ? [] : [Date.parse(moment)]))
  return Math.min(Number.POSITIVE_INFINITY, ...coming.filter((ms) => ms > at.getTime()))
}

/**
 * Promotions that concern a product now and need no code: those of this channel and, honestly, those of others. Those without
 * conditions on products concern every product. Pure.
 */
export function promotionsOf(
  promotions: readonly RulePromotion[],
  variants: readonly SaleVariant[],
  channelId: string,
  at: Date,
): StoreProduct['promotions'] {
  const now = at.getTime()
  const runs = ({ startsAt, endsAt }: RulePromotion) =>
    (startsAt === null || Date.parse(startsAt) <= now) && (endsAt === null || now < Date.parse(endsAt))
  const concerns = ({ variantIds, productIds, collectionIds }: RulePromotion) =>
    (variantIds === null && productIds === null && collectionIds === null) ||
    variants.some(
      (variant) =>
        variantIds?.includes(variant.id) ||
        productIds?.includes(variant.productId) ||
        variant.collectionIds.some((id) => collectionIds?.includes(id)),
    )
  return promotions
    .filter((promotion) => promotion.couponCode === null && runs(promotion) && concerns(promotion))
    .map(({ id, kind, text, name, endsAt, channelIds }) => ({
      id,
      kind,
      text: text ?? name,
      endsAt,
      here: channelIds === null || channelIds.includes(channelId),
      channelIds,
    }))
}
