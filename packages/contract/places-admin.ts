import { z } from 'zod'
import { id } from './common.ts'
import { location, locationAddress, openingHours } from './inventory.ts'

/** Places as the console opens and changes them, and which of them serve a channel. */

const placeAddress = locationAddress.extend({
  line1: z.string().trim().min(1).max(200),
  postalCode: z.string().trim().min(3).max(12),
  city: z.string().trim().min(1).max(100),
  province: z.string().trim().max(100).default(''),
  phone: z.string().trim().max(30).default(''),
})
const latitude = z.number().min(-90).max(90)
const longitude = z.number().min(-180).max(180)

export const editLocationBody = z.strictObject({
  name: z.string().trim().min(1).max(80).optional(),
  openingHours: openingHours.optional(),
  pickup: z.boolean().optional(),
  ships: z.boolean().optional(),
  handlingMinutes: z.int().min(0).max(10_080).optional(),
  dailyCapacity: z.int().min(1).nullable().optional(),
  status: z.enum(['active', 'closed']).optional(),
  address: placeAddress.optional(),
  /** Degrees; distances to shoppers are measured from here. */
  latitude: latitude.optional(),
  longitude: longitude.optional(),
})
/** POST /api/admin/locations: a new shop or warehouse, closed every day until its hours are set. */
export const newLocationBody = z.strictObject({
  /** Short, for labels and receipts: VLC. */
  code: z
    .string()
    .trim()
    .regex(/^[A-Z0-9]{2,6}$/, 'two to six capital letters or digits, such as VLC'),
  kind: z.enum(['shop', 'warehouse']),
  name: z.string().trim().min(1).max(80),
  address: placeAddress,
  latitude,
  longitude,
  /** As in the IANA database. */
  timeZone: z.string().max(60).default('Europe/Madrid'),
})
export type NewLocationBody = z.input<typeof newLocationBody>
/** GET /api/admin/locations */
export const locationsAnswer = z.object({ items: z.array(location) })

/** Which places serve a channel; none named: the shared pool of every active place (S44). */
export const stockPool = z.object({
  channelId: z.string(),
  mode: z.enum(['shared', 'separate']),
  locationIds: z.array(id),
})
export const stockPoolsAnswer = z.object({ items: z.array(stockPool) })
/** PUT /api/admin/stock-pools/:channelId */
export const setStockPoolBody = z.strictObject({ locationIds: z.array(id).max(2000) })
