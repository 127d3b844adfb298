import type { stockConflict } from '@hilo/contract'
import { Button, Code, type Column, notify, ProblemNote, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import { api } from '../../lib/api.ts'
import { usePeople, usePlaces } from '../../lib/known.ts'
import { useAct } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { ListScreen, useList } from '../../parts/list-screen.tsx'
import { StockTabs } from './stock.tsx'

type Conflict = z.output<typeof stockConflict>

/** Sales of what the system did not know it had. Each waits until a person says what it was. */
export function Conflicts(): ReactNode {
  const t = useT()
  const say = useSay()
  const { places, name } = usePlaces()
  const person = usePeople()
  const list = useList<Conflict>('/api/admin/stock-conflicts', (search) => ({ settled: search['settled'] === 'yes' }))
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
    <ListScreen
      title={t('nav.stock')}
      label={t('stock.conflicts')}
      tabs={<StockTabs />}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      note={act.error !== null && <ProblemNote error={act.error} />}
      filters={[
        {
          name: 'location',
          label: t('app.place'),
          options: places.map(({ id, name: label }) => ({ value: id, label })),
        },
        { name: 'settled', label: t('conflict.open'), options: [{ value: 'yes', label: t('conflict.settledOnes') }] },
      ]}
      empty={{ title: t('conflict.none'), how: t('conflict.noneHow') }}
    />
  )
}
