import type { AuditEntry } from '@hilo/contract'
import { Button, Empty, Icon, ProblemNote, Select, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { usePlaces } from '../../lib/known.ts'
import { usePages, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Scroll } from '../../parts/scroll.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { Deed } from './deed.tsx'

const areas = [
  'orders.',
  'fulfillment.',
  'inventory.',
  'catalog.',
  'pricing.',
  'customers.',
  'payments.',
  'staff.',
  'imports.',
  'platform.',
] as const

/** Who did what, when and where. Nobody can change it. */
export function Audit(): ReactNode {
  const t = useT()
  const { name } = usePlaces()
  const [area, setArea] = useState<string | null>(null)
  const [actorId, setActorId] = useState<string | null>(null)
  const { data: staff } = useRead<{ items: { id: string; name: string }[] }>('/api/admin/staff', { limit: 200 })
  const filter = { action: area ?? undefined, actorId: actorId ?? undefined }
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
        <Select
          label={t('audit.area')}
          placeholder={t('audit.all')}
          data={areas.map((value) => ({ value, label: t(`area.${value}`) }))}
          value={area}
          onChange={setArea}
          clearable
          clearButtonProps={{ 'aria-label': `${t('audit.area')} ×` }}
        />
        <Select
          label={t('app.who')}
          placeholder={t('audit.all')}
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
                <th className="c-wide">{t('app.place')}</th>
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
                    <Deed entry={entry} />
                    <small className="c-narrow c-muted">{name(entry.locationId)}</small>
                  </td>
                  <td className="c-wide">{name(entry.locationId)}</td>
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
