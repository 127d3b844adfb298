import { z } from 'zod'
import { currency, id, instant, language, localizedText, minor, pageQuery } from './common.ts'
import { tracking } from './fulfillment.ts'
import { issuer } from './issuer.ts'
import { orderPayment } from './payments.ts'
import {
  contactInput,
  couponCode,
  deliveryInput,
  deliveryKinds,
  dispositions,
  lineInput,
  orderStatuses,
  paymentStatuses,
  saleLine,
  taxGroup,
} from './sales.ts'

/** Orders and returns as they cross the wire. Money in integer minor units, instants ISO 8601 UTC. */

const units = z.int().min(1).max(999)

export const orderLine = saleLine.omit({ priorUnitMinor: true }).extend({
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
  tracking: tracking.nullable(),
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
  /** Place whose drawer pays a cash refund; cash comes out of one, so it must be named then. */
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
  /** Placed and not paid in full: what the service follows up. */
  due: z.stringbool().optional(),
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
  issuer,
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
      /** Size, colour: what tells this piece from the others of its kind. */
      optionLabels: z.array(localizedText),
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

/** What the customer takes home after giving something back. */
export const returnReceipt = z.object({
  issuer,
  number: z.string(),
  orderNumber: z.string().nullable(),
  locationName: z.string(),
  address: z.string(),
  at: instant,
  staffName: z.string(),
  currency,
  reason: z.string(),
  lines: z.array(
    z.object({
      title: localizedText,
      optionLabels: z.array(localizedText),
      sku: z.string(),
      units: z.int(),
      refundMinor: minor,
    }),
  ),
  refundMinor: minor,
  refundMethod: z.enum(['original', 'cash']),
  /** Tax that goes back with it, by rate. */
  taxes: z.array(taxGroup),
})
export type ReturnReceipt = z.output<typeof returnReceipt>
