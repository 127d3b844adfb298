import { target } from './areas.ts'
import { describe, type Mutant } from './mutant.ts'
import type { Verdict } from './worker.ts'

export type Judged = Mutant & {
  ignoredBecause?: string | undefined
  outcome: Verdict['verdict'] | 'untested' | 'ignored'
  by?: string | undefined
}
/** `of`: mutants of the area, tried or not. */
export type Score = {
  area: string
  of: number
  mutants: number
  killed: number
  survived: number
  ignored: number
  score: number
}

/** Score of an area: of the mutants that count, the share that a test noticed, in percent. @param of mutants of the area, tried or not */
export function scoreOf(area: string, judged: readonly Judged[], of: number): Score {
  const own = judged.filter((one) => one.area === area)
  const killed = own.filter(({ outcome }) => outcome === 'killed' || outcome === 'timeout').length
  const left = own.filter(({ outcome }) => outcome === 'ignored').length
  const counted = own.length - left
  return {
    area,
    of,
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
    ({ area, of, killed, survived, ignored, score }) =>
      `| ${area} | ${of} | ${killed + survived} | ${killed} | ${survived} | ${ignored} | ${score.toFixed(1)} % |`,
  )
  return [
    '| area | mutants | tried | noticed | survived | ignored | score |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n')
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

/**
 * The section of docs/FIRE.md.
 * @param seconds how long it took; absent when nothing was run
 * @param of all mutants of these areas; more than were tried where the run was a sample
 */
export function renderMutation(
  scores: readonly Score[],
  { seconds, of, refused }: { seconds?: number | undefined; of: number; refused: number },
): string {
  const tried = scores.reduce((sum, { killed, survived, ignored }) => sum + killed + survived + ignored, 0)
  const which = tried < of ? `A sample of ${tried} of ${of} changes` : `All ${of} changes`
  return [
    '## Mistakes planted in the sources, to see whether the tests notice (R19)',
    `${which} of what decides about stock, money, orders, repeats and rights: a boundary moved, a sign turned, a condition held true or false, a call or a lock left out, in TypeScript and in SQL. ${refused} more are refused by the compiler and count for nothing; ignored are those that no test can tell from the original, each with its reason in \`fire/mutation/ignored/\`. Target: ${target} % noticed. Every figure is the last run of its mutants; \`npm run mutate\` names the survivors.`,
    scoreTable(scores),
    ...(seconds === undefined ? [] : [`The last run took ${seconds} s.`]),
  ].join('\n\n')
}
