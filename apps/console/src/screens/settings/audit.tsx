import type { AuditEntry } from '@hilo/contract'
import { Button, Code, Empty, Icon, ProblemNote, Select, TextInput, useDebouncedValue, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { usePlaces } from '../../lib/known.ts'
import { usePages, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Scroll } from '../../parts/scroll.tsx'
import { Pane } from '../../parts/workspace.tsx'

/** Who did what, when and where. Nobody can change it. */
export function Audit(): ReactNode {
  const t = useT()
  const { name } = usePlaces()
  const [typed, setTyped] = useState('')
  const [actorId, setActorId] = useState<string | null>(null)
  const [action] = useDebouncedValue(typed.trim(), 250)
  const { data: staff } = useRead<{ items: { id: string; name: string }[] }>('/api/admin/staff', { limit: 200 })
  const filter = { action: action || undefined, actorId: actorId ?? undefined }
  const pages = usePages<AuditEntry>('/api/admin/audit', { ...filter, limit: 50 })
  const query = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  return (
    <Pane
      closeTo="/settings"
      title={t('settings.audit')}
      more={
        <a className="c-quiet" href={`/api/admin/audit/export?${query}`} download>
          <Icon name="export" size={16} /> {t('app.export')}
        </a>
      }
    >
      <div className="c-two">
        <TextInput
          label={t('audit.action')}
          description={t('audit.actionHow')}
          placeholder="orders."
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Select
          label={t('app.who')}
          description=" "
          data={(staff?.items ?? []).map((member) => ({ value: member.id, label: member.name }))}
          value={actorId}
          onChange={setActorId}
          clearable
          searchable
        />
      </div>
      {pages.error !== null && <ProblemNote error={pages.error} />}
      {pages.loading ? (
        <Placeholder label={t('app.loading')} rows={8} />
      ) : pages.rows.length === 0 ? (
        <Empty title={t('app.nothing')} />
      ) : (
        <Scroll label={t('settings.audit')}>
          <table className="c-plain" aria-label={t('settings.audit')}>
            <thead>
              <tr>
                <th>{t('app.when')}</th>
                <th>{t('app.who')}</th>
                <th>{t('audit.deed')}</th>
                <th>{t('app.place')}</th>
              </tr>
            </thead>
            <tbody>
              {pages.rows.map((entry) => (
                <tr key={entry.id}>
                  <td className="c-nowrap">
                    <When at={entry.at} />
                  </td>
                  <td>{entry.actorName || t(`actor.${entry.actorKind}`)}</td>
                  <td>
                    <Code>{entry.action}</Code>
                    <div className="c-small">
                      <Subject id={entry.subjectId} />
                    </div>
                  </td>
                  <td>{name(entry.locationId)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {pages.more && (
        <Button kind="quiet" onClick={pages.readMore} loading={pages.readingMore}>
          {t('app.loadMore')}
        </Button>
      )}
    </Pane>
  )
}

const pages = {
  ord_: '/orders',
  per_: '/customers',
  prd_: '/products',
  pro_: '/products',
  mem_: '/team',
  ful_: '/picking',
  trf_: '/stock/transfers',
} as const

function Subject({ id }: { id: string | null }): ReactNode {
  if (id === null) return null
  const base = pages[id.slice(0, 4) as keyof typeof pages]
  return base ? (
    <Link to={`${base}/$id`} params={{ id }}>
      {id}
    </Link>
  ) : (
    <span className="c-muted">{id}</span>
  )
}
