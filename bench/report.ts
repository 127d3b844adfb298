import { cpus, totalmem } from 'node:os'
import type { Cost } from './lib/cost.ts'
import type { Plan, Row } from './orders.ts'
import type { SetUp } from './set-up.ts'

const rate = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1))

const sameWorkText =
  "Two limits stand beside an order. *Bare* is the floor: the least that can honestly be called an order, five rows in five little tables of its own. *Same work* is one durable call of one SQL function that leaves what Hilo's order leaves, row for row, in a copy of Hilo's own tables with all their indexes, constraints and triggers: cart, reservation, allocation, stock ledger, person, promise, payment with its ledger, mail, kept answer, event log and thread (`bench/bare/same-work.sql`; a test holds both against each other, table by table). The same bare Fastify calls it over 10 connections, one transaction an order; gapless numbers make those commit one after the other, which only orders that commit together get past. It has no outbox, no followers, no provider, no sign-in, and one request where a shopper of Hilo sends three. In both, an order counts when it is acknowledged; Hilo's followers work on the same cores meanwhile."

/** docs/BENCHMARKS.md: the figures, the machine, and how they were made. */
export function renderReport({
  setUp,
  rows,
  costs,
  plan,
}: {
  setUp: SetUp | undefined
  rows: readonly Row[]
  costs: readonly Cost[]
  plan: Plan
}): string {
  const parts = [
    '# Benchmarks',
    `Made by \`npm run bench\` on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, bundled PostgreSQL on the same machine with durable commits (fsync and synchronous_commit on), load generator on the same cores. ${plan.runs === 1 ? `One run of ${plan.seconds} s a figure` : `Medians of ${plan.runs} runs of ${plan.seconds} s`}, Hilo and the bare route in turn. **Ratios within one run are what lasts**; absolute figures belong to that machine at that hour.`,
    'The bare route is one Fastify route that does one durable order function call (stock, order, line, payment, event) on the same PostgreSQL: a floor, not a shop. A read stands beside the bare route that runs the same SQL on the same tables; a page made of HTML beside the one that reads its product (text, variants, pictures, prices) by one statement and answers JSON, and once beside a route that reads nothing at all.',
    sameWorkText,
  ]
  if (setUp) parts.push(renderSetUp(setUp))
  if (rows.length > 0) parts.push(renderRows(rows))
  if (costs.length > 0) parts.push(renderCosts(costs))
  const failed = rows.flatMap(failuresOf)
  if (failed.length > 0) parts.push(`Refused or failed: ${failed.join('; ')}.`)
  return `${parts.join('\n\n')}\n`
}

/** A limit that fails is no limit, so its failures are told like Hilo's own. */
function failuresOf({ text, buyers, hilo, bare, sameWork }: Row): string[] {
  const figures = { Hilo: hilo, bare, ...(sameWork ? { 'same work': sameWork } : {}) }
  return Object.entries(figures)
    .filter(([, { failed }]) => failed > 0)
    .map(([name, { failed, firstFailure }]) => `${text}, ${buyers} at once, ${name}: ${failed} (${firstFailure})`)
}

/** At rest the server gives back what a rush needed; all three belong to the budget. */
function memoryLines({ memory }: SetUp): string[] {
  if (memory === null) return ['| memory at rest | not measured on this system |']
  const line = (when: string, { server, database }: { server: number; database: number }) =>
    `| memory ${when}: server and database | ${server} + ${database} = ${server + database} MiB |`
  return [
    line('at rest, 5 s after a start', memory.idle),
    line('5 s after 2,000 pages', memory.afterRush),
    line('two minutes later', memory.later),
  ]
}

function renderSetUp(setUp: SetUp): string {
  return [
    '## Set-up',
    '',
    '| what | figure |',
    '|---|---|',
    `| first \`npm start\` to a serving shop (database made, demo loaded; front ends already built) | ${(setUp.firstStartMs / 1000).toFixed(1)} s |`,
    `| second start | ${(setUp.secondStartMs / 1000).toFixed(1)} s |`,
    ...memoryLines(setUp),
    `| installed packages, tests and tools included | ${setUp.packages}, ${setUp.installedMiB} MiB |`,
  ].join('\n')
}

function renderCosts(costs: readonly Cost[]): string {
  const lines = costs.map(
    ({ text, own, statements, transactions, walBytes }) =>
      `| ${text} | ${own ?? 'not readable here'} | ${statements ?? 'not readable here'} | ${transactions} | ${(walBytes / 1024).toFixed(1)} |`,
  )
  return [
    '## What one order costs the database',
    '',
    "Counted by PostgreSQL's own log and statistics over 20 orders, one after the other, with everything that follows their events; the idle system's share is taken off. Under load followers work in batches and cost less.",
    '',
    '| operation | its own statements | with its followers, begin and commit | transactions | WAL KiB |',
    '|---|---:|---:|---:|---:|',
    ...lines,
  ].join('\n')
}

function renderRows(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { hilo, bare, sameWork, sameWorkRatio } = row
    const figures = [
      rate(hilo.rps),
      hilo.p50_ms.toFixed(1),
      hilo.p99_ms.toFixed(1),
      rate(bare.rps),
      bare.p50_ms.toFixed(1),
    ]
    const same = [
      sameWork ? rate(sameWork.rps) : '',
      sameWorkRatio === undefined ? '' : `**${sameWorkRatio.toFixed(2)}**`,
    ]
    return `| ${[row.text, row.buyers, ...figures, `**${row.ratio.toFixed(2)}**`, ...same].join(' | ')} |`
  })
  return [
    '## Rates',
    '',
    '| operation | at once | Hilo/s | p50 ms | p99 ms | bare/s | bare p50 ms | ratio | same work/s | ratio to it |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...lines,
  ].join('\n')
}
