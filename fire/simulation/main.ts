/**
 * npm run simulate -- [--seeds 10000] [--from 1] [--seed N] [--fault NAME] [--real 100]
 *
 * Runs the decision core through seeded lives in memory (`--seeds`), or on a real PostgreSQL (`--real`, see real.ts). A seed that breaks
 * a law is printed with the steps before it; `--seed N` replays it whole. `--fault` plants one of the mistakes of faults.ts. A run of
 * 1,000 seeds (200 on PostgreSQL) or more that found nothing goes into docs/FIRE.md (not with `--no-report`).
 */
import { parseArgs } from 'node:util'
import { keepOnPage, table } from '../report.ts'
import { faults } from './faults.ts'
import { realRules } from './rules.ts'
import { runSeed } from './run.ts'
import { type Search, search } from './search.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    fault: { type: 'string' },
    real: { type: 'string' },
    report: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
/** From so many on a run is one for the page. */
const fullSeeds = 1000
const fullRealSeeds = 200
const say = (text: string) => process.stdout.write(`${text}\n`)

function rulesOf(name: string | undefined) {
  if (name === undefined) return realRules
  const found = faults.find((fault) => fault.name.includes(name))
  if (!found) throw new Error(`no such fault; there are:\n  ${faults.map((fault) => fault.name).join('\n  ')}`)
  return found.rules
}

function replay(seed: number): boolean {
  const { broken, trace, steps, kills } = runSeed(seed, { rules: rulesOf(values.fault), wholeTrace: true })
  for (const line of trace) say(line)
  say(`seed ${seed}: ${steps} steps, ${kills} kills: ${broken ?? 'every law held'}`)
  return broken === undefined
}

function many(from: number, seeds: number): boolean {
  const found = search({ from, seeds, rules: rulesOf(values.fault), stopAt: 5 }, (done) => {
    if (done % 1000 === 0) say(`${done} seeds`)
  })
  for (const { seed, broken, trace } of found.broken) {
    say(`\nseed ${seed}: ${broken}\n  ${trace.slice(-20).join('\n  ')}`)
    say(
      `  replay: npm run simulate -- --seed ${seed}${values.fault === undefined ? '' : ` --fault ${JSON.stringify(values.fault)}`}`,
    )
  }
  say(
    `${found.seeds} seeds, ${found.steps} steps, ${found.kills} kills, ${found.placed} orders in ${found.seconds.toFixed(1)} s: ${found.broken.length} broken`,
  )
  if (values.report && values.fault === undefined && seeds >= fullSeeds && found.broken.length === 0)
    keepOnPage({ isFull: true, others: { simulation: renderSearch(from, found) } })
  return found.broken.length === 0
}

function renderSearch(from: number, { seeds, steps, kills, placed, seconds }: Search): string {
  return [
    '## R14 in memory: seeded lives of a small retailer',
    `\`npm run simulate -- --seeds ${seeds}${from === 1 ? '' : ` --from ${from}`}\`. The decision core (sourcing, holds, allocation, promise, refund) with a clock of its own, servers killed between any two steps, messages lost, doubled and out of order; all laws after every step. Every commit runs the first 1,000 seeds, and ${faults.length} planted mistakes that must be found.`,
    table('| what | figure |', [
      ['seeds / steps', `${seeds.toLocaleString('en')} / ${steps.toLocaleString('en')}`],
      ['kills / orders placed', `${kills.toLocaleString('en')} / ${placed.toLocaleString('en')}`],
      ['laws broken', 0],
      ['time, s', seconds.toFixed(1)],
    ]),
  ].join('\n\n')
}

if (values.real !== undefined) {
  const { simulateReal } = await import('./real-main.ts')
  const first = Number(values.seed ?? values.from)
  process.exitCode = (await simulateReal({
    from: first,
    seeds: values.seed === undefined ? Number(values.real) : 1,
    say,
    keepFrom: values.report ? fullRealSeeds : Number.POSITIVE_INFINITY,
  }))
    ? 0
    : 1
} else if (values.seed === undefined) process.exitCode = many(Number(values.from), Number(values.seeds)) ? 0 : 1
else process.exitCode = replay(Number(values.seed)) ? 0 : 1
