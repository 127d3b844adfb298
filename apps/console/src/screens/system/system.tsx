import type { SystemState } from '@hilo/contract'
import { ProblemNote, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { nearWhen } from '../../lib/format.ts'
import { useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { ListHead } from '../../parts/workspace.tsx'
import { Laws } from './laws.tsx'
import { Load } from './load.tsx'
import { Backups, Database, Processes } from './machine.tsx'
import './system.css'
import { Verdict } from './verdict.tsx'
import { Followers, Waits } from './waits.tsx'

const everyMs = 2000

/** The machine room: first in words how Hilo is and what to do, then the figures behind them, moving. */
export function System(): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const { data, error, lost } = useRead<SystemState>('/api/admin/system', {}, { every: everyMs })
  return (
    <div className="y-room">
      <ListHead
        title={t('nav.system')}
        actions={
          data && (
            <span className="c-small c-muted">
              {t('system.running', {
                version: data.version,
                when: nearWhen(data.startedAt, language, new Date(data.at)),
              })}
            </span>
          )
        }
      />
      {!data && (error ? <ProblemNote error={error} /> : <Placeholder label={t('app.loading')} rows={8} />)}
      {data && (
        <div className="y-scroll">
          <div className="y-body">
            <Verdict state={data} lost={lost || error !== null} />
            <div className="y-wide">
              <Load state={data} />
              <Waits state={data} />
              <Followers state={data} />
            </div>
            <div className="y-checking">
              <Laws state={data} />
            </div>
            <aside className="y-side">
              <Backups state={data} />
              <Database state={data} />
              <Processes state={data} />
            </aside>
          </div>
        </div>
      )}
    </div>
  )
}
