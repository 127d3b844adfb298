import type { CustomerRow } from '@hilo/contract'
import { type Column, Empty, Icon, Status, Tag, useLanguage } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { relative } from '../../lib/format.ts'
import { usePages } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Choice, PagedTable, Tabs } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'

type Search = { q?: string; tag?: string; speaks?: string; marketing?: string; anonymous?: string }

/** People, and those who may be one person twice. */
export function CustomerTabs(): ReactNode {
  const t = useT()
  return (
    <Tabs
      label={t('nav.customers')}
      items={[
        { to: '/customers', text: t('customers.all') },
        { to: '/customers/duplicates', text: t('customers.duplicates') },
      ]}
    />
  )
}

/** Everybody we serve. */
export function Customers(): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/customers')
  const pages = usePages<CustomerRow>('/api/admin/customers', search)
  const columns: Column<CustomerRow>[] = [
    {
      id: 'name',
      title: t('customers.person'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>{row.name || (row.anonymous ? t('customers.anonymous') : t('orders.nobody'))}</b>
          <small>{[row.email, row.phone].filter(Boolean).join(' · ')}</small>
        </div>
      ),
    },
    { id: 'city', title: t('customers.city'), from: 560, cell: (row) => row.city },
    {
      id: 'tags',
      title: t('customers.tags'),
      from: 720,
      cell: (row) => (
        <span className="c-row">
          {row.tags.slice(0, 3).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {row.linked > 0 && <Tag icon="link">{t('customers.linked', { n: row.linked })}</Tag>}
        </span>
      ),
    },
    {
      id: 'marketing',
      title: t('customers.marketing'),
      from: 720,
      cell: (row) => <Status tone={row.marketing ? 'kept' : 'quiet'}>{t(row.marketing ? 'app.yes' : 'app.no')}</Status>,
    },
    {
      id: 'seen',
      title: t('customers.seen'),
      from: 440,
      cell: (row) => (
        <span className="c-nowrap c-muted">{row.lastSeenAt ? relative(row.lastSeenAt, language) : '–'}</span>
      ),
    },
  ]
  return (
    <Workspace>
      <ListHead
        title={t('nav.customers')}
        tabs={<CustomerTabs />}
        search={{ value: search.q ?? '', onChange: (q) => set({ q }), label: t('customers.search') }}
        actions={
          <>
            <a className="c-quiet" href="/api/admin/customers/export" download>
              <Icon name="export" size={16} /> {t('app.export')}
            </a>
            <Link to="/customers/new" search={search as never} className="c-primary">
              <Icon name="plus" size={16} /> {t('customers.new')}
            </Link>
          </>
        }
        filters={
          <>
            <Choice
              label={t('customers.marketing')}
              value={search.marketing}
              onChange={(marketing) => set({ marketing })}
              options={[
                { value: 'yes', label: t('customers.marketingYes') },
                { value: 'no', label: t('customers.marketingNo') },
              ]}
            />
            <Choice
              label={t('orders.language')}
              value={search.speaks}
              onChange={(speaks) => set({ speaks })}
              options={[
                { value: 'es', label: t('app.spanish') },
                { value: 'en', label: t('app.english') },
              ]}
            />
            <Choice
              label={t('customers.known')}
              value={search.anonymous}
              onChange={(anonymous) => set({ anonymous })}
              options={[{ value: 'yes', label: t('customers.anonymousOnes') }]}
            />
          </>
        }
      />
      <PagedTable
        label={t('nav.customers')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={
          <Empty
            title={t('customers.none')}
            action={
              <Link to="/customers/new" className="c-link">
                {t('customers.new')}
              </Link>
            }
          >
            {t('customers.noneHow')}
          </Empty>
        }
      />
    </Workspace>
  )
}
