import type { AdminProductRow, Collection, ProductStock } from '@hilo/contract'
import { type Column, Money, Picture, Status, Tag } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { runsHouse, useChannels, useMe } from '../../lib/known.ts'
import { useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Tabs } from '../../parts/list.tsx'
import { ListScreen, useList } from '../../parts/list-screen.tsx'
import { useProductStock } from './product-stock.ts'

const statuses = ['active', 'draft', 'archived'] as const
const sorts = ['newest', 'updated', 'title'] as const

/** Products and the collections that hold them. */
export function ProductTabs(): ReactNode {
  const t = useT()
  return (
    <Tabs
      label={t('nav.products')}
      items={[
        { to: '/products', text: t('products.all') },
        { to: '/products/collections', text: t('products.collections') },
      ]}
    />
  )
}

/** Everything that can be sold, in any state. */
export function Products(): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const { channels, name } = useChannels()
  const { data: collections } = useRead<{ items: Collection[] }>('/api/admin/collections')
  const list = useList<AdminProductRow>('/api/admin/products')
  const stock = useProductStock(list.pages.rows.map(({ id }) => id))
  const columns: Column<AdminProductRow>[] = [
    {
      id: 'product',
      title: t('products.product'),
      cell: (row) => (
        <div className="c-cell">
          <Picture src={row.picture ? `${row.picture}?w=80` : null} alt="" width={36} height={44} />
          <div className="c-two-lines">
            <b>{say(row.title)}</b>
            <small>
              {[row.productType, row.vendor].filter(Boolean).join(' · ')} ·{' '}
              {t('products.variants', { n: row.variants })}
            </small>
          </div>
        </div>
      ),
    },
    {
      id: 'channels',
      title: t('products.soldOn'),
      from: 900,
      cell: (row) =>
        row.channelIds.length > 0 ? (
          <span className="c-small c-muted">{row.channelIds.map((id) => name(id)).join(', ')}</span>
        ) : (
          <Status tone="owed">{t('products.nowhere')}</Status>
        ),
    },
    {
      id: 'status',
      title: t('app.status'),
      from: 560,
      cell: (row) => <Status tone={toneOf('product', row.status)}>{t(`product.${row.status}`)}</Status>,
    },
    {
      id: 'stock',
      title: t('stock.atp'),
      number: true,
      from: 440,
      cell: (row) => <StockFigure stock={stock.get(row.id)} />,
    },
    {
      id: 'price',
      title: t('orders.unitPrice'),
      number: true,
      cell: (row) =>
        row.fromMinor === null ? (
          <Status tone="owed">{t('products.noPrice')}</Status>
        ) : (
          <>
            {row.markedDown && <Tag tone="thread">{t('products.markdown')}</Tag>}{' '}
            {row.toMinor !== row.fromMinor && <span className="c-muted c-small">{t('products.from')} </span>}
            <Money minor={row.fromMinor} currency={row.currency ?? 'EUR'} />
          </>
        ),
    },
  ]
  return (
    <ListScreen
      title={t('nav.products')}
      tabs={<ProductTabs />}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/products"
      search={t('products.search')}
      exported="/api/admin/products/export"
      add={runsHouse(me) ? { to: '/products/new', words: t('products.new') } : undefined}
      filters={[
        {
          name: 'status',
          label: t('app.status'),
          options: statuses.map((value) => ({ value, label: t(`product.${value}`) })),
        },
        {
          name: 'collection',
          label: t('products.collection'),
          options: (collections?.items ?? []).map((item) => ({ value: item.handle, label: say(item.title) })),
        },
        {
          name: 'channel',
          label: t('app.channel'),
          options: channels.map(({ id }) => ({ value: id, label: name(id) })),
        },
        {
          name: 'sort',
          label: t('products.sort'),
          options: sorts.map((value) => ({ value, label: t(`products.sort.${value}`) })),
        },
      ]}
      empty={{
        title: t('products.none'),
        how: t('products.noneHow'),
        action: (
          <Link to="/imports/new" className="c-link">
            {t('stock.import')}
          </Link>
        ),
      }}
    />
  )
}

/** What can be promised of a product, and how many of its variants are gone. */
function StockFigure({ stock }: { stock: ProductStock | undefined }): ReactNode {
  const t = useT()
  if (!stock) return <span className="c-muted">–</span>
  return (
    <span className="c-stock-figure">
      <span className="c-figure" data-state={stock.atp === 0 ? 'none' : undefined}>
        {stock.atp}
      </span>
      {stock.soldOut > 0 && stock.atp > 0 && <small>{t('products.soldOut', { n: stock.soldOut })}</small>}
    </span>
  )
}
