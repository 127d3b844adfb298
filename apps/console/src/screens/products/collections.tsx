import type { Collection } from '@hilo/contract'
import { type Column, Empty, Icon, Picture, ProblemNote, Table } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useOpen } from '../../lib/filters.ts'
import { useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'
import { ProductTabs } from './products.tsx'

/** Collections, in the order of the shop's menu; those inside another stand below it. */
export function Collections(): ReactNode {
  const t = useT()
  const say = useSay()
  const { openId, open } = useOpen('/products/collections')
  const { data, error } = useRead<{ items: Collection[] }>('/api/admin/collections')
  const items = data?.items ?? []
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
    <Workspace>
      <ListHead
        title={t('nav.products')}
        tabs={<ProductTabs />}
        actions={
          <Link to="/products/collections/$id" params={{ id: 'new' }} className="c-primary">
            <Icon name="plus" size={16} /> {t('collection.new')}
          </Link>
        }
      />
      {error ? (
        <ProblemNote error={error} />
      ) : !data ? (
        <Placeholder label={t('app.loading')} />
      ) : rows.length === 0 ? (
        <Empty title={t('collection.none')}>{t('collection.noneHow')}</Empty>
      ) : (
        <Table
          label={t('products.collections')}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          chosenId={openId}
          onOpen={(row) => open(row.id)}
        />
      )}
    </Workspace>
  )
}
