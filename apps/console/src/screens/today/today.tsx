import type { FulfillmentOrderBody, OrderSummary, PaymentAttention, TransferBody } from '@hilo/contract'
import { Empty, Icon, Money, ProblemNote, Section, Thread, type ThreadPoint, useLanguage } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useOwed } from '../../app/owed.ts'
import { nearWhen } from '../../lib/format.ts'
import { useMe, usePlaces } from '../../lib/known.ts'
import { useNow } from '../../lib/now.ts'
import { useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { ListHead } from '../../parts/workspace.tsx'
import { Gists } from './gists.tsx'
import { Sales } from './sales.tsx'

/** The day: what is owed, the most urgent first, as one thread with its knots; beside it what was sold. */
export function Today(): ReactNode {
  const me = useMe()
  const { language } = useLanguage()
  const owed = useOwed()
  const now = useNow()
  const date = new Intl.DateTimeFormat(language === 'es' ? 'es-ES' : 'en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'Europe/Madrid',
  }).format(now)
  return (
    <div className="c-today">
      <ListHead title={date.charAt(0).toUpperCase() + date.slice(1)} />
      <div className="c-today-body">
        <div className="c-today-owed">
          {!owed.loading && owed.error === null && <Gists owed={owed} />}
          <Owed owed={owed} />
        </div>
        <aside className="c-today-side">
          <Sales />
          <Waiting />
          <Loose />
          {me.role !== 'stock' && <Unpaid />}
          {me.role !== 'stock' && <UnknownPayments />}
        </aside>
      </div>
    </div>
  )
}

function Owed({ owed }: { owed: ReturnType<typeof useOwed> }): ReactNode {
  const t = useT()
  const points = useOwedPoints(owed)
  if (owed.error) return <ProblemNote error={owed.error} />
  if (owed.loading) return <Placeholder label={t('app.loading')} rows={7} />
  if (points.length === 0) {
    return (
      <Empty
        title={t('today.nothing')}
        action={
          <Link to="/orders" className="c-link">
            {t('today.seeOrders')}
          </Link>
        }
      >
        {t('today.nothingHow')}
      </Empty>
    )
  }
  return (
    <Section title={t('today.owed', { n: points.length })}>
      <Thread points={points} label={t('today.owedLabel')} />
    </Section>
  )
}

function useOwedPoints(owed: ReturnType<typeof useOwed>): ThreadPoint[] {
  const t = useT()
  const say = useSay()
  const { language } = useLanguage()
  const now = useNow()
  const asked = owed.shortages.map((shortage): ThreadPoint & { at: string } => ({
    id: shortage.id,
    channel: 'shortage',
    where: shortage.locationName,
    knot: 'owed',
    at: shortage.createdAt,
    title: (
      <Link to="/picking/$id" params={{ id: shortage.fulfillmentOrderId }} className="c-strong">
        {t('today.asked', { what: say(shortage.title) })}
      </Link>
    ),
    detail: <div className="c-small">{shortage.orderNumber}</div>,
    when: nearWhen(shortage.createdAt, language, now),
  }))
  const work = owed.work
    .filter((part) => part.status !== 'waiting' || part.overdue)
    .map((part): ThreadPoint & { at: string } => ({
      id: part.id,
      channel: part.overdue ? 'late' : part.kind,
      where: part.locationName,
      knot: part.overdue ? 'broken' : 'owed',
      at: part.dueAt ?? part.createdAt,
      title: (
        <Link to="/picking/$id" params={{ id: part.id }} className="c-strong">
          {deed(part, t)}
        </Link>
      ),
      detail: (
        <div className="c-small">{part.lines.map((line) => `${line.units} × ${say(line.title)}`).join(', ')}</div>
      ),
      when: part.dueAt
        ? t(part.overdue ? 'today.wasDue' : 'today.due', { when: nearWhen(part.dueAt, language, now) })
        : '',
    }))
  return [...asked, ...work].sort((a, b) => rank(a) - rank(b) || a.at.localeCompare(b.at)).slice(0, 40)
}

function rank(point: ThreadPoint): number {
  return point.knot === 'broken' ? 0 : point.channel === 'shortage' ? 1 : 2
}

function deed(part: FulfillmentOrderBody, t: ReturnType<typeof useT>): string {
  const who = part.contactName || part.orderNumber
  if (part.status === 'packed') return t('today.ship', { who })
  return t(part.kind === 'delivery' ? 'today.prepareParcel' : 'today.preparePickup', { who })
}

/** What lies ready and waits for its customer. */
function Waiting(): ReactNode {
  const t = useT()
  const { data } = useRead<{ items: FulfillmentOrderBody[] }>('/api/admin/fulfillment', {
    status: 'collect',
    limit: 100,
  })
  const ready = data?.items ?? []
  if (ready.length === 0) return null
  return (
    <Section title={t('today.ready', { n: ready.length })}>
      <ul className="c-items c-tight-items">
        {ready.slice(0, 6).map((part) => (
          <li key={part.id}>
            <Icon name="pickup" />
            <Link to="/picking/$id" params={{ id: part.id }} className="c-grow">
              {part.contactName || part.orderNumber}
            </Link>
            <span className="c-muted c-small">{part.locationName}</span>
          </li>
        ))}
      </ul>
      {ready.length > 6 && (
        <Link to="/picking" search={{ status: 'collect' }} className="c-link c-small">
          {t('app.loadMore')}
        </Link>
      )}
    </Section>
  )
}

/** Loose ends of the house: goods on the way, sales of what was not on record. */
function Loose(): ReactNode {
  const t = useT()
  const { name } = usePlaces()
  const asked = useRead<{ items: TransferBody[] }>('/api/admin/transfers', { status: 'requested', limit: 20 })
  const sent = useRead<{ items: TransferBody[] }>('/api/admin/transfers', { status: 'sent', limit: 20 })
  const conflicts = useRead<{ items: { id: string }[] }>('/api/admin/stock-conflicts', { settled: false, limit: 50 })
  const transfers = [...(asked.data?.items ?? []), ...(sent.data?.items ?? [])]
  const open = conflicts.data?.items.length ?? 0
  if (transfers.length === 0 && open === 0) return null
  return (
    <Section title={t('today.between')}>
      <ul className="c-items c-tight-items">
        {open > 0 && (
          <li>
            <Icon name="alert" />
            <Link to="/stock/conflicts">{t('today.conflicts', { n: open })}</Link>
          </li>
        )}
        {transfers.slice(0, 8).map((transfer) => (
          <li key={transfer.id}>
            <Icon name="transfer" />
            <Link to="/stock/transfers/$id" params={{ id: transfer.id }} className="c-grow">
              {name(transfer.fromLocationId)} → {name(transfer.toLocationId)}
            </Link>
            <span className="c-muted c-small">
              {t('app.units', { n: transfer.lines.reduce((sum, line) => sum + line.units, 0) })} ·{' '}
              {t(`transfer.${transfer.status}`)}
            </span>
          </li>
        ))}
      </ul>
      {transfers.length > 8 && (
        <Link to="/stock/transfers" className="c-link c-small">
          {t('app.loadMore')}
        </Link>
      )}
    </Section>
  )
}

/** Placed orders of which something is still to be paid: they do not leave before. */
function Unpaid(): ReactNode {
  const t = useT()
  const { data } = useRead<{ items: OrderSummary[] }>('/api/admin/orders', { due: true, limit: 50 })
  const due = data?.items ?? []
  if (due.length === 0) return null
  return (
    <Section title={t('today.unpaid', { n: due.length })}>
      <ul className="c-items c-tight-items">
        {due.slice(0, 6).map((order) => (
          <li key={order.id}>
            <Icon name="alert" />
            <Link to="/orders/$id" params={{ id: order.id }} className="c-grow">
              {order.name || order.number}
            </Link>
            <Money minor={order.totalMinor} currency={order.currency} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Payments whose outcome nobody knows; shown only when there are any and one may see them. */
function UnknownPayments(): ReactNode {
  const t = useT()
  const me = useMe()
  const { data } = useRead<{ items: PaymentAttention[] }>(
    '/api/admin/payments/attention',
    { limit: 50 },
    { enabled: me.role !== 'counter' },
  )
  const count = data?.items.length ?? 0
  if (count === 0) return null
  return (
    <Section title={t('today.payments', { n: count })}>
      <Link to="/settings/payments" className="c-link">
        {t('attention.settle')}
      </Link>
    </Section>
  )
}
