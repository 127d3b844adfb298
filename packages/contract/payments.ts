import { z } from 'zod'
import { currency, id, instant, minor, pageQuery } from './common.ts'

/** Tenders, payments and refunds as they cross the wire. Money in integer minor units. */

export const paymentMethods = ['cash', 'card_present', 'card_online', 'elsewhere'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

/** What is offered at the counter. `tenderedMinor` is the cash handed over; the change is answered. */
export const tenderInput = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('cash'), amountMinor: minor.min(1), tenderedMinor: minor.min(1).optional() }),
  z.strictObject({
    method: z.literal('card_present'),
    amountMinor: minor.min(1),
    reference: z.string().trim().min(1).max(80),
  }),
])
export type TenderInput = z.input<typeof tenderInput>

export const orderRefund = z.object({
  id: z.string(),
  amountMinor: minor,
  reason: z.string(),
  status: z.enum(['pending', 'done', 'failed']),
  createdAt: instant,
  doneAt: instant.nullable(),
})
export const orderPayment = z.object({
  id: z.string(),
  method: z.enum(paymentMethods),
  provider: z.string(),
  amountMinor: minor,
  currency,
  status: z.enum(['pending', 'authorized', 'captured', 'declined', 'voided', 'unknown']),
  capturedMinor: minor,
  refundedMinor: minor,
  tenderedMinor: minor.nullable(),
  changeMinor: minor,
  reference: z.string(),
  declineCode: z.string().nullable(),
  /** The provider's page, while the shopper still has to go there. */
  redirectUrl: z.string().nullable(),
  createdAt: instant,
  refunds: z.array(orderRefund),
})
export type OrderPayment = z.output<typeof orderPayment>

/** `POST /api/store/orders/:token/pay`: pays what is still due. */
export const payRest = z.strictObject({ cardToken: z.string().max(200).optional() })
/** `POST /api/pos/orders/:id/payments`: takes a due amount at the counter. */
export const takePayment = z.strictObject({ locationId: id, tenders: z.array(tenderInput).min(1).max(10) })

/** `GET /api/admin/payments/attention`: what a person must look at; the list that reconciliation leaves. */
export const attentionQuery = pageQuery
export const paymentAttention = z.object({
  kind: z.enum(['payment', 'refund']),
  id: z.string(),
  orderId: z.string(),
  provider: z.string(),
  providerRef: z.string().nullable(),
  amountMinor: minor,
  currency,
  status: z.string(),
  checks: z.int(),
  since: instant,
})
export type PaymentAttention = z.output<typeof paymentAttention>
/** `POST /api/admin/payments/attention/:id/settle`: what a person found out at the provider. */
export const settleAttention = z.strictObject({
  outcome: z.enum(['captured', 'voided', 'refunded', 'ask_again']),
  note: z.string().trim().min(1).max(300),
})
