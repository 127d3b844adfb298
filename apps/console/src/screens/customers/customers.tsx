import type { CustomerRow } from '@hilo/contract'
import { phoneText } from '@hilo/i18n'
import { type Column, Status, Tag, useLanguage } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { relative } from '../../lib/format.ts'
import { useNow } from '../../lib/now.ts'
import { useT } from '../../lib/words.ts'
import { Tabs } from '../../parts/list.tsx'
import { ListScreen, useList } from '../../parts/list-screen.tsx'

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
  const now = useNow()
  const list = useList<CustomerRow>('/api/admin/customers')
  const columns: Column<CustomerRow>[] = [
    {
      id: 'name',
      title: t('customers.person'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>{row.name || (row.anonymous ? t('customers.anonymous') : t('orders.nobody'))}</b>
          <small>{[row.email, row.phone && phoneText(row.phone)].filter(Boolean).join(' · ')}</small>
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
        <span className="c-nowrap c-muted">{row.lastSeenAt ? relative(row.lastSeenAt, language, now) : '–'}</span>
      ),
    },
  ]
  return (
    <ListScreen
      title={t('nav.customers')}
      tabs={<CustomerTabs />}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/customers"
      search={t('customers.search')}
      exported="/api/admin/customers/export"
      add={{ to: '/customers/new', words: t('customers.new') }}
      filters={[
        {
          name: 'marketing',
          label: t('customers.marketing'),
          options: [
            { value: 'yes', label: t('customers.marketingYes') },
            { value: 'no', label: t('customers.marketingNo') },
          ],
        },
        {
          name: 'speaks',
          label: t('orders.language'),
          options: [
            { value: 'es', label: t('app.spanish') },
            { value: 'en', label: t('app.english') },
          ],
        },
        {
          name: 'anonymous',
          label: t('customers.known'),
          options: [{ value: 'yes', label: t('customers.anonymousOnes') }],
        },
      ]}
      empty={{
        title: t('customers.none'),
        how: t('customers.noneHow'),
        action: (
          <Link to="/customers/new" className="c-link">
            {t('customers.new')}
          </Link>
        ),
      }}
    />
  )
}
