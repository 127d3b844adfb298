import type { SourcingPlan } from '@hilo/contract'
import { fulfillmentOf } from '#fulfillment'
import { paymentsOf } from '#payments'
import type { Actor } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { bookMailLater, repeatMail } from '#platform/mail'
import { defineProblems } from '#platform/problems'
import { audit } from '#staff'
import { confirmationMail } from './mails.ts'
import { dueMinor } from './order-money.ts'
import { writeNote } from './order-notes.ts'
import { findOrderRow, type OrderRow } from './order-rows.ts'
import { orderProblems } from './problems.ts'

const problems = defineProblems('orders', {
  no_address: {
    status: 409,
    retry: 'never',
    title: 'This order has no mail address',
    titleEs: 'Este pedido no tiene correo',
    remedy: 'Give the customer the link to the order page, or print the receipt.',
    remedyEs: 'Dale al cliente el enlace a la página del pedido, o imprime el recibo.',
  },
  nothing_to_confirm: {
    status: 409,
    retry: 'never',
    title: 'Only an order that stands can be confirmed again',
    titleEs: 'Solo se confirma de nuevo un pedido en pie',
  },
})

/**
 * Sends the confirmation once more to the address of the order: the very mail of then where it is kept, else one made from what the
 * order says now (imported orders, sales that had no address yet). Stands in the order's story with who did it.
 * @throws Problem orders.not_found, orders.nothing_to_confirm, orders.no_address
 */
export async function sendConfirmationAgain(
  tx: Tx,
  clock: Clock,
  { orderId, actor, publicUrl }: { orderId: string; actor: Actor; publicUrl: string },
): Promise<void> {
  const order = await findOrderRow(tx, orderId)
  if (!order) throw orderProblems.not_found({ orderId })
  if (order.status !== 'placed' && order.status !== 'completed') throw problems.nothing_to_confirm({ orderId })
  const to = order.contact.email
  if (to === '') throw problems.no_address({ orderId })
  const dedupeKey = `order_again:${newId('msg')}`
  if (!(await repeatMail(tx, clock, { of: `order_placed:${orderId}`, dedupeKey, to }))) {
    const { personId } = order
    bookMailLater(tx, clock, confirmationMail({ ...(await toldNow(tx, order)), personId, publicUrl, dedupeKey }))
  }
  await writeNote(tx, clock, { orderId, kind: 'confirmation_sent', text: to, actor })
  await audit(tx, clock, actor, { action: 'orders.confirmation.sent', subjectId: orderId })
}

/** What a confirmation says, from the order as it stands: its promises in the place of the plan of then. */
async function toldNow(q: Queryable, order: OrderRow) {
  const [parts, payments] = [await fulfillmentOf(q, order.id), await paymentsOf(q, order.id)]
  const said = parts.flatMap((part) =>
    part.promises.filter(({ status }) => status !== 'withdrawn').map(({ text }) => text),
  )
  const reason = { es: said.map(({ es }) => es).join(' ') || '–', en: said.map(({ en }) => en).join(' ') || '–' }
  const plan: SourcingPlan = { feasible: true, groups: [], reason, alternatives: [], shortages: [] }
  const balance = {
    capturedMinor: payments.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0),
    refundedMinor: payments.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0),
  }
  const number = order.number ?? order.receiptNumber ?? order.externalRef ?? ''
  return { order: { ...order, number }, plan, dueMinor: order.imported ? 0 : Math.max(0, dueMinor(order, balance)) }
}
