import type { ImportIssueView, ImportRunView } from '@hilo/contract'
import { Button, Facts, Icon, notify, ProblemNote, Progress, Section, Status, When } from '@hilo/ui'
import { type ReactNode, useEffect, useRef } from 'react'
import { api } from '../../lib/api.ts'
import { useId } from '../../lib/filters.ts'
import { usePeople } from '../../lib/known.ts'
import { refresh, useAct, useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useT, wordFor } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { IssueTable } from './issues.tsx'

const stale = [
  '/api/admin/imports',
  '/api/admin/products',
  '/api/admin/stock',
  '/api/admin/customers',
  '/api/admin/orders',
]

/** One import: how far it is, what the rows became, and every row that was not taken. */
export function ImportPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data: run, error } = useRead<ImportRunView>(
    `/api/admin/imports/${id}`,
    {},
    { every: (read) => (read?.status === 'running' ? 500 : false) },
  )
  const before = useRef(run?.status)
  useEffect(() => {
    if (before.current === 'running' && run?.status !== 'running') void refresh(...stale)
    before.current = run?.status
  }, [run?.status])
  if (error)
    return (
      <Pane title={t('nav.imports')} closeTo="/imports">
        <ProblemNote error={error} />
      </Pane>
    )
  if (!run)
    return (
      <Pane title={t('nav.imports')} closeTo="/imports">
        <Placeholder label={t('app.loading')} rows={6} />
      </Pane>
    )
  return <Loaded key={run.status} run={run} />
}

function Loaded({ run }: { run: ImportRunView }): ReactNode {
  const t = useT()
  const person = usePeople()
  const isRunning = run.status === 'running'
  const issues = useRead<{ items: ImportIssueView[]; next: string | null }>(
    `/api/admin/imports/${run.id}/issues`,
    { limit: 500 },
    { enabled: run.issues.refused + run.issues.flagged > 0 },
  )
  const cancel = useAct((_: null, call) => api.post(`/api/admin/imports/${run.id}/cancel`, {}, call), {
    refresh: stale,
    done: () => notify(t('imports.stopped'), { tone: 'info' }),
  })
  const start = useAct((_: null, call) => api.post(`/api/admin/imports/${run.id}/start`, {}, call), { refresh: stale })
  const refusal = cancel.error ?? start.error
  return (
    <Pane
      closeTo="/imports"
      title={run.fileName}
      sub={
        <>
          <Status tone={toneOf('import', run.status)}>{t(`import.${run.status}`)}</Status>
          <span>{t(`imports.kind.${run.kind}`)}</span>
          <span>{systemOf(run.format)}</span>
          <When at={run.startedAt} />
        </>
      }
      primary={
        isRunning ? (
          <Button onClick={() => cancel.mutate(null)} loading={cancel.isPending}>
            {t('imports.stop')}
          </Button>
        ) : run.status !== 'done' ? (
          <Button kind="primary" onClick={() => start.mutate(null)} loading={start.isPending}>
            {t(run.status === 'uploaded' ? 'imports.start' : 'imports.goOn')}
          </Button>
        ) : null
      }
    >
      {refusal !== null && <ProblemNote error={refusal} />}
      <div className="c-progress">
        <Progress value={run.status === 'done' ? 1 : run.progress} label={t('imports.progress')} />
        <span className="c-small c-muted">{t('imports.read', { n: run.rowsRead })}</span>
      </div>
      <div className="c-figures">
        <Figure label={t('imports.taken')} value={run.rowsTaken} />
        <Figure label={t('imports.unchanged')} value={run.rowsUnchanged} />
        <Figure label={t('imports.refused')} value={run.rowsRefused} bad={run.rowsRefused > 0} />
      </div>
      <Section title={t('imports.became')}>
        <Facts
          items={[
            ...Object.entries(run.summary).map(([name, value]): [string, ReactNode] => [
              wordFor(t, 'became', name),
              String(value),
            ]),
            ...(run.startedBy ? ([[t('imports.by'), person(run.startedBy)]] as [string, ReactNode][]) : []),
            ...(run.finishedAt
              ? ([[t('imports.finished'), <When key="end" at={run.finishedAt} />]] as [string, ReactNode][])
              : []),
          ]}
        />
      </Section>
      {run.issues.refused + run.issues.flagged > 0 && (
        <Section
          title={t('imports.issues')}
          aside={
            <a className="c-quiet" href={`/api/admin/imports/${run.id}/issues?format=csv`} download>
              <Icon name="export" size={16} /> {t('app.export')}
            </a>
          }
        >
          {issues.error !== null && <ProblemNote error={issues.error} />}
          {issues.data && <IssueTable issues={issues.data.items} />}
          {issues.data?.next && <p className="c-muted">{t('imports.moreIssues')}</p>}
        </Section>
      )}
    </Pane>
  )
}

function Figure({ label, value, bad }: { label: string; value: number; bad?: boolean }): ReactNode {
  return (
    <div>
      <b className={bad ? 'c-broken' : undefined}>{value}</b>
      <span>{label}</span>
    </div>
  )
}

const systems: Readonly<Record<string, string>> = {
  shopify: 'Shopify',
  woocommerce: 'WooCommerce',
  magento: 'Magento',
  hilo: 'Hilo',
  csv: 'CSV',
  json: 'JSON',
}

/** Where a file comes from, as people say it: `shopify-orders-json` is "Shopify JSON". */
function systemOf(format: string): string {
  return format
    .split('-')
    .flatMap((word) => systems[word] ?? [])
    .join(' ')
}
