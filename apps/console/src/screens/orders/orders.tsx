import type { OrderSummary } from '@hilo/contract'
import { Code, type Column, Money, Status, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useChannels, usePlaces } from '../../lib/known.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT, wordFor } from '../../lib/words.ts'
import { ListScreen, useList } from '../../parts/list-screen.tsx'

const statuses = ['placed', 'completed', 'canceled', 'draft', 'lapsed'] as const
const payments = ['unpaid', 'part_paid', 'paid', 'part_refunded', 'refunded'] as const

/** Orders of every channel, newest first. */
export function Orders(): ReactNode {
  const t = useT()
  const { places } = usePlaces()
  const { channels, name } = useChannels()
  const list = useList<OrderSummary>('/api/admin/orders')
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
      from: 720,
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
  return (
    <ListScreen
      title={t('nav.orders')}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/orders"
      search={t('orders.search')}
      exported="/api/admin/orders/export"
      filters={[
        {
          name: 'status',
          label: t('app.status'),
          options: statuses.map((value) => ({ value, label: t(`order.${value}`) })),
        },
        {
          name: 'payment',
          label: t('orders.payment'),
          options: payments.map((value) => ({ value, label: t(`payment.${value}`) })),
        },
        {
          name: 'channel',
          label: t('app.channel'),
          options: channels.map(({ id }) => ({ value: id, label: name(id) })),
        },
        {
          name: 'location',
          label: t('app.place'),
          options: places.map(({ id, name: label }) => ({ value: id, label })),
        },
        { name: 'from', label: t('app.from'), day: true },
        { name: 'to', label: t('app.to'), day: true },
      ]}
      empty={{ title: t('orders.none'), how: t('orders.noneHow') }}
    />
  )
}
