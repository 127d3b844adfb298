import type { Customer } from '@hilo/contract'
import { Button, notify, ProblemNote, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { usePeople } from '../../lib/known.ts'
import { useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'

/** Who else counts as this person and why. Undoing a link puts everything back where it was. */
export function Links({ person }: { person: Customer }): ReactNode {
  const t = useT()
  const staff = usePeople()
  const act = useAct((linkId: string, call) => api.delete(`/api/admin/customers/${person.id}/links/${linkId}`, call), {
    refresh: ['/api/admin/customers', '/api/admin/orders'],
    done: () => notify(t('customers.unlinked'), { tone: 'kept' }),
  })
  return (
    <>
      <ul className="c-items c-tight-items">
        {person.links.map((link) => (
          <li key={link.id}>
            <div className="c-grow">
              {link.fromName || link.fromPersonId}
              <div className="c-small c-muted">
                {link.reason} · {staff(link.linkedBy)} · <When at={link.linkedAt} show="day" />
              </div>
            </div>
            <Button size="compact-sm" icon="unlink" onClick={() => act.mutate(link.id)} disabled={act.isPending}>
              {t('customers.unlink')}
            </Button>
          </li>
        ))}
      </ul>
      {act.error !== null && <ProblemNote error={act.error} />}
    </>
  )
}
