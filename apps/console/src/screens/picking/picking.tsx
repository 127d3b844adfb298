import type { FulfillmentOrderBody } from '@hilo/contract'
import { Code, type Column, Empty, Icon, Status, useLanguage, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { relative } from '../../lib/format.ts'
import { usePlaces } from '../../lib/known.ts'
import { usePages } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT, wordFor } from '../../lib/words.ts'
import { Choice, PagedTable } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'

type Search = { q?: string; location?: string; kind?: string; status?: string }
const states = ['work', 'collect', 'waiting', 'open', 'picking', 'packed', 'shipped', 'handed_over', 'all'] as const

/** What each place has to prepare, the most urgent first. */
export function Picking(): ReactNode {
  const t = useT()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/picking')
  const { mine, places } = usePlaces()
  const only = mine.length === 1 && mine.length < places.length ? mine[0]?.id : undefined
  const location = search.location ?? only
  const pages = usePages<FulfillmentOrderBody>('/api/admin/fulfillment', {
    ...search,
    location,
    status: search.status ?? 'work',
  })
  const columns: Column<FulfillmentOrderBody>[] = [
    { id: 'due', title: t('pick.due'), width: 108, cell: (row) => <Due row={row} /> },
    {
      id: 'who',
      title: t('orders.order'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>{row.contactName || t('orders.nobody')}</b>
          <small>
            <Code>{row.orderNumber}</Code> · {row.locationName}
          </small>
        </div>
      ),
    },
    {
      id: 'kind',
      title: t('orders.delivery'),
      from: 560,
      cell: (row) => (
        <span className="c-nowrap">
          <Icon name={row.kind === 'delivery' ? 'truck' : 'pickup'} size={16} /> {wordFor(t, 'delivery', row.kind)}
        </span>
      ),
    },
    { id: 'bin', title: t('pick.bin'), from: 720, cell: (row) => row.setAsideBin && <Code>{row.setAsideBin}</Code> },
    {
      id: 'units',
      title: t('pick.picked'),
      number: true,
      from: 440,
      cell: (row) => `${sum(row, 'pickedUnits')}/${sum(row, 'units')}`,
    },
    {
      id: 'status',
      title: t('app.status'),
      cell: (row) =>
        row.shortages.some((item) => item.status === 'asked') ? (
          <Status tone="broken">{t('pick.asked')}</Status>
        ) : (
          <Status tone={toneOf('work', row.status)}>{t(`work.${row.status}`)}</Status>
        ),
    },
  ]
  return (
    <Workspace>
      <ListHead
        title={t('nav.picking')}
        search={{ value: search.q ?? '', onChange: (q) => set({ q }), label: t('pick.search') }}
        filters={
          <>
            <Choice
              label={t('app.place')}
              value={location}
              onChange={(value) => set({ location: value })}
              options={mine.map((place) => ({ value: place.id, label: place.name }))}
            />
            <Choice
              label={t('orders.delivery')}
              value={search.kind}
              onChange={(kind) => set({ kind })}
              options={(['pickup', 'delivery'] as const).map((value) => ({ value, label: t(`delivery.${value}`) }))}
            />
            <Choice
              label={t('pick.work')}
              value={search.status}
              onChange={(status) => set({ status })}
              options={states.map((value) => ({
                value,
                label:
                  value === 'work'
                    ? t('pick.work')
                    : value === 'collect'
                      ? t('pick.collect')
                      : value === 'all'
                        ? t('app.all')
                        : t(`work.${value}`),
              }))}
            />
          </>
        }
      />
      <PagedTable
        label={t('nav.picking')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={<Empty title={t('pick.none')}>{t('pick.noneHow')}</Empty>}
      />
    </Workspace>
  )
}

function sum(row: FulfillmentOrderBody, field: 'units' | 'pickedUnits'): number {
  return row.lines.reduce((total, line) => total + line[field], 0)
}

function Due({ row }: { row: FulfillmentOrderBody }): ReactNode {
  const { language } = useLanguage()
  if (!row.dueAt) return <span className="c-muted">–</span>
  return (
    <div className="c-two-lines">
      <b className={row.overdue ? 'c-broken' : undefined}>{relative(row.dueAt, language)}</b>
      <small>
        <When at={row.dueAt} />
      </small>
    </div>
  )
}
