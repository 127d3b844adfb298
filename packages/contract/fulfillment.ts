import { z } from 'zod'
import { address, id, instant, localizedText, page, pageQuery } from './common.ts'

export const fulfillmentKinds = ['pickup', 'delivery', 'carry_out'] as const
export const fulfillmentStatuses = [
  'waiting',
  'open',
  'picking',
  'packed',
  'ready',
  'shipped',
  'delivered',
  'handed_over',
  'canceled',
] as const
export type FulfillmentStatus = (typeof fulfillmentStatuses)[number]

/** GET /api/store/delivery-options?postal=46001&subtotal=4990 */
export const deliveryOptionsQuery = z.strictObject({
  channel: z.string().max(40).default('web'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('ES'),
  postal: z.string().min(3).max(12),
  subtotal: z.coerce.number().int().min(0).default(0),
  lang: z.enum(['es', 'en']).optional(),
})
export const deliveryOption = z.object({
  id: z.string(),
  name: localizedText,
  priceMinor: z.int(),
  currency: z.string(),
  taxClass: z.string(),
  /** First and last day of arrival, both included. */
  arrivesFrom: z.iso.date(),
  arrivesBy: z.iso.date(),
  /** Order before this instant for these dates. */
  orderBefore: instant,
  text: localizedText,
})
export type DeliveryOption = z.output<typeof deliveryOption>
export const deliveryOptionsAnswer = z.object({
  items: z.array(deliveryOption),
  /** From this value of goods on a parcel costs nothing on this channel, by a promotion; null when none runs. */
  freeFromMinor: z.int().nullable(),
})
export type DeliveryOptions = z.output<typeof deliveryOptionsAnswer>

export const sourcingLine = z.object({ lineId: z.string(), variantId: id, units: z.int(), fromLocationId: id })
export const sourcingGroup = z.object({
  kind: z.enum(fulfillmentKinds),
  /** Hands over or ships. */
  locationId: id,
  dueAt: instant,
  lines: z.array(sourcingLine),
  /** Where missing pieces come from; null: all of it is there. Several senders: the one that arrives last. */
  transferFrom: id.nullable(),
  /** Every sender and when its goods are on the shelf here; absent where nothing must be brought. */
  transfers: z.array(z.object({ fromLocationId: id, readyAt: instant })).optional(),
})
export const sourcingAlternative = z.object({
  kind: z.enum(fulfillmentKinds),
  locationId: id,
  readyAt: instant,
  text: localizedText,
})
export const sourcingPlan = z.object({
  feasible: z.boolean(),
  groups: z.array(sourcingGroup),
  reason: localizedText,
  alternatives: z.array(sourcingAlternative),
  shortages: z.array(z.object({ variantId: id, requested: z.int(), available: z.int() })),
})
export type SourcingPlan = z.output<typeof sourcingPlan>

export const promise = z.object({
  id,
  kind: z.enum(['pickup_ready', 'delivered_by', 'call_back', 'refund_by']),
  locationId: id.nullable(),
  dueAt: instant,
  status: z.enum(['made', 'kept', 'broken', 'withdrawn']),
  text: localizedText,
  madeAt: instant,
  settledAt: instant.nullable(),
  settledReason: z.string().nullable(),
})
export type PromiseBody = z.output<typeof promise>

export const fulfillmentLine = z.object({
  orderLineId: z.string(),
  variantId: id,
  sku: z.string(),
  gtin: z.string().nullable(),
  title: localizedText,
  optionLabels: z.array(localizedText),
  picture: z.string().nullable(),
  units: z.int(),
  pickedUnits: z.int(),
  shortUnits: z.int(),
})
export const tracking = z.strictObject({
  carrier: z.string().trim().min(1).max(60),
  number: z.string().trim().min(1).max(80),
  url: z.url().max(500).optional(),
})

/** One place's part of an order. The shopper's order page reads the same without the staff's fields. */
export const fulfillmentOrder = z.object({
  id,
  orderId: z.string(),
  orderNumber: z.string(),
  personId: z.string().nullable(),
  contactName: z.string(),
  kind: z.enum(fulfillmentKinds),
  status: z.enum(fulfillmentStatuses),
  locationId: id,
  locationName: z.string(),
  locationCode: z.string(),
  /** Only for the holder of the order and in the hand-over of its own shop. */
  pickupCode: z.string().nullable(),
  /** Content of the QR: HILO:P:<pickup code>. */
  qr: z.string().nullable(),
  dueAt: instant.nullable(),
  overdue: z.boolean(),
  setAsideAt: instant.nullable(),
  setAsideBin: z.string().nullable(),
  readyAt: instant.nullable(),
  holdUntil: instant.nullable(),
  /** Still to be paid before it may leave, in minor units of `currency`. */
  dueMinor: z.int(),
  currency: z.string().nullable(),
  /** Not collected in time: extend the hold or cancel the order. */
  holdExpired: z.boolean(),
  handedOverAt: instant.nullable(),
  handedOverTo: z.string().nullable(),
  shippedAt: instant.nullable(),
  deliveredAt: instant.nullable(),
  canceledAt: instant.nullable(),
  tracking: tracking.nullable(),
  reason: localizedText,
  address: address.nullable(),
  lines: z.array(fulfillmentLine),
  promises: z.array(promise),
  shortages: z.array(
    z.object({
      id,
      orderLineId: z.string(),
      units: z.int(),
      status: z.enum(['asked', 'chosen', 'settled']),
      createdAt: instant,
    }),
  ),
  /** Transfers under way that it waits for. */
  transfers: z.array(z.object({ id, fromLocationId: id, status: z.string(), expectedAt: instant })),
  createdAt: instant,
  version: z.int(),
})
export type FulfillmentOrderBody = z.output<typeof fulfillmentOrder>

/** GET /api/admin/fulfillment and GET /api/pos/pickups */
export const fulfillmentQuery = pageQuery.extend({
  location: id.optional(),
  kind: z.enum(fulfillmentKinds).optional(),
  /** `work`: everything still to be done; `collect`: ready and waiting for the customer. */
  status: z.enum([...fulfillmentStatuses, 'work', 'collect', 'all']).default('work'),
  overdue: z.stringbool().optional(),
  /** Order number, customer name, or pickup code. */
  q: z.string().max(80).optional(),
})
export const fulfillmentPage = page(fulfillmentOrder)

/** POST /api/admin/fulfillment/:id/pick: one scanned code is one unit, or `units` of an order line by hand. */
export const pickBody = z.union([
  z.strictObject({ code: z.string().trim().min(1).max(80) }),
  z.strictObject({ orderLineId: z.string().max(40), units: z.int().min(1).max(999) }),
])
/** POST …/unpick: a unit that was picked by mistake goes back to its shelf. */
export const unpickBody = pickBody
/** POST …/set-aside (pickup) → ready, the customer is told */
export const setAsideBody = z.strictObject({ bin: z.string().trim().min(1).max(40) })
/** POST …/pack (delivery) */
export const packBody = z.strictObject({})
/** POST …/ship */
export const shipBody = z.strictObject({ tracking: tracking.optional() })
export const deliveredBody = z.strictObject({})
/** POST /api/pos/pickups/hand-over: the shopper's code or the scanned QR, at this shop. */
export const handOverBody = z.strictObject({
  locationId: id,
  code: z.string().trim().min(4).max(60),
  handedOverTo: z.string().trim().max(120).default(''),
})
/** POST /api/pos/pickups/:id/hand-over: without the code, to a person whose papers were seen. */
export const handOverByNameBody = z.strictObject({ handedOverTo: z.string().trim().min(1).max(120) })
/** POST …/extend-hold */
export const extendHoldBody = z.strictObject({ days: z.int().min(1).max(30) })
/** POST …/short: units that are not where they should be. */
export const shortBody = z.strictObject({ orderLineId: z.string().max(40), units: z.int().min(1).max(999) })
export const shortageOption = z.object({
  id: z.string(),
  kind: z.enum(['other_shop', 'transfer', 'delivery', 'refund']),
  locationId: id.nullable(),
  fromLocationId: id.nullable(),
  readyAt: instant.nullable(),
  text: localizedText,
})
export type ShortageOption = z.output<typeof shortageOption>
export const shortage = z.object({
  id,
  orderId: z.string(),
  orderNumber: z.string(),
  fulfillmentOrderId: id,
  orderLineId: z.string(),
  variantId: id,
  title: localizedText,
  optionLabels: z.array(localizedText),
  locationId: id,
  locationName: z.string(),
  units: z.int(),
  status: z.enum(['asked', 'chosen', 'settled']),
  options: z.array(shortageOption),
  choice: shortageOption.nullable(),
  chosenBy: z.string().nullable(),
  createdAt: instant,
  chosenAt: instant.nullable(),
  /** Nobody answered for a day, and the question was sent again. */
  remindedAt: instant.nullable(),
})
export type ShortageBody = z.output<typeof shortage>
/** GET /api/store/shortages/:token */
export const storeShortage = shortage.omit({
  orderId: true,
  chosenBy: true,
  remindedAt: true,
  fulfillmentOrderId: true,
  orderLineId: true,
})
export type StoreShortage = z.output<typeof storeShortage>
/**
 * POST /api/store/shortages/:token and POST /api/admin/shortages/:id/choose. A delivery needs the address when the order has
 * none.
 */
export const chooseShortageBody = z.strictObject({ optionId: z.string().max(60), address: address.optional() })
export const shortageQuery = pageQuery.extend({
  location: id.optional(),
  status: z.enum(['asked', 'chosen', 'settled']).optional(),
  /** Asked a day ago or longer, without an answer: somebody should call. */
  unanswered: z.stringbool().optional(),
})
export const shortagePage = page(shortage)
