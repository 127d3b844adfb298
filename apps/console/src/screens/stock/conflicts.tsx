import type { stockConflict } from '@hilo/contract'
import { Button, Code, type Column, Empty, notify, ProblemNote, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import { api } from '../../lib/api.ts'
import { useFilters } from '../../lib/filters.ts'
import { usePeople, usePlaces } from '../../lib/known.ts'
import { useAct, usePages } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Choice, PagedTable } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'
import { StockTabs } from './stock.tsx'

type Conflict = z.output<typeof stockConflict>
type Search = { location?: string; settled?: string }

/** Sales of what the system did not know it had. Each waits until a person says what it was. */
export function Conflicts(): ReactNode {
  const t = useT()
  const say = useSay()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { places, name } = usePlaces()
  const person = usePeople()
  const pages = usePages<Conflict>('/api/admin/stock-conflicts', {
    location: search.location,
    settled: search.settled === 'yes',
  })
  const act = useAct(
    ({ id, how }: { id: string; how: 'found' | 'cleared' }, call) =>
      api.post(`/api/admin/stock-conflicts/${id}/settle`, { how }, call),
    {
      refresh: ['/api/admin/stock-conflicts', '/api/admin/stock'],
      done: () => notify(t('conflict.settled'), { tone: 'kept' }),
    },
  )
  const columns: Column<Conflict>[] = [
    {
      id: 'what',
      title: t('stock.article'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>
            <Link to="/stock/$id" params={{ id: row.variantId }} className="c-strong">
              {say(row.title)}
            </Link>
          </b>
          <small>
            <Code>{row.sku}</Code> · {name(row.locationId)}
          </small>
        </div>
      ),
    },
    { id: 'units', title: t('orders.units'), number: true, cell: (row) => row.units },
    {
      id: 'who',
      title: t('conflict.soldBy'),
      from: 560,
      cell: (row) => (
        <div className="c-two-lines">
          <b>{person(row.actorId)}</b>
          <small>
            <When at={row.at} />
          </small>
        </div>
      ),
    },
    {
      id: 'settle',
      title: t('conflict.what'),
      cell: (row) =>
        row.settledAt ? (
          <span className="c-small">
            {row.settlement} · {person(row.settledBy)}
          </span>
        ) : (
          <span className="c-row">
            <Button
              size="compact-sm"
              disabled={act.isPending}
              onClick={() => act.mutate({ id: row.id, how: 'found' })}
              title={t('conflict.foundHow')}
            >
              {t('conflict.found')}
            </Button>
            <Button
              size="compact-sm"
              disabled={act.isPending}
              onClick={() => act.mutate({ id: row.id, how: 'cleared' })}
              title={t('conflict.clearedHow')}
            >
              {t('conflict.cleared')}
            </Button>
          </span>
        ),
    },
  ]
  return (
    <Workspace>
      <ListHead
        title={t('nav.stock')}
        tabs={<StockTabs />}
        filters={
          <>
            <Choice
              label={t('app.place')}
              value={search.location}
              onChange={(location) => set({ location })}
              options={places.map((place) => ({ value: place.id, label: place.name }))}
            />
            <Choice
              label={t('conflict.open')}
              value={search.settled}
              onChange={(settled) => set({ settled })}
              options={[{ value: 'yes', label: t('conflict.settledOnes') }]}
            />
          </>
        }
      />
      {act.error !== null && <ProblemNote error={act.error} />}
      <PagedTable
        label={t('stock.conflicts')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        filtered={filtered}
        onClear={clear}
        empty={<Empty title={t('conflict.none')}>{t('conflict.noneHow')}</Empty>}
      />
    </Workspace>
  )
}
