import { z } from 'zod'

/**
 * Who sells, as the law wants it on receipts, order confirmations and the legal notice; both are empty until the retailer has said it.
 * GET /api/store/issuer
 */
export const issuer = z.object({ name: z.string(), taxId: z.string() })
export type Issuer = z.output<typeof issuer>

/** PUT /api/admin/issuer: holds for receipts from now on; those of before keep whom they named. */
export const setIssuerBody = z.strictObject({
  /** As in the commercial register: "Lino y Sal Comercio, S.L.". */
  name: z.string().trim().min(2).max(120),
  /** A Spanish NIF, checked to its last character, or a VAT number with the code of its country. */
  taxId: z.string().trim().min(3).max(30),
})
export type SetIssuerBody = z.input<typeof setIssuerBody>
