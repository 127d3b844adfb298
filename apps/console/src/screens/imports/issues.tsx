import type { ImportIssueView } from '@hilo/contract'
import { Code, Status } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useSay, useT } from '../../lib/words.ts'
import { Scroll } from '../../parts/scroll.tsx'

/** Rows that were refused or flagged: where, what stood there, and what to do. */
export function IssueTable({ issues }: { issues: readonly ImportIssueView[] }): ReactNode {
  const t = useT()
  const say = useSay()
  return (
    <Scroll label={t('imports.issues')}>
      <table className="c-plain" aria-label={t('imports.issues')}>
        <thead>
          <tr>
            <th>{t('imports.line')}</th>
            <th>{t('imports.field')}</th>
            <th>{t('imports.value')}</th>
            <th>{t('imports.remedy')}</th>
          </tr>
        </thead>
        <tbody>
          {issues.map((issue) => (
            <tr key={`${issue.line}-${issue.field}-${issue.code}`}>
              <td>{issue.line}</td>
              <td>
                {issue.field}
                <div>
                  <Status tone={issue.severity === 'refused' ? 'broken' : 'owed'}>
                    {t(`issue.${issue.severity}`)}
                  </Status>
                </div>
              </td>
              <td>{issue.value && <Code>{issue.value.slice(0, 60)}</Code>}</td>
              <td>{say(issue.remedy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
