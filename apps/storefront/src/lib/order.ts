import type { Order } from '@hilo/contract'
import { shortDate, spokenDay, spokenMoment } from './format.ts'
import type { Lang } from './links.ts'
import { type TextKey, texts } from './t.ts'

export type Knot = { label: string; note?: string; state: 'kept' | 'now' | 'owed' | 'broken' }
type Fulfillment = Order['fulfillments'][number]

/** How far one part of an order has come: 0 nothing yet, 1 being prepared, 2 ready or under way, 3 with the customer. */
export function progressOf(status: string): 0 | 1 | 2 | 3 {
  if (['handed_over', 'delivered'].includes(status)) return 3
  if (['ready', 'shipped'].includes(status)) return 2
  return ['picking', 'packed'].includes(status) ? 1 : 0
}

/**
 * The five knots of an order: received, paid, prepared, ready (or on its way), with the customer. An order in several parts is
 * as far as its slowest part. A canceled order ends in a cut knot.
 */
export function knotsOf(order: Order, now: Date, lang: Lang): Knot[] {
  const t = texts(lang)
  const parts = order.fulfillments.filter((part) => part.status !== 'canceled')
  const slowest = parts.reduce((least, part) => Math.min(least, progressOf(part.status)), parts.length > 0 ? 3 : 0)
  const home =
    parts.some((part) => part.kind === 'delivery') || (parts.length === 0 && order.delivery?.kind === 'delivery')
  const paid = order.dueMinor <= 0
  const done = [true, paid, slowest >= 1, slowest >= 2, slowest >= 3]
  const labels: TextKey[] = [
    'order.knot.received',
    'order.knot.paid',
    'order.knot.prepared',
    home ? 'order.knot.sent' : 'order.knot.ready',
    home ? 'order.knot.delivered' : 'order.knot.collected',
  ]
  const notes = [
    order.placedAt ? shortDate(order.placedAt, lang) : undefined,
    undefined,
    undefined,
    noteOf(parts, now, lang),
    undefined,
  ]
  const first = done.indexOf(false)
  const canceled = order.status === 'canceled'
  return labels.flatMap((label, index): Knot[] => {
    if (canceled && !done[index])
      return index === first
        ? [
            {
              label: t('order.knot.canceled'),
              note: order.canceledAt ? shortDate(order.canceledAt, lang) : undefined,
              state: 'broken',
            },
          ]
        : []
    return [{ label: t(label), note: notes[index], state: done[index] ? 'kept' : index === first ? 'now' : 'owed' }]
  })
}

function noteOf(parts: readonly Fulfillment[], now: Date, lang: Lang): string | undefined {
  const latest = parts
    .flatMap(({ kind, status, dueAt }) => (progressOf(status) < 2 && dueAt !== null ? [{ kind, dueAt }] : []))
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt))
    .at(-1)
  return latest && dueText(latest.kind, latest.dueAt, now, lang)
}

/** When a part is there: a shop sets it aside by the minute, a carrier comes some time of a day. */
export function dueText(kind: Fulfillment['kind'], dueAt: string, now: Date, lang: Lang): string {
  return kind === 'delivery' ? spokenDay(dueAt, now, lang) : spokenMoment(dueAt, now, lang)
}

/** Class of a promise on the page: kept, owed or broken; a withdrawn one is shown quietly. */
export function promiseState(status: 'made' | 'kept' | 'broken' | 'withdrawn'): 'kept' | 'owed' | 'broken' {
  if (status === 'kept') return 'kept'
  return status === 'made' ? 'owed' : 'broken'
}

/**
 * A promise as one says it now. Its own sentence was written when it was made: "tomorrow" in it is long past when the page is read.
 * @param shopName where it is collected; undefined for parcels and for orders with several shops
 */
export function promiseText(
  { kind, dueAt, text }: Pick<Order['promises'][number], 'kind' | 'dueAt' | 'text'>,
  { now, lang, shopName }: { now: Date; lang: Lang; shopName: string | undefined },
): string {
  const t = texts(lang)
  if (kind === 'pickup_ready' && shopName !== undefined)
    return t('promise.pickup', { shop: shopName, when: spokenMoment(dueAt, now, lang) })
  if (kind === 'delivered_by') return t('promise.delivery', { day: spokenDay(dueAt, now, lang) })
  return text[lang] || text.es
}

const statuses = [
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

/** The state of one part in words. */
export function statusText(kind: Fulfillment['kind'], status: string, lang: Lang): string {
  const known = statuses.find((each) => each === status)
  if (!known) return status
  return texts(lang)(known === 'open' && kind === 'delivery' ? 'part.status.openHome' : `part.status.${known}`)
}
