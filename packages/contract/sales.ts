import { z } from 'zod'
import { address, id, localizedText, minor } from './common.ts'

/** What carts and orders share on the wire: words, lines to put in, contact, delivery, consents, a priced line. */

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

export const couponCode = z.string().trim().min(1).max(40)
export const lineDiscount = z.object({
  promotionId: z.string(),
  couponCode: z.string().nullable(),
  amountMinor: minor,
  reason: localizedText,
})

/** A priced line, as carts and orders show it. */
export const saleLine = z.object({
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
  discounts: z.array(lineDiscount),
  reasons: z.array(localizedText),
  gift: z.boolean(),
})

export const taxGroup = z.object({ rateBp: z.int(), netMinor: minor, taxMinor: minor })
