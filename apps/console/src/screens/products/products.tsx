import type { AdminProductRow, Collection } from '@hilo/contract'
import { type Column, Empty, Icon, Money, Picture, Status, Tag } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { runsHouse, useChannels, useMe } from '../../lib/known.ts'
import { usePages, useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Choice, PagedTable, Tabs } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'

type Search = { q?: string; status?: string; collection?: string; channel?: string; type?: string; sort?: string }
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
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/products')
  const { channels, name } = useChannels()
  const { data: collections } = useRead<{ items: Collection[] }>('/api/admin/collections')
  const pages = usePages<AdminProductRow>('/api/admin/products', search)
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
  const writes = runsHouse(me)
  return (
    <Workspace>
      <ListHead
        title={t('nav.products')}
        count={pages.total === undefined ? undefined : t('app.results', { n: pages.total })}
        tabs={<ProductTabs />}
        search={{ value: search.q ?? '', onChange: (q) => set({ q }), label: t('products.search') }}
        actions={
          <>
            <a className="c-quiet" href="/api/admin/products/export" download>
              <Icon name="export" size={16} /> {t('app.export')}
            </a>
            {writes && (
              <Link to="/products/new" search={search as never} className="c-primary">
                <Icon name="plus" size={16} /> {t('products.new')}
              </Link>
            )}
          </>
        }
        filters={
          <>
            <Choice
              label={t('app.status')}
              value={search.status}
              onChange={(status) => set({ status })}
              options={statuses.map((value) => ({ value, label: t(`product.${value}`) }))}
            />
            <Choice
              label={t('products.collection')}
              value={search.collection}
              onChange={(collection) => set({ collection })}
              options={(collections?.items ?? []).map((item) => ({ value: item.handle, label: say(item.title) }))}
            />
            <Choice
              label={t('app.channel')}
              value={search.channel}
              onChange={(channel) => set({ channel })}
              options={channels.map(({ id }) => ({ value: id, label: name(id) }))}
            />
            <Choice
              label={t('products.sort')}
              value={search.sort}
              onChange={(sort) => set({ sort })}
              options={sorts.map((value) => ({ value, label: t(`products.sort.${value}`) }))}
            />
          </>
        }
      />
      <PagedTable
        label={t('nav.products')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={
          <Empty
            title={t('products.none')}
            action={
              <Link to="/imports/new" className="c-link">
                {t('products.import')}
              </Link>
            }
          >
            {t('products.noneHow')}
          </Empty>
        }
      />
    </Workspace>
  )
}
