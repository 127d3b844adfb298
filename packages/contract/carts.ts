import { z } from 'zod'
import { currency, id, instant, language, localizedText, minor, pageQuery } from './common.ts'
import { tenderInput } from './payments.ts'
import {
  consentInput,
  contactInput,
  couponCode,
  deliveryInput,
  deliveryKinds,
  lineInput,
  orderStatuses,
  saleLine,
  taxGroup,
} from './sales.ts'

/** Carts as they cross the wire. Money in integer minor units, instants ISO 8601 UTC. */

const cartParts = {
  couponCodes: z.array(couponCode).max(10).optional(),
  contact: contactInput.optional(),
  /** null takes the choice back. */
  delivery: deliveryInput.nullable().optional(),
  consents: z.array(consentInput).max(10).optional(),
  note: z.string().max(500).optional(),
  language: language.optional(),
}

/** `POST /api/store/carts`: everything may come in one call. */
export const createCart = z.strictObject({ lines: z.array(lineInput).max(200).default([]), ...cartParts })
export type CreateCart = z.input<typeof createCart>
/** `POST /api/pos/carts`: a basket at a till. */
export const createCounterCart = createCart.extend({ locationId: id })
export type CreateCounterCart = z.input<typeof createCounterCart>
/** `PATCH /api/store/carts/current` (or `/:id`): only what is named changes. */
export const changeCart = z.strictObject(cartParts)
export type ChangeCart = z.input<typeof changeCart>
/** `PUT …/lines/:lineId`; 0 removes. */
export const setLine = z.strictObject({ units: z.int().min(0).max(999) })
/** `POST …/coupons` */
export const addCoupon = z.strictObject({ code: couponCode })

export const cartProblem = z.object({ code: z.string(), text: localizedText })
export type CartProblem = z.output<typeof cartProblem>

/** What can be promised of this line now. `available` counts the cart's own held units, too. */
export const lineStock = z.object({
  state: z.enum(['available', 'few', 'short', 'none', 'untracked']),
  available: z.int(),
  /** Units of this line held for this cart until then; null when nothing is held. */
  heldUntil: instant.nullable(),
})

export const cartLine = saleLine.extend({ stock: lineStock, problems: z.array(cartProblem) })
export type CartLine = z.output<typeof cartLine>

export const cartDeliveryOption = z.object({
  id: z.string(),
  name: localizedText,
  amountMinor: minor,
  /** Days the parcel arrives between, YYYY-MM-DD in the retailer's zone. */
  earliestOn: z.string().nullable(),
  latestOn: z.string().nullable(),
  text: localizedText,
})
export type CartDeliveryOption = z.output<typeof cartDeliveryOption>

/** `GET /api/store/carts/:id/delivery-options?postal=46001`: what sending this basket there would really cost. */
export const cartDeliveryQuery = z.strictObject({
  postal: z.string().min(3).max(12),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('ES'),
  lang: z.enum(['es', 'en']).optional(),
})
export const cartDelivery = z.object({
  items: z.array(
    cartDeliveryOption.extend({
      /** Price before promotions; `amountMinor` is what this basket pays. */
      listMinor: minor,
      /** The promotion that lowered it. */
      reason: localizedText.nullable(),
    }),
  ),
  /** From this value of goods on a parcel costs nothing; null when no such promotion runs. */
  freeFromMinor: minor.nullable(),
})
export type CartDelivery = z.output<typeof cartDelivery>

export const cartPickupPlace = z.object({
  locationId: z.string(),
  code: z.string(),
  name: z.string(),
  city: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  timeZone: z.string(),
  /** Whether every line is on the shelf there now; otherwise missing pieces are brought. */
  complete: z.boolean(),
  missingUnits: z.int(),
})
export type CartPickupPlace = z.output<typeof cartPickupPlace>

/** Where the goods come from and when, for the chosen delivery: what the shopper is told before paying. */
export const cartPlan = z.object({
  feasible: z.boolean(),
  reason: localizedText,
  groups: z.array(
    z.object({
      kind: z.enum(deliveryKinds),
      locationId: z.string(),
      dueAt: instant,
      transferFrom: z.string().nullable(),
      lineIds: z.array(z.string()),
    }),
  ),
  alternatives: z.array(z.object({ kind: z.string(), locationId: z.string(), readyAt: instant, text: localizedText })),
  shortages: z.array(z.object({ variantId: z.string(), requested: z.int(), available: z.int() })),
})
export type CartPlan = z.output<typeof cartPlan>

export const cart = z.object({
  id: z.string(),
  /** Only in the answer that opens the cart on this device; also set as cookie `hilo_cart`, over https `__Host-hilo_cart`. */
  token: z.string().optional(),
  channelId: z.string(),
  locationId: z.string().nullable(),
  status: z.enum(['open', 'placing', 'placed', 'abandoned', 'merged']),
  currency,
  taxIncluded: z.boolean(),
  language,
  version: z.int(),
  lines: z.array(cartLine),
  units: z.int(),
  coupons: z.array(
    z.object({
      code: z.string(),
      state: z.enum([
        'applied',
        'unknown',
        'not_started',
        'expired',
        'condition_not_met',
        'not_combinable',
        'other_channel',
        'used_up',
      ]),
      reason: localizedText,
    }),
  ),
  contact: contactInput,
  delivery: deliveryInput.nullable(),
  note: z.string(),
  subtotalMinor: minor,
  discountMinor: minor,
  /** null while no delivery is chosen; 0 for pickup and carry-out. */
  deliveryMinor: minor.nullable(),
  deliveryReason: localizedText.nullable(),
  taxMinor: minor,
  /** Pass this as `expectedTotalMinor` when placing. */
  totalMinor: minor,
  taxes: z.array(taxGroup),
  deliveryOptions: z.array(cartDeliveryOption),
  pickupPlaces: z.array(cartPickupPlace),
  plan: cartPlan.nullable(),
  /** Incentives this cart would earn on other channels, said honestly. */
  elsewhere: z.array(z.object({ promotionId: z.string(), channelIds: z.array(z.string()), text: localizedText })),
  problems: z.array(cartProblem),
  /** True when nothing is missing to place it. */
  ready: z.boolean(),
  /** Once placed (or being paid). */
  order: z
    .object({ id: z.string(), number: z.string().nullable(), token: z.string(), status: z.enum(orderStatuses) })
    .nullable(),
  updatedAt: instant,
})
export type Cart = z.output<typeof cart>

/** `POST …/share`: opens the same cart on another device. */
export const cartShare = z.object({
  code: z.string(),
  expiresAt: instant,
  url: z.string(),
  qr: z.string(),
  qrSvg: z.string(),
})
export type CartShare = z.output<typeof cartShare>
/** `POST /api/store/carts/open` */
export const openCart = z.strictObject({ code: z.string().trim().min(8).max(20) })
/** `POST /api/pos/carts/:id/send`: the basket goes to the customer's phone; missing fields come from the cart's contact. */
export const sendCart = z.strictObject({ email: z.email().max(254).optional(), phone: z.string().max(30).optional() })
export const sentCart = cartShare.extend({ mailedTo: z.string().nullable(), smsText: z.string() })
export type SentCart = z.output<typeof sentCart>

export const counterCartQuery = pageQuery.extend({ q: z.string().trim().max(120).optional(), location: id.optional() })
/** A cart in the counter's list, without prices. */
export const cartSummary = z.object({
  id: z.string(),
  channelId: z.string(),
  locationId: z.string().nullable(),
  name: z.string(),
  contactHint: z.string(),
  units: z.int(),
  titles: z.array(localizedText),
  updatedAt: instant,
})
export type CartSummary = z.output<typeof cartSummary>
/** `POST /api/pos/carts/:id/claim`: the till takes a web basket and holds its units there. */
export const claimCart = z.strictObject({ locationId: id })

/** `POST /api/store/carts/current/place` */
export const placeCart = z.strictObject({
  expectedTotalMinor: minor.min(0),
  contact: contactInput.optional(),
  delivery: deliveryInput.optional(),
  consents: z.array(consentInput).max(10).optional(),
  payment: z
    .strictObject({
      method: z.literal('card_online').default('card_online'),
      /** Token of the card field of the provider; without one the answer leads to the provider's page. */
      cardToken: z.string().max(200).optional(),
    })
    .default({ method: 'card_online' }),
})
export type PlaceCart = z.input<typeof placeCart>
/** `POST /api/pos/carts/:id/place`: tenders must cover the total, unless the rest is to be paid online (`restOnline`). */
export const placeCounterCart = z.strictObject({
  expectedTotalMinor: minor.min(0),
  contact: contactInput.optional(),
  delivery: deliveryInput.optional(),
  consents: z.array(consentInput).max(10).optional(),
  tenders: z.array(tenderInput).max(10).default([]),
  restOnline: z.boolean().default(false),
  /** The goods are in the customer's hands though the system knows of none: opens a named conflict. */
  acceptUnknownStock: z.boolean().default(false),
})
export type PlaceCounterCart = z.input<typeof placeCounterCart>
