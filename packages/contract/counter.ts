import { z } from 'zod'
import { id, language } from './common.ts'
import { contactInput } from './sales.ts'

/** What only a counter asks. */

/**
 * `PUT /api/pos/carts/:id/customer`: whose basket this is. Somebody who is known; somebody by the telephone, mail or name they give
 * (a new customer where nobody is known by it; a name alone stays on the basket); or nobody again.
 */
export const basketCustomer = z.union([
  z.strictObject({ personId: id }),
  z.strictObject({ contact: contactInput }),
  z.strictObject({ nobody: z.literal(true) }),
])
export type BasketCustomer = z.input<typeof basketCustomer>

/** `POST /api/pos/orders/:id/receipt/mail` and `…/returns/:returnId/receipt/mail`; without a language, the order's. */
export const mailReceipt = z.strictObject({ locationId: id, email: z.email().max(254), language: language.optional() })
export type MailReceipt = z.input<typeof mailReceipt>
export const mailedReceipt = z.object({ mailedTo: z.string() })
export type MailedReceipt = z.output<typeof mailedReceipt>
