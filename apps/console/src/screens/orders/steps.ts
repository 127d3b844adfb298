import type { Order } from '@hilo/contract'
import type { KnotState } from '@hilo/ui'
import type { T } from '../../lib/words.ts'

/** How far each state of a part has come, in knots that are tied. */
const reached: Record<string, number> = {
  waiting: 2,
  open: 2,
  picking: 2,
  packed: 3,
  ready: 4,
  shipped: 4,
  delivered: 5,
  handed_over: 5,
}

/** The five knots of an order's way: ordered, paid, prepared, ready or sent, in the customer's hands. The slowest part counts. */
export function stepsOf(order: Order, t: T): { text: string; state: KnotState }[] {
  const parts = order.fulfillments.filter((part) => part.status !== 'canceled')
  const kind = parts[0]?.kind ?? order.delivery?.kind ?? 'delivery'
  const isPaid = order.dueMinor <= 0 && order.status !== 'draft'
  const ranks = parts.map((part) => reached[part.status] ?? 0)
  const slowest = ranks.length > 0 ? Math.min(...ranks) : order.status === 'completed' ? 5 : 2
  const tied = [
    order.placedAt !== null,
    isPaid,
    order.placedAt !== null && slowest >= 3,
    order.placedAt !== null && slowest >= 4,
    order.placedAt !== null && slowest >= 5,
  ]
  const words = [
    t('step.ordered'),
    t(isPaid ? 'step.paid' : 'step.toPay'),
    t('step.prepared'),
    t(kind === 'delivery' ? 'step.sent' : 'step.ready'),
    t(kind === 'delivery' ? 'step.delivered' : 'step.collected'),
  ]
  const isCut = order.status === 'canceled' || order.status === 'lapsed'
  const next = tied.indexOf(false)
  return words.map((text, i) => ({
    text,
    state: tied[i] ? 'done' : isCut && i >= next ? 'cut' : i === next ? 'now' : 'todo',
  }))
}
