import type { Member } from '@hilo/contract'
import { Button, type Column, Empty, Icon, Status, Tag, useLanguage } from '@hilo/ui'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { relative } from '../../lib/format.ts'
import { usePlaces } from '../../lib/known.ts'
import { usePages } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Choice, PagedTable } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'

type Search = { q?: string; role?: string; status?: string; locationId?: string }
export const roles = ['owner', 'manager', 'counter', 'service', 'stock'] as const

/** People who work here. */
export function Team(): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const navigate = useNavigate()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/team')
  const { places, name } = usePlaces()
  const pages = usePages<Member>('/api/admin/staff', search)
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
      from: 560,
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
          {row.lastSeenAt ? relative(row.lastSeenAt, language) : t('team.never')}
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
    <Workspace>
      <ListHead
        title={t('nav.team')}
        search={{ value: search.q ?? '', onChange: (q) => set({ q }), label: t('team.search') }}
        actions={
          <Button
            kind="primary"
            onClick={() => void navigate({ to: '/team/$id', params: { id: 'new' }, search: search as never })}
          >
            <Icon name="plus" size={16} /> {t('team.add')}
          </Button>
        }
        filters={
          <>
            <Choice
              label={t('team.role')}
              value={search.role}
              onChange={(role) => set({ role })}
              options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
            />
            <Choice
              label={t('app.place')}
              value={search.locationId}
              onChange={(locationId) => set({ locationId })}
              options={places.map((place) => ({ value: place.id, label: place.name }))}
            />
            <Choice
              label={t('app.status')}
              value={search.status}
              onChange={(status) => set({ status })}
              options={(['active', 'disabled'] as const).map((value) => ({ value, label: t(`member.${value}`) }))}
            />
          </>
        }
      />
      <PagedTable
        label={t('nav.team')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={<Empty title={t('app.nothing')} />}
      />
    </Workspace>
  )
}
