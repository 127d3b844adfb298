import { z } from 'zod'
import { address, currency, id, instant, language, localizedText, minor, pageQuery } from './common.ts'
import { orderPayment, tenderInput } from './payments.ts'

/** Carts, orders and returns as they cross the wire. Money in integer minor units, instants ISO 8601 UTC. */

export const deliveryKinds = ['pickup', 'delivery', 'carry_out'] as const
export type DeliveryKind = (typeof deliveryKinds)[number]
export const orderStatuses = ['draft', 'placed', 'completed', 'canceled', 'lapsed'] as const
export type OrderStatus = (typeof orderStatuses)[number]
export const paymentStatuses = ['unpaid', 'part_paid', 'paid', 'part_refunded', 'refunded'] as const
export type PaymentStatus = (typeof paymentStatuses)[number]
export const dispositions = ['restock', 'repair', 'scrap'] as const
export type Disposition = (typeof dispositions)[number]

const units = z.int().min(1).max(999)

/** A line to put into a cart: by id, or by what a scanner reads (SKU or EAN). */
export const lineInput = z.union([
  z.strictObject({ variantId: id, units: units.default(1) }),
  z.strictObject({ code: z.string().min(1).max(80), units: units.default(1) }),
])
export type LineInput = z.input<typeof lineInput>

export const contactInput = z.strictObject({
  name: z.string().max(120).default(''),
  email: z.union([z.email().max(254), z.literal('')]).default(''),
  phone: z.string().max(30).default(''),
})
export type Contact = z.output<typeof contactInput>

/** How the goods reach the customer. `optionId` names a delivery option; the first that serves the address when absent. */
export const deliveryInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pickup'), locationId: id }),
  z.strictObject({ kind: z.literal('delivery'), address, optionId: z.string().max(40).optional() }),
  z.strictObject({ kind: z.literal('carry_out'), locationId: id }),
])
export type DeliveryInput = z.input<typeof deliveryInput>
export type DeliveryChoice = z.output<typeof deliveryInput>

/** A consent given at checkout: exactly the sentence that was shown. */
export const consentInput = z.strictObject({
  purpose: z.enum(['marketing', 'profiling', 'service_followup']),
  channel: z.enum(['email', 'sms', 'whatsapp', 'phone', 'post', 'ads']),
  granted: z.boolean(),
  wording: z.string().min(1).max(1000),
  wordingVersion: z.string().min(1).max(40),
})
export type ConsentInput = z.output<typeof consentInput>

const couponCode = z.string().trim().min(1).max(40)
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

const discount = z.object({
  promotionId: z.string(),
  couponCode: z.string().nullable(),
  amountMinor: minor,
  reason: localizedText,
})

/** What can be promised of this line now. `available` counts the cart's own held units, too. */
export const lineStock = z.object({
  state: z.enum(['available', 'few', 'short', 'none', 'untracked']),
  available: z.int(),
  /** Units of this line held for this cart until then; null when nothing is held. */
  heldUntil: instant.nullable(),
})

const line = z.object({
  id: z.string(),
  variantId: z.string().nullable(),
  productId: z.string().nullable(),
  handle: z.string().nullable(),
  sku: z.string(),
  title: localizedText,
  optionValues: z.array(z.string()),
  optionLabels: z.array(localizedText),
  picture: z.string().nullable(),
  units: z.int(),
  /** Price of one unit before promotions (the markdown where there is one). */
  unitMinor: minor,
  listUnitMinor: minor,
  priorUnitMinor: minor.nullable(),
  grossMinor: minor,
  discountMinor: minor,
  totalMinor: minor,
  taxRateBp: z.int(),
  taxMinor: minor,
  discounts: z.array(discount),
  reasons: z.array(localizedText),
  gift: z.boolean(),
})

export const cartLine = line.extend({ stock: lineStock, problems: z.array(cartProblem) })
export type CartLine = z.output<typeof cartLine>

const taxGroup = z.object({ rateBp: z.int(), netMinor: minor, taxMinor: minor })

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
  /** Only in the answer that opens the cart on this device; also set as cookie `hilo_cart`. */
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

export const orderLine = line.omit({ priorUnitMinor: true }).extend({
  lineNo: z.int(),
  canceledUnits: z.int(),
  returnedUnits: z.int(),
  /** Units that may still come back. */
  returnableUnits: z.int(),
})
export type OrderLine = z.output<typeof orderLine>

export const orderFulfillment = z.object({
  id: z.string(),
  kind: z.enum(deliveryKinds),
  status: z.string(),
  locationId: z.string(),
  locationName: z.string(),
  dueAt: instant.nullable(),
  readyAt: instant.nullable(),
  holdUntil: instant.nullable(),
  pickupCode: z.string().nullable(),
  tracking: z.unknown(),
  lines: z.array(z.object({ orderLineId: z.string(), variantId: z.string(), units: z.int() })),
})
export const orderPromise = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.enum(['made', 'kept', 'broken', 'withdrawn']),
  dueAt: instant,
  text: localizedText,
  settledAt: instant.nullable(),
})

export const orderReturn = z.object({
  id: z.string(),
  number: z.string(),
  locationId: z.string(),
  reason: z.string(),
  refundMinor: minor,
  taxMinor: minor,
  refundMethod: z.enum(['original', 'cash']),
  at: instant,
  lines: z.array(
    z.object({
      orderLineId: z.string(),
      sku: z.string(),
      title: localizedText,
      units: z.int(),
      disposition: z.enum(dispositions),
      refundMinor: minor,
      taxMinor: minor,
    }),
  ),
})
export type OrderReturn = z.output<typeof orderReturn>

export const order = z.object({
  id: z.string(),
  number: z.string().nullable(),
  /** Opens `/api/store/orders/:token` and the shopper's order page. */
  token: z.string(),
  status: z.enum(orderStatuses),
  paymentStatus: z.enum(paymentStatuses),
  channelId: z.string(),
  externalRef: z.string().nullable(),
  locationId: z.string().nullable(),
  personId: z.string().nullable(),
  currency,
  taxIncluded: z.boolean(),
  language,
  contact: contactInput,
  delivery: deliveryInput.nullable(),
  lines: z.array(orderLine),
  subtotalMinor: minor,
  discountMinor: minor,
  deliveryMinor: minor,
  taxMinor: minor,
  totalMinor: minor,
  taxes: z.array(taxGroup),
  /** Σ captures, Σ refunds (booked ones included), and what is still to be paid. */
  paidMinor: minor,
  refundedMinor: minor,
  dueMinor: minor,
  couponCodes: z.array(z.string()),
  note: z.string(),
  receiptNumber: z.string().nullable(),
  payments: z.array(orderPayment),
  fulfillments: z.array(orderFulfillment),
  promises: z.array(orderPromise),
  returns: z.array(orderReturn),
  /** What the reader may do now; empty buttons are never shown. */
  actions: z.object({ cancel: z.boolean(), pay: z.boolean(), return: z.boolean() }),
  cancelReason: z.string().nullable(),
  imported: z.boolean(),
  createdAt: instant,
  placedAt: instant.nullable(),
  completedAt: instant.nullable(),
  canceledAt: instant.nullable(),
})
export type Order = z.output<typeof order>

/** `placed`: done. `payment_needed`: send the browser to `next.redirectUrl`. `checking`: the provider has not answered yet; ask `confirm` again. */
export const placeAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('placed'), order, changeMinor: minor.default(0) }),
  z.object({
    status: z.literal('payment_needed'),
    orderId: z.string(),
    orderToken: z.string(),
    next: z.object({ paymentId: z.string(), redirectUrl: z.string() }),
    heldUntil: instant,
  }),
  z.object({
    status: z.literal('checking'),
    orderId: z.string(),
    orderToken: z.string(),
    paymentId: z.string(),
    heldUntil: instant,
  }),
])
export type PlaceAnswer = z.output<typeof placeAnswer>

/** `POST /api/channel/orders`: one call of a trusted channel (or a till) brings the whole order. */
export const channelOrder = z.strictObject({
  externalRef: z.string().trim().min(1).max(120),
  lines: z.array(lineInput).min(1).max(200),
  contact: contactInput.default({ name: '', email: '', phone: '' }),
  delivery: deliveryInput,
  couponCodes: z.array(couponCode).max(10).default([]),
  language: language.default('es'),
  note: z.string().max(500).default(''),
  /** What the buyer saw and paid; refused when Hilo computes another total. Absent: Hilo's total counts. */
  expectedTotalMinor: minor.min(0).optional(),
  payment: z
    .strictObject({ method: z.literal('elsewhere').default('elsewhere'), reference: z.string().max(120).default('') })
    .default({ method: 'elsewhere', reference: '' }),
})
export type ChannelOrder = z.input<typeof channelOrder>

/** Cancels the whole order, or some units. Reason is shown to the customer. */
export const cancelOrder = z.strictObject({
  reason: z.string().trim().min(1).max(300),
  lines: z
    .array(z.strictObject({ orderLineId: id, units }))
    .min(1)
    .max(200)
    .optional(),
  refundMethod: z.enum(['original', 'cash']).default('original'),
  /** Place whose drawer pays a cash refund. */
  locationId: id.optional(),
})
export type CancelOrder = z.input<typeof cancelOrder>
/** `POST /api/store/orders/:token/cancel` */
export const cancelOwnOrder = z.strictObject({ reason: z.string().trim().max(300).default('') })

/** `POST /api/pos/orders/:id/returns` */
export const returnOrder = z.strictObject({
  locationId: id,
  reason: z.string().trim().min(1).max(300),
  refundMethod: z.enum(['original', 'cash']).default('original'),
  lines: z
    .array(z.strictObject({ orderLineId: id, units, disposition: z.enum(dispositions).default('restock') }))
    .min(1)
    .max(200),
})
export type ReturnOrder = z.input<typeof returnOrder>
/** `POST /api/pos/orders/:id/returns/preview` and the answer of both. */
export const returnQuote = z.object({
  refundMinor: minor,
  taxMinor: minor,
  currency,
  lines: z.array(z.object({ orderLineId: z.string(), units: z.int(), refundMinor: minor, taxMinor: minor })),
})
export type ReturnQuote = z.output<typeof returnQuote>

/** `GET /api/store/orders?number=&email=` finds a guest's order. */
export const findOwnOrder = z.strictObject({ number: z.string().trim().min(3).max(30), email: z.email().max(254) })

export const ordersQuery = pageQuery.extend({
  q: z.string().trim().max(120).optional(),
  status: z.enum(orderStatuses).optional(),
  payment: z.enum(paymentStatuses).optional(),
  channel: z.string().max(40).optional(),
  location: z.string().max(40).optional(),
  person: z.string().max(40).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
})
export const orderSummary = z.object({
  id: z.string(),
  number: z.string().nullable(),
  token: z.string(),
  status: z.enum(orderStatuses),
  paymentStatus: z.enum(paymentStatuses),
  channelId: z.string(),
  locationId: z.string().nullable(),
  personId: z.string().nullable(),
  name: z.string(),
  deliveryKind: z.string().nullable(),
  units: z.int(),
  totalMinor: minor,
  currency,
  receiptNumber: z.string().nullable(),
  externalRef: z.string().nullable(),
  placedAt: instant.nullable(),
})
export type OrderSummary = z.output<typeof orderSummary>

/** `GET /api/pos/orders/:id/receipt`: everything a receipt prints, numbers final. */
export const receipt = z.object({
  number: z.string(),
  orderNumber: z.string().nullable(),
  locationName: z.string(),
  address: z.string(),
  at: instant,
  staffName: z.string(),
  currency,
  lines: z.array(
    z.object({
      title: localizedText,
      sku: z.string(),
      units: z.int(),
      unitMinor: minor,
      totalMinor: minor,
      reasons: z.array(localizedText),
    }),
  ),
  deliveryMinor: minor,
  totalMinor: minor,
  taxes: z.array(taxGroup),
  tenders: z.array(
    z.object({
      method: z.string(),
      amountMinor: minor,
      tenderedMinor: minor.nullable(),
      changeMinor: minor,
      reference: z.string(),
    }),
  ),
})
export type Receipt = z.output<typeof receipt>
