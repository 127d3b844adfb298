import type { Cart, CartLine } from '@hilo/contract'

/**
 * What of a line cannot be carried out of this shop, because its shelf does not have it: the units may be held in another shop
 * all the same. Undefined where all of it is here, or where the basket is collected or sent (then the plan brings it).
 */
export function missingHere(
  { delivery, plan }: Pick<Cart, 'delivery' | 'plan'>,
  { variantId, gift }: Pick<CartLine, 'variantId' | 'gift'>,
): { requested: number; available: number } | undefined {
  if (delivery?.kind !== 'carry_out' || plan === null || plan.feasible || gift) return undefined
  return plan.shortages.find((entry) => entry.variantId === variantId)
}

/** What must be told before this basket can be paid; undefined when nothing is missing. */
export function missingToPay(cart: Cart): 'contact' | 'delivery' | undefined {
  if (cart.problems.some(({ code }) => code === 'orders.delivery_missing' || code === 'orders.delivery_option_unknown'))
    return 'delivery'
  return cart.problems.some(({ code }) => code === 'orders.contact_missing') ? 'contact' : undefined
}
