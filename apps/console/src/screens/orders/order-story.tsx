import { formatMoney } from '@hilo/calc'
import type { Order, OrderNote } from '@hilo/contract'
import { formatWhen, Thread, type ThreadPoint, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useChannels, usePlaces } from '../../lib/known.ts'
import { collectedAt, usePromised } from '../../lib/promises.ts'
import { type T, useT, wordFor } from '../../lib/words.ts'
import { RemoveNote, useNotes } from './order-notes.tsx'

type Happening = Omit<ThreadPoint, 'when'> & { at: string }

/** What happened to the order, newest first, as one thread that changes side between web, counter and house. */
export function OrderStory({ order }: { order: Order }): ReactNode {
  const t = useT()
  const promised = usePromised()
  const { language } = useLanguage()
  const channels = useChannels()
  const places = usePlaces()
  const notes = useNotes(order.id)
  const money = (minor: number) => formatMoney(minor, order.currency, language)
  const happened: Happening[] = [
    ...bought(order, t, channels.name(order.channelId)),
    ...order.payments.flatMap((payment): Happening[] => [
      {
        id: payment.id,
        channel: 'money',
        where: t(`method.${payment.method}`),
        knot: payment.status === 'declined' ? 'broken' : 'dot',
        at: payment.createdAt,
        title: `${t(`tender.${payment.status}`)} ${money(payment.amountMinor)}`,
      },
      ...payment.refunds.map((refund): Happening => {
        const title = `${t(`refund.${refund.status}`)} ${money(refund.amountMinor)}`
        return {
          id: refund.id,
          channel: 'money',
          where: refund.reason,
          knot: 'dot',
          at: refund.doneAt ?? refund.createdAt,
          title,
        }
      }),
    ]),
    ...order.promises.flatMap((promise): Happening[] => {
      const knot = promise.status === 'kept' ? 'kept' : promise.status === 'broken' ? 'broken' : 'owed'
      const at = promise.settledAt ?? promise.dueAt
      if (promise.status === 'withdrawn') return []
      return [
        {
          id: promise.id,
          channel: 'promise',
          where: t(`promise.${promise.status}`),
          knot,
          at,
          title: promised(promise, collectedAt(order)),
        },
      ]
    }),
    ...order.fulfillments.flatMap((part): Happening[] =>
      part.readyAt
        ? [
            {
              id: `${part.id}-ready`,
              channel: 'place',
              where: part.locationName,
              knot: 'dot',
              at: part.readyAt,
              title: wordFor(t, 'work', 'ready'),
            },
          ]
        : [],
    ),
    ...order.returns.map((back): Happening => {
      const title = `${t('orders.returned')} ${money(back.refundMinor)}`
      return {
        id: back.id,
        channel: 'place',
        where: places.name(back.locationId),
        knot: 'dot',
        at: back.at,
        title,
        detail: <div className="c-small">{back.reason}</div>,
      }
    }),
  ]
  happened.push(...notes.map((note) => noted(note, order.id, t)))
  happened.sort((a, b) => b.at.localeCompare(a.at))
  const points = happened.map(({ at, ...point }): ThreadPoint => ({ ...point, when: formatWhen(at, language) }))
  return <Thread points={points} label={t('orders.story')} />
}

function bought(order: Order, t: T, channel: string): Happening[] {
  const found: Happening[] = []
  const common = { channel: order.channelId, where: channel, knot: 'dot' } as const
  if (order.placedAt) found.push({ ...common, id: 'placed', at: order.placedAt, title: t('step.ordered') })
  if (order.canceledAt) {
    const detail = order.cancelReason && <div className="c-small">{order.cancelReason}</div>
    found.push({ ...common, id: 'canceled', knot: 'broken', at: order.canceledAt, title: t('order.canceled'), detail })
  }
  if (order.completedAt)
    found.push({ ...common, id: 'completed', knot: 'kept', at: order.completedAt, title: t('order.completed') })
  return found
}

/** A note among what happened: whose it is stands below it. */
function noted(note: OrderNote, orderId: string, t: T): Happening {
  const common = { id: note.id, channel: 'note', knot: 'dot', at: note.at } as const
  const isMail = note.kind === 'confirmation_sent'
  return {
    ...common,
    where: note.authorName,
    title: isMail ? t('orders.sentAgain', { to: note.text }) : <span className="c-noted">{note.text}</span>,
    detail: note.removable && <RemoveNote orderId={orderId} note={note} />,
  }
}
