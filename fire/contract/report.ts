import { table } from '../report.ts'
import type { FuzzResult } from './fuzz.ts'
import type { FirePoint } from './plant.ts'

export type Round = { point: FirePoint; calls: number; deaths: number; faults: number; sameRows: boolean }

const where: Record<FirePoint, string> = {
  answer: 'all is done, the first byte of the answer would be written',
  keep: 'the answer would be kept beside its key',
  commit: 'the database has acknowledged the first commit of the call',
}
const thousands = (value: number) => value.toLocaleString('en')

/** The section of docs/FIRE.md about keys: days with a death in every call, beside one without. */
export function renderContract({
  posts,
  rounds,
  tables,
  seconds,
}: {
  /** POSTs of the OpenAPI document that the day makes. */
  posts: number
  rounds: readonly Round[]
  /** Tables whose rows were compared. */
  tables: number
  seconds: number
}): string {
  const lines = rounds.map(
    ({ point, calls, deaths, faults, sameRows }) =>
      `| ${where[point]} | ${calls} | ${deaths} | ${faults} | ${sameRows ? 'yes' : '**no**'} |`,
  )
  return [
    '## R8: one key, one effect, also when the server dies before it answers',
    `\`FIRE_FULL=1 npx vitest run fire/contract\`, ${Math.round(seconds)} s. A day at a shop that makes every POST of the OpenAPI document that takes a key (${posts}; a test compares the lists). In each round the server is killed in every call, and the call is repeated with the same key at another process, once more, and with another body (which must be refused). Afterwards the rows of ${tables} tables are compared with those of a day without a death. Planted: a caller who forgets the key is seen.`,
    [
      '| the server dies when | calls | deaths | repeats that were not the same | same rows afterwards |',
      '|---|---:|---:|---:|---|',
      ...lines,
    ].join('\n'),
  ].join('\n\n')
}

/** The section of docs/FIRE.md about calls nobody would send. */
export function renderFuzz(seed: number, result: FuzzResult): string {
  const { calls, seconds, statuses, reached, operations, slowestMs, faults } = result
  const answers = Object.entries(statuses)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, count]) => `${group} ${thousands(count)}`)
  return [
    `## R16: calls nobody would send (seed ${seed})`,
    '`FIRE_FULL=1 npx vitest run fire/contract`, or `node fire/contract/run-fuzz.ts 100000 SEED`. A third of the calls is made from the OpenAPI document, the others are good ones with one or two things changed; owner, every role, a channel, shoppers and nobody call in turn.',
    table('| what | figure |', [
      ['calls, target ≥ 100,000', thousands(calls)],
      ['answers of 500 or above, or that the document does not describe', faults.length],
      ['answers', answers.join(', ')],
      ['operations that were answered well at least once, of all', `${reached} of ${operations}`],
      ['slowest answer, ms', thousands(slowestMs)],
      ['time, s', Math.round(seconds)],
    ]),
  ].join('\n\n')
}
