import type { TransferBody } from '@hilo/contract'
import { type Column, Icon, Status, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { usePlaces } from '../../lib/known.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT } from '../../lib/words.ts'
import { ListScreen, useList } from '../../parts/list-screen.tsx'
import { StockTabs } from './stock.tsx'

const statuses = ['requested', 'sent', 'received', 'canceled'] as const

/** Goods on their way between places. */
export function Transfers(): ReactNode {
  const t = useT()
  const { places, name } = usePlaces()
  const list = useList<TransferBody>('/api/admin/transfers')
  const columns: Column<TransferBody>[] = [
    {
      id: 'way',
      title: t('transfer.way'),
      cell: (row) => (
        <span className="c-clip c-strong c-block">
          {name(row.fromLocationId)} <Icon name="right" size={12} /> {name(row.toLocationId)}
        </span>
      ),
    },
    {
      id: 'for',
      title: t('transfer.for'),
      from: 720,
      cell: (row) => (row.reference ? t('stock.forOrder') : row.reason),
    },
    { id: 'due', title: t('transfer.expected'), from: 440, cell: (row) => <When at={row.expectedAt} /> },
    {
      id: 'units',
      title: t('orders.units'),
      number: true,
      cell: (row) => row.lines.reduce((sum, line) => sum + line.units, 0),
    },
    {
      id: 'status',
      title: t('app.status'),
      cell: (row) => <Status tone={toneOf('transfer', row.status)}>{t(`transfer.${row.status}`)}</Status>,
    },
  ]
  return (
    <ListScreen
      title={t('nav.stock')}
      label={t('stock.transfers')}
      tabs={<StockTabs />}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/stock/transfers"
      add={{ to: '/stock/transfers/new', words: t('transfer.new') }}
      filters={[
        {
          name: 'location',
          label: t('app.place'),
          options: places.map(({ id, name: label }) => ({ value: id, label })),
        },
        {
          name: 'status',
          label: t('app.status'),
          options: statuses.map((value) => ({ value, label: t(`transfer.${value}`) })),
        },
      ]}
      empty={{
        title: t('transfer.none'),
        how: t('transfer.noneHow'),
        action: (
          <Link to="/stock/transfers/new" className="c-link">
            {t('transfer.new')}
          </Link>
        ),
      }}
    />
  )
}
