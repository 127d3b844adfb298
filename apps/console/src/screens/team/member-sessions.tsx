import type { Member, StaffSession } from '@hilo/contract'
import { Button, notify, ProblemNote, Section, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { browserOf } from '../settings/browser-name.ts'

/** Where somebody is logged in, and logging them out there: a lost telephone, a till left open. */
export function MemberSessions({ member }: { member: Member }): ReactNode {
  const t = useT()
  const path = `/api/admin/staff/${member.id}/sessions`
  const { data, error } = useRead<{ items: StaffSession[] }>(path)
  const end = useAct((id: string, call) => api.delete(`${path}/${id}`, call), {
    refresh: [path],
    done: () => notify(t('team.loggedOut'), { tone: 'kept' }),
  })
  const items = data?.items ?? []
  return (
    <Section
      title={t('team.sessions')}
      aside={
        items.length > 1 && (
          <Button kind="quiet" size="compact-sm" onClick={() => end.mutate('all')} disabled={end.isPending}>
            {t('team.endAll')}
          </Button>
        )
      }
    >
      {error !== null && <ProblemNote error={error} />}
      {data && items.length === 0 && <p className="c-muted">{t('team.noSessions')}</p>}
      <ul className="c-items c-tight-items">
        {items.map((session) => (
          <li key={session.id}>
            <div className="c-grow">
              {browserOf(session.userAgent)}
              <div className="c-small c-muted">
                {session.ip} · <When at={session.lastUsedAt} />
              </div>
            </div>
            <Button size="compact-sm" onClick={() => end.mutate(session.id)} disabled={end.isPending}>
              {t('account.end')}
            </Button>
          </li>
        ))}
      </ul>
      {end.error !== null && <ProblemNote error={end.error} />}
    </Section>
  )
}
