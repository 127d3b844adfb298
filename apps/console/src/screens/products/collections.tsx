import type { Collection } from '@hilo/contract'
import { type Column, Picture } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useSay, useT } from '../../lib/words.ts'
import { ListScreen, useList } from '../../parts/list-screen.tsx'
import { ProductTabs } from './products.tsx'

/** Collections, in the order of the shop's menu; those inside another stand below it. */
export function Collections(): ReactNode {
  const t = useT()
  const say = useSay()
  const list = useList<Collection>('/api/admin/collections')
  const items = list.pages.rows
  const rows = items
    .filter((item) => item.parentId === null || !items.some((other) => other.id === item.parentId))
    .flatMap((item) => [item, ...items.filter((child) => child.parentId === item.id)])
  const columns: Column<Collection>[] = [
    {
      id: 'title',
      title: t('products.collection'),
      cell: (row) => (
        <div className="c-cell" style={{ paddingLeft: row.parentId ? 24 : 0 }}>
          <Picture src={row.picture ? `${row.picture}?w=80` : null} alt="" width={36} height={36} />
          <div className="c-two-lines">
            <b>{say(row.title)}</b>
            <small>{row.handle}</small>
          </div>
        </div>
      ),
    },
    { id: 'products', title: t('nav.products'), number: true, cell: (row) => row.products },
  ]
  return (
    <ListScreen
      title={t('nav.products')}
      label={t('products.collections')}
      tabs={<ProductTabs />}
      list={{ ...list, pages: { ...list.pages, rows } }}
      columns={columns}
      rowId={(row) => row.id}
      opens="/products/collections"
      add={{ to: '/products/collections/new', words: t('collection.new') }}
      empty={{ title: t('collection.none'), how: t('collection.noneHow') }}
    />
  )
}
