import type { StockLevel, StockRow } from '@hilo/contract'
import { Code, type Column, Picture } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { usePlaces } from '../../lib/known.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Tabs } from '../../parts/list.tsx'
import { ListScreen, useList } from '../../parts/list-screen.tsx'

const states = ['low', 'none', 'conflict', 'in_stock'] as const
/** So many places stand beside each other also on a tablet. */
const fewPlaces = 6
/** Units at or below which a figure is marked. */
const few = 2

/** The three lists of stock. */
export function StockTabs(): ReactNode {
  const t = useT()
  return (
    <Tabs
      label={t('nav.stock')}
      items={[
        { to: '/stock', text: t('stock.levels') },
        { to: '/stock/transfers', text: t('stock.transfers') },
        { to: '/stock/conflicts', text: t('stock.conflicts') },
      ]}
    />
  )
}

/** What can be promised, of every variant, from every place, in one grid. */
export function Stock(): ReactNode {
  const t = useT()
  const say = useSay()
  const { places } = usePlaces()
  const list = useList<StockRow>('/api/admin/stock')
  const chosen = places.find((place) => place.id === list.address.search['location'])
  const level = (row: StockRow, locationId: string) => row.places.find((place) => place.locationId === locationId)
  const columns: Column<StockRow>[] = [
    {
      id: 'what',
      title: t('stock.article'),
      cell: (row) => (
        <div className="c-cell">
          <Picture src={row.picture ? `${row.picture}?w=80` : null} alt="" width={30} height={36} />
          <div className="c-two-lines">
            <b>
              {say(row.title)} <span className="c-options-text">{row.optionLabels.map(say).join(' · ')}</span>
            </b>
            <small>
              <Code>{row.sku}</Code>
            </small>
          </div>
        </div>
      ),
    },
    ...(chosen
      ? ([
          {
            id: 'onHand',
            title: t('stock.onHand'),
            number: true,
            from: 560,
            cell: (row) => level(row, chosen.id)?.onHand ?? 0,
          },
          {
            id: 'allocated',
            title: t('stock.allocated'),
            number: true,
            from: 720,
            cell: (row) => level(row, chosen.id)?.allocated ?? 0,
          },
          {
            id: 'reserved',
            title: t('stock.reserved'),
            number: true,
            from: 720,
            cell: (row) => level(row, chosen.id)?.reserved ?? 0,
          },
          {
            id: 'safety',
            title: t('stock.safety'),
            number: true,
            from: 900,
            cell: (row) => level(row, chosen.id)?.safetyStock ?? 0,
          },
          { id: 'atp', title: t('stock.atp'), number: true, cell: (row) => <Figure level={level(row, chosen.id)} /> },
        ] satisfies Column<StockRow>[])
      : [
          ...places.map(
            (place): Column<StockRow> => ({
              id: place.id,
              title: place.code,
              number: true,
              from: places.length <= fewPlaces ? 560 : 900,
              cell: (row) => <Figure level={level(row, place.id)} />,
            }),
          ),
          {
            id: 'total',
            title: t('stock.atp'),
            number: true,
            cell: (row: StockRow) => <b className="c-figure">{row.atp}</b>,
          } as Column<StockRow>,
        ]),
  ]
  return (
    <ListScreen
      title={t('nav.stock')}
      tabs={<StockTabs />}
      list={list}
      columns={columns}
      rowId={(row) => row.variantId}
      opens="/stock"
      search={t('stock.search')}
      exported="/api/admin/stock/export"
      filters={[
        {
          name: 'location',
          label: t('app.place'),
          options: places.map(({ id, name: label }) => ({ value: id, label })),
        },
        {
          name: 'state',
          label: t('stock.state'),
          options: states.map((value) => ({ value, label: t(`stock.state.${value}`) })),
        },
      ]}
      empty={{
        title: t('stock.empty'),
        how: t('stock.emptyHow'),
        action: (
          <Link to="/imports/new" className="c-link">
            {t('stock.import')}
          </Link>
        ),
      }}
    />
  )
}

/** What can be promised from one place: few and none are marked by shape as well as colour. */
function Figure({ level }: { level: StockLevel | undefined }): ReactNode {
  const t = useT()
  if (!level) return <span className="c-muted">·</span>
  const state = level.conflicted > 0 ? 'conflict' : level.atp === 0 ? 'none' : level.atp <= few ? 'few' : undefined
  return (
    <span className="c-figure" data-state={state} title={state === 'conflict' ? t('stock.state.conflict') : undefined}>
      {level.atp}
    </span>
  )
}
