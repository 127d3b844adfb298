import type { CheckRun, CheckRunDetail, LawCheck, SystemState } from '@hilo/contract'
import { Button, Code, Loading, ProblemNote, Progress, Section, Status, useLanguage } from '@hilo/ui'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { api } from '../../lib/api.ts'
import { nearWhen } from '../../lib/format.ts'
import { useMe, usePeople } from '../../lib/known.ts'
import { useNow } from '../../lib/now.ts'
import { refresh, useAct, useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { msText } from './figures.ts'

const path = '/api/admin/system/checks'

/** The law checks: the last run in words, one under way with its progress, a new one for the owner, the earlier ones. */
export function Laws({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  const me = useMe()
  const { open, last } = state.checks
  const runs = useRead<{ items: CheckRun[] }>(path, { limit: 8 })
  const start = useAct<void, CheckRun>((_none, options) => api.post(path, {}, options), {
    refresh: ['/api/admin/system'],
  })
  useEffect(() => {
    void refresh(path)
  }, [open?.id, last?.id])
  const earlier = (runs.data?.items ?? []).filter(
    ({ id, status }) => id !== last?.id && (status === 'done' || status === 'failed'),
  )
  const isOwner = me.role === 'owner'
  return (
    <div id="laws" className="y-laws">
      <Section
        title={t('system.laws')}
        aside={
          isOwner ? (
            <Button kind="primary" size="xs" onClick={() => start.mutate()} disabled={open !== null || start.isPending}>
              {t('system.check')}
            </Button>
          ) : (
            <span className="c-small c-muted">{t('system.checkOwner')}</span>
          )
        }
      >
        {start.error !== null && <ProblemNote error={start.error} />}
        <div className="y-run" role="status">
          {open && <Running run={open} />}
          {!open && last && <Run run={last} isLast />}
          {!open && !last && <p className="c-flat">{t('system.checkNever')}</p>}
        </div>
        <p className="c-small c-muted y-foot">{t('system.lawsHow')}</p>
        {earlier.length > 0 && (
          <>
            <h3>{t('system.checkRuns')}</h3>
            <ul className="y-runs">
              {earlier.map((run) => (
                <li key={run.id}>
                  <Run run={run} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Section>
    </div>
  )
}

function Running({ run }: { run: CheckRun }): ReactNode {
  const t = useT()
  if (run.status === 'queued' || run.total === 0) return <p className="c-flat">{t('system.checkWaiting')}</p>
  const label = t('system.checking', { done: run.done, total: run.total })
  return (
    <>
      <p className="c-flat">{label}</p>
      <Progress value={run.done / run.total} label={label} />
    </>
  )
}

/** One run: whether all agreed, when, how long; on request what each check found. A bad last one shows its rows at once. */
function Run({ run, isLast = false }: { run: CheckRun; isLast?: boolean }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const person = usePeople()
  const region = useId()
  const isBad = (run.disagreements ?? 0) > 0
  const [asked, setAsked] = useState(false)
  const shown = asked || (isLast && isBad)
  const when = nearWhen(run.finishedAt ?? run.askedAt, language, useNow())
  const who = run.askedBy === null ? t('system.checkNight') : t('system.checkBy', { who: person(run.askedBy) })
  return (
    <>
      <div className="y-ran">
        {run.status === 'failed' ? (
          <Status tone="owed">{t('system.checkFailed')}</Status>
        ) : isBad ? (
          <Status tone="broken">{t('system.checkBad', { n: run.disagreements ?? 0 })}</Status>
        ) : (
          <Status tone="kept">{t('system.checkGood', { n: run.total })}</Status>
        )}
        <small>
          {run.ms === null ? when : t('system.checkTook', { when, took: msText(run.ms, language) })} · {who}
        </small>
        {run.status === 'done' && !(isLast && isBad) && (
          <button
            type="button"
            className="c-linklike"
            aria-expanded={asked}
            aria-controls={region}
            onClick={() => setAsked(!asked)}
          >
            {t(isBad ? 'system.seeRun' : 'system.allChecks')}
          </button>
        )}
        {run.error && <p className="c-small c-broken">{run.error}</p>}
      </div>
      <div id={region}>{shown && <Found id={run.id} all={asked} />}</div>
    </>
  )
}

function Found({ id, all }: { id: string; all: boolean }): ReactNode {
  const t = useT()
  const { data, error } = useRead<CheckRunDetail>(`${path}/${id}`)
  if (error) return <ProblemNote error={error} />
  if (!data) return <Loading label={t('app.loading')} />
  const bad = data.checks.filter(({ count }) => count > 0)
  return (
    <>
      {bad.map((check) => (
        <Disagreement key={check.name} check={check} />
      ))}
      {all && <Checks checks={data.checks.filter(({ count }) => count === 0)} />}
    </>
  )
}

function Disagreement({ check }: { check: LawCheck }): ReactNode {
  const t = useT()
  const say = useSay()
  return (
    <div className="y-bad">
      <p>
        <b>{say(check.title)}</b>
        <small>
          {t('system.law', { n: check.law })} · <Code>{check.name}</Code> · {t('system.rows', { n: check.count })}
        </small>
      </p>
      <table className="c-plain y-table">
        <thead>
          <tr>
            <th>{t('system.subject')}</th>
            <th>{t('system.expected')}</th>
            <th>{t('system.found')}</th>
          </tr>
        </thead>
        <tbody>
          {check.rows.slice(0, 10).map((row) => (
            <tr key={row.subject + row.found}>
              <td>
                <Code>{row.subject}</Code>
              </td>
              <td>{row.expected}</td>
              <td className="c-broken">{row.found}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {check.count > 10 && <p className="c-small c-muted">{t('system.moreRows', { n: check.count - 10 })}</p>}
    </div>
  )
}

function Checks({ checks }: { checks: readonly LawCheck[] }): ReactNode {
  const say = useSay()
  const { language } = useLanguage()
  return (
    <ul className="y-checks">
      {checks.map((check) => (
        <li key={check.name}>
          <Status tone="kept">{say(check.title)}</Status>
          <small>{msText(check.ms, language)}</small>
        </li>
      ))}
    </ul>
  )
}
