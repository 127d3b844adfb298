import type { Health, SystemStatus } from '@hilo/contract'
import { Facts, ProblemNote, Section, Status, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Pane } from '../../parts/workspace.tsx'

/** How the machine room is: what serves, what waits, what is behind. */
export function System(): ReactNode {
  const t = useT()
  const health = useRead<Health>('/api/health', {}, { every: 5000 })
  const { data, error } = useRead<SystemStatus>('/api/admin/system', {}, { every: 5000 })
  const checks = health.data?.checks
  return (
    <Pane closeTo="/settings" title={t('settings.system')} sub={data && <span>Hilo {data.version}</span>}>
      {error !== null && <ProblemNote error={error} />}
      <Section title={t('system.serves')}>
        <div className="c-row c-checks">
          {(['shop', 'database', 'schema'] as const).map((name) => (
            <Status key={name} tone={checks?.[name] ? 'kept' : 'broken'}>
              {t(`system.${name}`)}
            </Status>
          ))}
        </div>
      </Section>
      {data && (
        <>
          <Section title={t('system.work')}>
            <Facts
              items={[
                [t('system.started'), <When key="started" at={data.startedAt} />],
                [t('system.waiting'), data.outboxWaiting],
                [t('system.events'), data.lastSeq],
                [t('system.listeners'), data.liveListeners],
                [t('system.memory'), `${data.memoryMiB} MiB`],
              ]}
            />
          </Section>
          <Section title={t('system.followers')}>
            <table className="c-plain">
              <thead>
                <tr>
                  <th>{t('team.name')}</th>
                  <th>{t('app.status')}</th>
                  <th className="h-num">{t('system.behind')}</th>
                </tr>
              </thead>
              <tbody>
                {data.subscribers.map((subscriber) => (
                  <tr key={subscriber.name}>
                    <td>
                      {subscriber.name}
                      {subscriber.lastError && <div className="c-small c-broken">{subscriber.lastError}</div>}
                    </td>
                    <td>
                      <Status tone={subscriber.failures > 0 ? 'broken' : subscriber.behind > 100 ? 'owed' : 'kept'}>
                        {t(
                          subscriber.failures > 0
                            ? 'system.failing'
                            : subscriber.behind > 100
                              ? 'system.catching'
                              : 'system.current',
                        )}
                      </Status>
                    </td>
                    <td className="h-num">{subscriber.behind}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Section>
        </>
      )}
    </Pane>
  )
}
