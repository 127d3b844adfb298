import type { FulfillmentOrderBody } from '@hilo/contract'
import { Code, type Column, Icon, Status, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { nearWhen, relative } from '../../lib/format.ts'
import { usePlaces } from '../../lib/known.ts'
import { useNow } from '../../lib/now.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT, wordFor } from '../../lib/words.ts'
import { Tabs } from '../../parts/list.tsx'
import { ListScreen, useList } from '../../parts/list-screen.tsx'

const states = ['work', 'collect', 'waiting', 'open', 'picking', 'packed', 'shipped', 'handed_over', 'all'] as const

/** What is to be prepared, and what is missing and waits for an answer. */
export function PickingTabs(): ReactNode {
  const t = useT()
  return (
    <Tabs
      label={t('nav.picking')}
      items={[
        { to: '/picking', text: t('pick.tab') },
        { to: '/picking/shortages', text: t('shortage.tab') },
      ]}
    />
  )
}

/** What each place has to prepare, the most urgent first. */
export function Picking(): ReactNode {
  const t = useT()
  const { mine, places } = usePlaces()
  const only = mine.length === 1 && mine.length < places.length ? mine[0]?.id : undefined
  const list = useList<FulfillmentOrderBody>('/api/admin/fulfillment', (search) => ({
    location: search['location'] ?? only,
    status: search['status'] ?? 'work',
    overdue: search['overdue'] === 'yes' ? true : undefined,
  }))
  const columns: Column<FulfillmentOrderBody>[] = [
    { id: 'due', title: t('pick.due'), width: 108, cell: (row) => <Due row={row} /> },
    {
      id: 'who',
      title: t('orders.order'),
      fills: true,
      cell: (row) => (
        <div className="c-two-lines">
          <b>
            {isAsked(row) && (
              <span className="c-broken">
                <Icon name="alert" size={14} label={t('pick.asked')} />{' '}
              </span>
            )}
            {row.contactName || t('orders.nobody')}
          </b>
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
      from: 440,
      cell: (row) =>
        isAsked(row) ? (
          <Status tone="broken">{t('pick.asked')}</Status>
        ) : (
          <Status tone={toneOf('work', row.status)}>{t(`work.${row.status}`)}</Status>
        ),
    },
  ]
  const wordOf = (value: (typeof states)[number]) =>
    value === 'work'
      ? t('pick.work')
      : value === 'collect'
        ? t('pick.collect')
        : value === 'all'
          ? t('app.all')
          : t(`work.${value}`)
  return (
    <ListScreen
      title={t('nav.picking')}
      tabs={<PickingTabs />}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/picking"
      search={t('pick.search')}
      filters={[
        {
          name: 'location',
          label: t('app.place'),
          value: list.address.search['location'] ?? only,
          options: mine.map(({ id, name: label }) => ({ value: id, label })),
        },
        {
          name: 'kind',
          label: t('orders.delivery'),
          options: (['pickup', 'delivery'] as const).map((value) => ({ value, label: t(`delivery.${value}`) })),
        },
        { name: 'overdue', label: t('pick.late'), options: [{ value: 'yes', label: t('pick.late') }] },
        { name: 'status', label: t('pick.work'), options: states.map((value) => ({ value, label: wordOf(value) })) },
      ]}
      empty={{ title: t('pick.none'), how: t('pick.noneHow') }}
    />
  )
}

/** Something of it is missing and its customer has not answered yet. */
function isAsked(row: FulfillmentOrderBody): boolean {
  return row.shortages.some((item) => item.status === 'asked')
}

function sum(row: FulfillmentOrderBody, field: 'units' | 'pickedUnits'): number {
  return row.lines.reduce((total, line) => total + line[field], 0)
}

function Due({ row }: { row: FulfillmentOrderBody }): ReactNode {
  const { language } = useLanguage()
  const now = useNow()
  if (!row.dueAt) return <span className="c-muted">–</span>
  return (
    <div className="c-two-lines">
      <b className={row.overdue ? 'c-broken' : undefined}>{relative(row.dueAt, language, now)}</b>
      <small>
        <time dateTime={row.dueAt}>{nearWhen(row.dueAt, language, now)}</time>
      </small>
    </div>
  )
}
