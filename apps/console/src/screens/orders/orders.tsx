import type { OrderSummary } from '@hilo/contract'
import { Code, type Column, Empty, Icon, Money, Status, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { useChannels, usePlaces } from '../../lib/known.ts'
import { usePages } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT, wordFor } from '../../lib/words.ts'
import { Choice, DayField, PagedTable } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'

type Search = {
  q?: string
  status?: string
  payment?: string
  channel?: string
  location?: string
  person?: string
  from?: string
  to?: string
}
const statuses = ['placed', 'completed', 'canceled', 'draft', 'lapsed'] as const
const payments = ['unpaid', 'part_paid', 'paid', 'part_refunded', 'refunded'] as const

/** Orders of every channel, newest first. */
export function Orders(): ReactNode {
  const t = useT()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/orders')
  const { places } = usePlaces()
  const { channels, name } = useChannels()
  const pages = usePages<OrderSummary>('/api/admin/orders', search)
  const columns: Column<OrderSummary>[] = [
    {
      id: 'order',
      title: t('orders.order'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>{row.name || t('orders.nobody')}</b>
          <small>
            <Code>{row.number ?? row.receiptNumber ?? row.externalRef ?? row.id}</Code> · {name(row.channelId)}
          </small>
        </div>
      ),
    },
    {
      id: 'at',
      title: t('orders.placed'),
      from: 560,
      cell: (row) => (
        <span className="c-nowrap">
          <When at={row.placedAt} />
        </span>
      ),
    },
    {
      id: 'delivery',
      title: t('orders.delivery'),
      from: 720,
      cell: (row) => row.deliveryKind && wordFor(t, 'delivery', row.deliveryKind),
    },
    {
      id: 'payment',
      title: t('orders.payment'),
      from: 560,
      cell: (row) => <Status tone={toneOf('payment', row.paymentStatus)}>{t(`payment.${row.paymentStatus}`)}</Status>,
    },
    {
      id: 'status',
      title: t('app.status'),
      cell: (row) => <Status tone={toneOf('order', row.status)}>{t(`order.${row.status}`)}</Status>,
    },
    { id: 'units', title: t('orders.units'), number: true, from: 900, cell: (row) => row.units },
    {
      id: 'total',
      title: t('orders.total'),
      number: true,
      cell: (row) => <Money minor={row.totalMinor} currency={row.currency} />,
    },
  ]
  const query = new URLSearchParams(
    Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  return (
    <Workspace>
      <ListHead
        title={t('nav.orders')}
        search={{ value: search.q ?? '', onChange: (q) => set({ q }), label: t('orders.search') }}
        actions={
          <a className="c-quiet" href={`/api/admin/orders/export?${query}`} download>
            <Icon name="export" size={16} /> {t('app.export')}
          </a>
        }
        filters={
          <>
            <Choice
              label={t('app.status')}
              value={search.status}
              onChange={(status) => set({ status })}
              options={statuses.map((value) => ({ value, label: t(`order.${value}`) }))}
            />
            <Choice
              label={t('orders.payment')}
              value={search.payment}
              onChange={(payment) => set({ payment })}
              options={payments.map((value) => ({ value, label: t(`payment.${value}`) }))}
            />
            <Choice
              label={t('app.channel')}
              value={search.channel}
              onChange={(channel) => set({ channel })}
              options={channels.map(({ id }) => ({ value: id, label: name(id) }))}
            />
            <Choice
              label={t('app.place')}
              value={search.location}
              onChange={(location) => set({ location })}
              options={places.map((place) => ({ value: place.id, label: place.name }))}
            />
            <DayField label={t('app.from')} value={search.from} onChange={(from) => set({ from })} />
            <DayField label={t('app.to')} value={search.to} onChange={(to) => set({ to })} />
          </>
        }
      />
      <PagedTable
        label={t('nav.orders')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={<Empty title={t('orders.none')}>{t('orders.noneHow')}</Empty>}
      />
    </Workspace>
  )
}
