import { z } from 'zod'
import { id, instant, language, localizedText, page, pageQuery } from './common.ts'

/** Intervals of one day in the place's own time: `[["10:00", "14:00"], ["17:00", "20:30"]]`. Empty means closed. */
const intervals = z.array(
  z
    .tuple([
      z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
      z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time up to 24:00'),
    ])
    .refine(([open, close]) => open !== close, 'the place opens and closes at the same minute'),
)
export const openingHours = z.strictObject({
  weekly: z.strictObject({
    mon: intervals.default([]),
    tue: intervals.default([]),
    wed: intervals.default([]),
    thu: intervals.default([]),
    fri: intervals.default([]),
    sat: intervals.default([]),
    sun: intervals.default([]),
  }),
  exceptions: z.array(z.strictObject({ on: z.iso.date(), intervals, note: localizedText.optional() })).default([]),
})
export type OpeningHoursBody = z.output<typeof openingHours>

export const locationAddress = z.strictObject({
  line1: z.string(),
  postalCode: z.string(),
  city: z.string(),
  province: z.string().default(''),
  country: z.string().regex(/^[A-Z]{2}$/),
  phone: z.string().default(''),
})

/** A shop or warehouse as everybody may see it. */
export const location = z.object({
  id,
  code: z.string(),
  kind: z.enum(['shop', 'warehouse']),
  name: z.string(),
  address: locationAddress,
  latitude: z.number(),
  longitude: z.number(),
  timeZone: z.string(),
  openingHours,
  pickup: z.boolean(),
  ships: z.boolean(),
  handlingMinutes: z.int(),
  dailyCapacity: z.int().nullable(),
  status: z.enum(['active', 'closed']),
  position: z.int(),
})
export type LocationBody = z.output<typeof location>

/** A place with what the clock says about it now. Sorted by distance where the shopper's whereabouts are known. */
export const placeNow = location
  .pick({
    id: true,
    code: true,
    kind: true,
    name: true,
    address: true,
    latitude: true,
    longitude: true,
    timeZone: true,
    openingHours: true,
    pickup: true,
  })
  .extend({
    distanceKm: z.number().nullable(),
    openNow: z.boolean(),
    closesAt: instant.nullable(),
    opensAt: instant.nullable(),
    /** "Abierta hasta las 20:30", "Abre mañana a las 10:00" in both languages. */
    hoursText: localizedText,
  })
export type PlaceNow = z.output<typeof placeNow>

export const stockState = z.enum(['in_stock', 'few', 'none'])
export const placeStock = z.object({
  locationId: id,
  /** Units that can be promised from here now. */
  available: z.int(),
  state: stockState,
  /** When it could be collected here: from this shelf, or brought here from another place; null: not at all. */
  readyFrom: instant.nullable(),
  via: z.enum(['here', 'transfer']).nullable(),
  readyText: localizedText.nullable(),
})
export const variantStock = z.object({
  /** As asked; one that nobody knows has none. */
  variantId: z.string(),
  /** Sum over all places of the channel: what the web may sell. */
  total: z.int(),
  state: stockState,
  /** One entry for each place of `places`, in the same order. */
  places: z.array(placeStock),
})
export type VariantStock = z.output<typeof variantStock>

export const availabilityQuery = z.strictObject({
  /** One to 100 variant ids, separated by commas. */
  variants: z.string().min(5).max(4000),
  channel: z.string().max(40).default('web'),
  near: z
    .string()
    .regex(/^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?$/, 'latitude,longitude in degrees')
    .optional(),
  postal: z
    .string()
    .regex(/^\d{5}$/, 'five digits')
    .optional(),
  /** How many places are split out, nearest first; the total counts all. */
  places: z.coerce.number().int().min(1).max(1000).default(50),
  lang: language.optional(),
})
export const availabilityAnswer = z.object({
  at: instant,
  near: z.object({ latitude: z.number(), longitude: z.number(), label: z.string() }).nullable(),
  places: z.array(placeNow),
  variants: z.array(variantStock),
})
export type AvailabilityAnswer = z.output<typeof availabilityAnswer>

export const storePlacesQuery = availabilityQuery.pick({ near: true, postal: true, lang: true })
/** GET /api/store/places */
export const storePlacesAnswer = z.object({ at: instant, items: z.array(placeNow) })

// ---- Staff: levels, ledger, commands -------------------------------------------------------------------------------

const units = z.int().min(1).max(1_000_000)
const reason = z.string().trim().min(1).max(200)

export const stockLevel = z.object({
  variantId: id,
  locationId: id,
  onHand: z.int(),
  allocated: z.int(),
  reserved: z.int(),
  safetyStock: z.int(),
  conflicted: z.int(),
  /** on hand − allocated − reserved − safety stock, not below zero. */
  atp: z.int(),
  /** On their way here in sent transfers. */
  incoming: z.int(),
})
export type StockLevel = z.output<typeof stockLevel>

/** GET /api/admin/stock: one row a variant, with its places. */
export const stockQuery = pageQuery.extend({
  q: z.string().max(100).optional(),
  location: id.optional(),
  state: z.enum(['low', 'none', 'conflict', 'in_stock']).optional(),
  /** Units at or below which a level is low (per place when a place is asked, else over all). */
  low: z.coerce.number().int().min(0).max(1000).default(2),
})
export const stockRow = z.object({
  variantId: id,
  productId: id.nullable(),
  sku: z.string(),
  gtin: z.string().nullable(),
  title: localizedText,
  optionLabels: z.array(localizedText),
  picture: z.string().nullable(),
  onHand: z.int(),
  allocated: z.int(),
  reserved: z.int(),
  atp: z.int(),
  incoming: z.int(),
  places: z.array(stockLevel),
})
export type StockRow = z.output<typeof stockRow>
export const stockPage = page(stockRow)

/** GET /api/admin/stock/products?ids=prd_…,prd_… : the figure beside each product of a list. */
export const productStockQuery = z.strictObject({
  /** One to 200 product ids, separated by commas. */
  ids: z.string().min(5).max(9000),
  lang: language.optional(),
})
export const productStock = z.object({
  productId: id,
  /** What can be promised over all places, all variants together. */
  atp: z.int(),
  /** Variants whose stock is counted, and how many of them cannot be promised from anywhere. */
  variants: z.int(),
  soldOut: z.int(),
})
export type ProductStock = z.output<typeof productStock>
export const productStockAnswer = z.object({ items: z.array(productStock) })

export const movementKinds = [
  'received',
  'shipped',
  'sold',
  'returned',
  'adjusted',
  'counted',
  'transfer_out',
  'transfer_in',
] as const
export const stockMovement = z.object({
  id,
  variantId: id,
  locationId: id,
  kind: z.enum(movementKinds),
  quantity: z.int(),
  reason: z.string(),
  reference: z.string(),
  actorId: z.string(),
  at: instant,
})
export type StockMovement = z.output<typeof stockMovement>
/** GET /api/admin/stock-movements */
export const movementQuery = pageQuery.extend({
  variant: id.optional(),
  location: id.optional(),
  kind: z.enum(movementKinds).optional(),
  reference: z.string().max(60).optional(),
})
export const movementPage = page(stockMovement)

/** GET /api/admin/stock/:variantId */
export const stockDetail = z.object({
  row: stockRow,
  reservations: z.array(z.object({ holderId: z.string(), locationId: id, units: z.int(), expiresAt: instant })),
  allocations: z.array(
    z.object({ orderId: z.string(), orderLineId: z.string(), locationId: id, units: z.int(), createdAt: instant }),
  ),
  movements: z.array(stockMovement),
})
export type StockDetail = z.output<typeof stockDetail>

/** POST /api/admin/stock/receive | adjust; quantity is a difference. */
export const receiveStock = z.strictObject({
  locationId: id,
  items: z
    .array(z.strictObject({ variantId: id, quantity: units }))
    .min(1)
    .max(500),
  reason,
  reference: z.string().max(60).default(''),
})
export const adjustStock = z.strictObject({
  locationId: id,
  items: z
    .array(
      z.strictObject({
        variantId: id,
        quantity: z
          .int()
          .min(-1_000_000)
          .max(1_000_000)
          .refine((n) => n !== 0, 'not zero'),
      }),
    )
    .min(1)
    .max(500),
  reason,
})
/** POST /api/admin/stock/count; the figure is what lies there, whatever it is promised to. */
export const countStockBody = z.strictObject({
  locationId: id,
  items: z
    .array(z.strictObject({ variantId: id, counted: z.int().min(0).max(1_000_000) }))
    .min(1)
    .max(500),
  reason: z.string().trim().max(200).default(''),
})
/** PUT /api/admin/stock/safety */
export const safetyStockBody = z.strictObject({
  locationId: id,
  items: z
    .array(z.strictObject({ variantId: id, safetyStock: z.int().min(0).max(100_000) }))
    .min(1)
    .max(500),
})
export const levelsAnswer = z.object({ levels: z.array(stockLevel) })

export const transferStatuses = ['requested', 'sent', 'received', 'canceled'] as const
export const transferLine = z.object({
  lineNo: z.int(),
  variantId: id,
  sku: z.string(),
  title: localizedText,
  optionLabels: z.array(localizedText),
  units: z.int(),
  /** Fewer than asked for: the rest was not found at the sender. */
  sentUnits: z.int().nullable(),
  receivedUnits: z.int().nullable(),
  damagedUnits: z.int().nullable(),
  orderId: z.string().nullable(),
})
export const transfer = z.object({
  id,
  fromLocationId: id,
  toLocationId: id,
  status: z.enum(transferStatuses),
  reason: z.string(),
  reference: z.string(),
  expectedAt: instant,
  requestedBy: z.string(),
  createdAt: instant,
  sentAt: instant.nullable(),
  receivedAt: instant.nullable(),
  lines: z.array(transferLine),
})
export type TransferBody = z.output<typeof transfer>
export const transferQuery = pageQuery.extend({ status: z.enum(transferStatuses).optional(), location: id.optional() })
export const transferPage = page(transfer)
export const requestTransferBody = z.strictObject({
  fromLocationId: id,
  toLocationId: id,
  lines: z
    .array(z.strictObject({ variantId: id, units }))
    .min(1)
    .max(200),
  reason: z.string().trim().max(200).default(''),
})
/** POST /api/admin/transfers/:id/send; units that were not found stay out of the van and off the figure. */
export const sendTransferBody = z.strictObject({
  missing: z
    .array(z.strictObject({ lineNo: z.int(), units }))
    .max(200)
    .default([]),
})
/** POST /api/admin/transfers/:id/receive; a line that is not named arrived whole. */
export const receiveTransferBody = z.strictObject({
  lines: z
    .array(z.strictObject({ lineNo: z.int(), receivedUnits: z.int().min(0), damagedUnits: z.int().min(0).default(0) }))
    .max(200)
    .default([]),
})

/** A way between two places whose van does not follow the rule of distance. */
export const transferLane = z.strictObject({
  fromLocationId: id,
  toLocationId: id,
  workingDays: z.int().min(0).max(30),
  /** ISO week days on which it leaves (1 = Monday); null: every day the sender works. */
  departsOn: z.array(z.int().min(1).max(7)).min(1).max(7).nullable().default(null),
})
export const transferLanesAnswer = z.object({ items: z.array(transferLane) })
/** PUT /api/admin/transfer-lanes: every lane, as it shall be; a way that is not named follows the rule again. */
export const setTransferLanesBody = z.strictObject({ items: z.array(transferLane).max(10_000) })

export const stockConflict = z.object({
  id,
  variantId: id,
  sku: z.string(),
  title: localizedText,
  locationId: id,
  units: z.int(),
  reference: z.string(),
  actorId: z.string(),
  at: instant,
  settledAt: instant.nullable(),
  settledBy: z.string().nullable(),
  settlement: z.string().nullable(),
})
export const conflictQuery = pageQuery.extend({ location: id.optional(), settled: z.stringbool().default(false) })
export const conflictPage = page(stockConflict)
/** `found`: the units were there uncounted, the figure is corrected. `cleared`: the figures bear it now, nothing to correct. */
export const settleConflictBody = z.strictObject({
  how: z.enum(['found', 'cleared']),
  note: z.string().trim().max(200).default(''),
})
