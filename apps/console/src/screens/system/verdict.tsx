import type { SystemState } from '@hilo/contract'
import { Thread, useLanguage } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { nearWhen } from '../../lib/format.ts'
import { useT } from '../../lib/words.ts'
import { agoText } from './figures.ts'
import { findingWords } from './finding-words.ts'

type Shown = SystemState['verdict'] | 'unknown'

/** The line of the house: whole with a kept knot, whole with an open one, cut, or loose. */
const drawings: Readonly<Record<Shown, ReactNode>> = {
  fine: (
    <>
      <path d="M2 16c10 0 10-8 20-8s10 8 20 8 10-6 20-6" />
      <circle cx="32" cy="13" r="6" className="y-knot" />
    </>
  ),
  owed: (
    <>
      <path d="M2 16c10 0 10-8 20-8s10 8 20 8 10-6 20-6" />
      <circle cx="32" cy="13" r="6" className="y-knot" />
    </>
  ),
  broken: (
    <>
      <path d="M2 16c8 0 10-7 18-8M44 18c8 0 8-8 18-8" />
      <rect x="27" y="8" width="10" height="10" className="y-knot" transform="rotate(45 32 13)" />
    </>
  ),
  unknown: <path d="M2 16c10 0 10-8 20-8s14 10 20 6" strokeDasharray="3 5" />,
}

/** How it is, in one sentence that is read out when it changes; then what is wrong, since when, and what to do. */
export function Verdict({ state, lost }: { state: SystemState; lost: boolean }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const shown: Shown = lost ? 'unknown' : state.verdict
  const n = state.findings.filter(({ tone }) => tone === state.verdict).length
  const now = new Date(state.at)
  return (
    <section className="y-verdict" data-tone={shown}>
      <div className="y-say" role="status">
        <svg viewBox="0 0 64 26" aria-hidden="true">
          {drawings[shown]}
        </svg>
        <div>
          <h2>{t(`system.${shown}`, { n })}</h2>
          <p>{t(`system.${shown}How`, { when: nearWhen(state.at, language, now) })}</p>
        </div>
      </div>
      {state.findings.length > 0 && <Findings state={state} />}
    </section>
  )
}

function Findings({ state }: { state: SystemState }): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  const now = new Date(state.at)
  const points = state.findings.map((finding, index) => {
    const { what, remedy, next, way } = findingWords(finding, t, { language, now })
    const { since, code, tone } = finding
    return {
      id: `${code} ${index}`,
      channel: tone,
      where: next ?? '',
      knot: tone,
      title: what,
      detail: (
        <p className="y-remedy">
          {remedy} {way && <Link to={way.to}>{t(way.word)}</Link>}
          {code === 'checks.disagree' && <a href="#laws">{t('system.goRows')}</a>}
        </p>
      ),
      when: since
        ? t('system.since', { when: nearWhen(since, language, now), ago: agoText(since, language, now) })
        : t('system.now'),
    }
  })
  return <Thread points={points} label={t('system.findings')} />
}
