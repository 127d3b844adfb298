import type { Member } from '@hilo/contract'
import { type Column, Status, Tag, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { relative } from '../../lib/format.ts'
import { usePlaces } from '../../lib/known.ts'
import { useNow } from '../../lib/now.ts'
import { useT } from '../../lib/words.ts'
import { ListScreen, useList } from '../../parts/list-screen.tsx'

export const roles = ['owner', 'manager', 'counter', 'service', 'stock'] as const

/** People who work here. */
export function Team(): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const now = useNow()
  const { places, name } = usePlaces()
  const list = useList<Member>('/api/admin/staff')
  const columns: Column<Member>[] = [
    {
      id: 'name',
      title: t('team.name'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>{row.name}</b>
          <small>{row.email}</small>
        </div>
      ),
    },
    { id: 'role', title: t('team.role'), cell: (row) => t(`role.${row.role}`) },
    {
      id: 'places',
      title: t('team.places'),
      from: 720,
      cell: (row) =>
        row.allPlaces || row.role === 'owner' ? (
          <span className="c-muted">{t('team.allPlaces')}</span>
        ) : (
          row.locationIds.map((id) => name(id)).join(', ') || '–'
        ),
    },
    {
      id: 'factor',
      title: t('team.second'),
      from: 720,
      cell: (row) =>
        row.otp || row.passkeys > 0 ? (
          <Tag tone="kept" icon="key">
            {row.passkeys > 0 ? t('team.passkey') : t('team.code')}
          </Tag>
        ) : (
          <Tag tone="owed">{t('team.noSecond')}</Tag>
        ),
    },
    {
      id: 'seen',
      title: t('customers.seen'),
      from: 720,
      cell: (row) => (
        <span className="c-muted c-nowrap">
          {row.lastSeenAt ? relative(row.lastSeenAt, language, now) : t('team.never')}
        </span>
      ),
    },
    {
      id: 'status',
      title: t('app.status'),
      cell: (row) => <Status tone={row.status === 'active' ? 'kept' : 'quiet'}>{t(`member.${row.status}`)}</Status>,
    },
  ]
  return (
    <ListScreen
      title={t('nav.team')}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/team"
      search={t('team.search')}
      add={{ to: '/team/new', words: t('team.add') }}
      filters={[
        { name: 'role', label: t('team.role'), options: roles.map((value) => ({ value, label: t(`role.${value}`) })) },
        {
          name: 'locationId',
          label: t('app.place'),
          options: places.map(({ id, name: label }) => ({ value: id, label })),
        },
        {
          name: 'status',
          label: t('app.status'),
          options: (['active', 'disabled'] as const).map((value) => ({ value, label: t(`member.${value}`) })),
        },
      ]}
      empty={{ title: t('app.nothing') }}
    />
  )
}
