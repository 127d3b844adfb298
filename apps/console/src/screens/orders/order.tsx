import type { Order } from '@hilo/contract'
import { phoneText } from '@hilo/i18n'
import { Button, Code, Facts, Icon, Menu, Note, notify, ProblemNote, Section, Status, Tag, Track, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useId } from '../../lib/filters.ts'
import { useChannels, useMe, usePlaces } from '../../lib/known.ts'
import { collectedAt, usePromised } from '../../lib/promises.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT, wordFor } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { MailAddress } from '../../parts/mail-address.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { CancelOrder } from './cancel.tsx'
import { OrderLines } from './order-lines.tsx'
import { OrderMoney } from './order-money.tsx'
import { notesOf, PinnedNotes, WriteNote } from './order-notes.tsx'
import { OrderReturns } from './order-returns.tsx'
import { OrderStory } from './order-story.tsx'
import { ReturnOrder } from './return.tsx'
import { stepsOf } from './steps.ts'

/** One order: how far it is, what is in it, where each part stands, what was promised and paid, and what happened. */
export function OrderPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data: order, error } = useRead<Order>(`/api/admin/orders/${id}`)
  if (error)
    return (
      <Pane title={t('orders.order')} closeTo="/orders">
        <ProblemNote error={error} />
      </Pane>
    )
  if (!order)
    return (
      <Pane title={t('orders.order')} closeTo="/orders">
        <Placeholder label={t('app.loading')} rows={9} />
      </Pane>
    )
  return <Loaded order={order} />
}

function Loaded({ order }: { order: Order }): ReactNode {
  const t = useT()
  const channels = useChannels()
  const [dialog, setDialog] = useState<'cancel' | 'return' | null>(null)
  const again = useAct((_: null, call) => api.post(`/api/admin/orders/${order.id}/confirmation`, {}, call), {
    refresh: [notesOf(order.id)],
    done: () => notify(t('orders.sentAgain', { to: order.contact.email }), { tone: 'kept' }),
  })
  const next = order.fulfillments.find((part) => ['open', 'picking', 'packed', 'ready'].includes(part.status))
  const number = order.number ?? order.receiptNumber ?? order.externalRef ?? order.id
  return (
    <Pane
      closeTo="/orders"
      label={number}
      title={
        <>
          <Code>{number}</Code>
        </>
      }
      sub={
        <>
          <Status tone={toneOf('order', order.status)}>{t(`order.${order.status}`)}</Status>
          <Status tone={toneOf('payment', order.paymentStatus)}>{t(`payment.${order.paymentStatus}`)}</Status>
          <span>{channels.name(order.channelId)}</span>
          <When at={order.placedAt ?? order.createdAt} />
          {order.imported && <Tag>{t('orders.imported')}</Tag>}
        </>
      }
      more={
        (order.actions.cancel || order.actions.return || order.number) && (
          <OrderMenu order={order} onDialog={setDialog} onSendAgain={() => again.mutate(null)} />
        )
      }
      primary={
        next && (
          <Link to="/picking/$id" params={{ id: next.id }} className="c-primary">
            {t(next.status === 'ready' ? 'orders.handOver' : 'orders.prepare')}
          </Link>
        )
      }
      note={
        order.status === 'canceled' && order.cancelReason ? (
          <Note tone="broken" title={t('order.canceled')}>
            {order.cancelReason}
          </Note>
        ) : undefined
      }
    >
      {again.error !== null && <ProblemNote error={again.error} />}
      <PinnedNotes orderId={order.id} />
      <Track steps={stepsOf(order, t)} label={t('orders.way')} />
      <div className="c-gap" />
      <Section title={t('orders.lines')}>
        <OrderLines order={order} />
      </Section>
      <div className="c-cols">
        <Section title={t('orders.customer')}>
          <Customer order={order} />
        </Section>
        <Section title={t('orders.parts')}>
          <Parts order={order} />
        </Section>
      </div>
      <Section title={t('orders.payments')}>
        <OrderMoney order={order} />
      </Section>
      <OrderReturns order={order} />
      <Section title={t('orders.story')}>
        <WriteNote order={order} />
        <OrderStory order={order} />
      </Section>
      {dialog === 'cancel' && <CancelOrder order={order} onClose={() => setDialog(null)} />}
      {dialog === 'return' && <ReturnOrder order={order} onClose={() => setDialog(null)} />}
    </Pane>
  )
}

/** What else one may do with an order, as one's role allows. */
function OrderMenu({
  order,
  onDialog,
  onSendAgain,
}: {
  order: Order
  onDialog(dialog: 'cancel' | 'return'): void
  onSendAgain(): void
}): ReactNode {
  const t = useT()
  const { role } = useMe()
  const stands = order.status === 'placed' || order.status === 'completed'
  return (
    <Menu position="bottom-end" width={270}>
      <Menu.Target>
        <Button icon="more" aria-label={t('app.more')} px={10} />
      </Menu.Target>
      <Menu.Dropdown>
        {order.actions.cancel && role !== 'stock' && (
          <Menu.Item leftSection={<Icon name="close" />} onClick={() => onDialog('cancel')}>
            {t('orders.cancel')}
          </Menu.Item>
        )}
        {order.actions.return && role !== 'stock' && role !== 'service' && (
          <Menu.Item leftSection={<Icon name="return" />} onClick={() => onDialog('return')}>
            {t('orders.return')}
          </Menu.Item>
        )}
        {order.contact.email !== '' && stands && role !== 'stock' && (
          <Menu.Item leftSection={<Icon name="mail" />} onClick={onSendAgain}>
            {t('orders.sendAgain')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<Icon name="web" />} component="a" href={`/orders/${order.token}`} target="_blank">
          {t('orders.customerPage')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Customer({ order }: { order: Order }): ReactNode {
  const t = useT()
  const places = usePlaces()
  const { contact, delivery } = order
  const to =
    delivery?.kind === 'delivery'
      ? [
          delivery.address.name,
          delivery.address.line1,
          delivery.address.line2,
          `${delivery.address.postalCode} ${delivery.address.city}`,
        ]
          .filter(Boolean)
          .join(', ')
      : delivery
        ? places.name(delivery.locationId)
        : null
  const items: [string, ReactNode][] = [
    [
      t('orders.who'),
      order.personId ? (
        <Link to="/customers/$id" params={{ id: order.personId }}>
          {contact.name || contact.email || t('orders.nobody')}
        </Link>
      ) : (
        contact.name || t('orders.nobody')
      ),
    ],
  ]
  if (contact.email) items.push([t('orders.email'), <MailAddress key="mail" address={contact.email} />])
  if (contact.phone)
    items.push([
      t('orders.phone'),
      <a key="phone" href={`tel:${contact.phone}`}>
        {phoneText(contact.phone)}
      </a>,
    ])
  if (delivery) items.push([wordFor(t, 'delivery', delivery.kind), to])
  items.push([t('orders.language'), t(order.language === 'es' ? 'app.spanish' : 'app.english')])
  if (order.note) items.push([t('app.note'), order.note])
  return <Facts items={items} />
}

function Parts({ order }: { order: Order }): ReactNode {
  const t = useT()
  const promised = usePromised()
  if (order.fulfillments.length === 0) return <p className="c-muted">{t('orders.noParts')}</p>
  return (
    <ul className="c-items">
      {order.fulfillments.map((part) => (
        <li key={part.id}>
          <Icon name={part.kind === 'delivery' ? 'truck' : part.kind === 'pickup' ? 'pickup' : 'shop'} />
          <div className="c-grow">
            <Link to="/picking/$id" params={{ id: part.id }}>
              {part.locationName}
            </Link>
            <div className="c-small c-muted">
              {wordFor(t, 'delivery', part.kind)} ·{' '}
              {t('app.units', { n: part.lines.reduce((sum, line) => sum + line.units, 0) })}
              {part.dueAt && (
                <>
                  {' · '}
                  {t('orders.promised')} <When at={part.dueAt} />
                </>
              )}
            </div>
          </div>
          <Status tone={toneOf('work', part.status)}>{wordFor(t, 'work', part.status)}</Status>
        </li>
      ))}
      {order.promises.map((promise) => (
        <li key={promise.id}>
          <Status tone={toneOf('promise', promise.status)}>{t(`promise.${promise.status}`)}</Status>
          <span className="c-grow c-small">{promised(promise, collectedAt(order))}</span>
        </li>
      ))}
    </ul>
  )
}
