import type { Duplicate } from '@hilo/contract'
import { phoneText } from '@hilo/i18n'
import { Button, Empty, notify, ProblemNote, Tag } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useAct, usePages } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'
import { CustomerTabs } from './customers.tsx'

const stale = ['/api/admin/customers']

/** Pairs that may be one person, the strongest evidence first. Nobody is merged without somebody saying so. */
export function Duplicates(): ReactNode {
  const t = useT()
  const pages = usePages<Duplicate>('/api/admin/customers/duplicates')
  const find = useAct(
    (_: null, call) => api.post<{ found: number }>('/api/admin/customers/duplicates/find', {}, call),
    {
      refresh: stale,
      done: ({ found }) => notify(t('duplicates.found', { n: found })),
    },
  )
  const decide = useAct(
    ({ id, decision }: { id: string; decision: 'link' | 'dismiss' }, call) =>
      api.post(`/api/admin/customers/duplicates/${id}`, { decision }, call),
    {
      refresh: stale,
      done: (_, { decision }) =>
        notify(t(decision === 'link' ? 'customers.linkedDone' : 'duplicates.dismissed'), { tone: 'kept' }),
    },
  )
  const error = pages.error ?? decide.error ?? find.error
  return (
    <Workspace>
      <ListHead
        title={t('nav.customers')}
        tabs={<CustomerTabs />}
        actions={
          <Button onClick={() => find.mutate(null)} loading={find.isPending}>
            {t('duplicates.find')}
          </Button>
        }
      />
      {error !== null && <ProblemNote error={error} />}
      {pages.loading ? (
        <Placeholder label={t('app.loading')} />
      ) : pages.rows.length === 0 ? (
        <Empty
          title={t('duplicates.none')}
          action={<Button onClick={() => find.mutate(null)}>{t('duplicates.find')}</Button>}
        >
          {t('duplicates.noneHow')}
        </Empty>
      ) : (
        <ul className="c-items c-pairs">
          {pages.rows.map((pair) => (
            <li key={pair.id}>
              <Side side={pair.a} />
              <Side side={pair.b} />
              <div className="c-row c-grow">
                {pair.evidence.map((evidence) => (
                  <Tag key={evidence.kind + evidence.value} tone="thread" icon="link">
                    {t(`evidence.${evidence.kind}`)}: {evidence.value}
                  </Tag>
                ))}
              </div>
              <div className="c-row">
                <Button
                  kind="quiet"
                  disabled={decide.isPending}
                  onClick={() => decide.mutate({ id: pair.id, decision: 'dismiss' })}
                >
                  {t('duplicates.two')}
                </Button>
                <Button disabled={decide.isPending} onClick={() => decide.mutate({ id: pair.id, decision: 'link' })}>
                  {t('duplicates.one')}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Workspace>
  )
}

function Side({ side }: { side: Duplicate['a'] }): ReactNode {
  const t = useT()
  return (
    <div className="c-two-lines c-side">
      <b>
        <Link to="/customers/$id" params={{ id: side.id }} className="c-strong">
          {side.name || t('orders.nobody')}
        </Link>
      </b>
      <small>{[side.email, side.phone && phoneText(side.phone)].filter(Boolean).join(' · ')}</small>
    </div>
  )
}
