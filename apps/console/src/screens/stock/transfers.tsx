import type { TransferBody } from '@hilo/contract'
import { Button, type Column, Empty, Icon, Status, When } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { usePlaces } from '../../lib/known.ts'
import { usePages } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT } from '../../lib/words.ts'
import { Choice, PagedTable } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'
import { StockTabs } from './stock.tsx'

type Search = { location?: string; status?: string }
const statuses = ['requested', 'sent', 'received', 'canceled'] as const

/** Goods on their way between places. */
export function Transfers(): ReactNode {
  const t = useT()
  const navigate = useNavigate()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/stock/transfers')
  const { places, name } = usePlaces()
  const pages = usePages<TransferBody>('/api/admin/transfers', search)
  const columns: Column<TransferBody>[] = [
    {
      id: 'way',
      title: t('transfer.way'),
      cell: (row) => (
        <span className="c-nowrap c-strong">
          {name(row.fromLocationId)} <Icon name="right" size={12} /> {name(row.toLocationId)}
        </span>
      ),
    },
    {
      id: 'for',
      title: t('transfer.for'),
      from: 560,
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
  const add = () => void navigate({ to: '/stock/transfers/new', search: search as never })
  return (
    <Workspace>
      <ListHead
        title={t('nav.stock')}
        tabs={<StockTabs />}
        actions={
          <Button kind="primary" icon="plus" onClick={add}>
            {t('transfer.new')}
          </Button>
        }
        filters={
          <>
            <Choice
              label={t('app.place')}
              value={search.location}
              onChange={(location) => set({ location })}
              options={places.map((place) => ({ value: place.id, label: place.name }))}
            />
            <Choice
              label={t('app.status')}
              value={search.status}
              onChange={(status) => set({ status })}
              options={statuses.map((value) => ({ value, label: t(`transfer.${value}`) }))}
            />
          </>
        }
      />
      <PagedTable
        label={t('stock.transfers')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={
          <Empty title={t('transfer.none')} action={<Button onClick={add}>{t('transfer.new')}</Button>}>
            {t('transfer.noneHow')}
          </Empty>
        }
      />
    </Workspace>
  )
}
