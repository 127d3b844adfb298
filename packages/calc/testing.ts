/** Factories for tests: each builds a valid thing from nothing and takes overrides. */
import type { CartLineInput, PriceCartInput, Promotion } from './types.ts'

/** One unit of a thing for 10,00 with 21 % tax. The variant and product follow the id unless given. */
export function aLine(overrides: Partial<CartLineInput> = {}): CartLineInput {
  const id = overrides.id ?? 'line'
  return {
    id,
    variantId: `var_${id}`,
    productId: `prd_${id}`,
    collectionIds: [],
    units: 1,
    listUnitMinor: 1000,
    taxRateBp: 2100,
    ...overrides,
  }
}

/** 10 % off everything, everywhere, always, without code, beside other combinable promotions. */
export function aPromotion(overrides: Partial<Promotion> = {}): Promotion {
  return {
    id: 'prm',
    name: { es: 'Diez por ciento', en: 'Ten percent' },
    kind: 'percentage',
    valueBp: 1000,
    channelIds: null,
    owner: null,
    text: null,
    couponCode: null,
    couponUsesLeft: null,
    startsAt: null,
    endsAt: null,
    minSubtotalMinor: null,
    minUnits: null,
    variantIds: null,
    productIds: null,
    collectionIds: null,
    combinable: true,
    priority: 0,
    ...overrides,
  }
}

/** A web cart in EUR with tax in the prices, one line, no promotion, no delivery. */
export function aCart(overrides: Partial<PriceCartInput> = {}): PriceCartInput {
  return {
    currency: 'EUR',
    taxIncluded: true,
    at: '2026-11-23T10:00:00Z',
    channelId: 'web',
    lines: [aLine()],
    promotions: [],
    couponCodes: [],
    delivery: null,
    ...overrides,
  }
}
