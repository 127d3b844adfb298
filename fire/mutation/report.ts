import { target } from './areas.ts'
import { describe, type Mutant } from './mutant.ts'
import type { Verdict } from './worker.ts'

export type Judged = Mutant & {
  ignoredBecause?: string | undefined
  outcome: Verdict['verdict'] | 'untested' | 'ignored'
  by?: string | undefined
}
export type Score = { area: string; mutants: number; killed: number; survived: number; ignored: number; score: number }

/** Score of an area: of the mutants that count, the share that a test noticed, in percent. */
export function scoreOf(area: string, judged: readonly Judged[]): Score {
  const own = judged.filter((one) => one.area === area)
  const killed = own.filter(({ outcome }) => outcome === 'killed' || outcome === 'timeout').length
  const left = own.filter(({ outcome }) => outcome === 'ignored').length
  const counted = own.length - left
  return {
    area,
    mutants: own.length,
    killed,
    survived: counted - killed,
    ignored: left,
    score: counted === 0 ? 100 : (100 * killed) / counted,
  }
}

/** The table of the areas, as docs/FIRE.md shows it. */
export function scoreTable(scores: readonly Score[]): string {
  const rows = scores.map(
    ({ area, mutants, killed, survived, ignored, score }) =>
      `| ${area} | ${mutants} | ${killed} | ${survived} | ${ignored} | ${score.toFixed(1)} % |`,
  )
  return ['| area | mutants | killed | survived | ignored | score |', '|---|---:|---:|---:|---:|---:|', ...rows].join(
    '\n',
  )
}

/** The survivors, one a line, by file. */
export function survivorLines(judged: readonly Judged[]): string[] {
  return judged
    .filter(({ outcome }) => outcome === 'survived' || outcome === 'untested')
    .map((one) => `${describe(one)}${one.outcome === 'untested' ? '   (no test comes by)' : ''}`)
}

/** Areas below the target. */
export function belowTarget(scores: readonly Score[]): Score[] {
  return scores.filter(({ score }) => score < target)
}
