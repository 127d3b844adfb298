import { cpus, totalmem } from 'node:os'
import type { Cost } from './lib/cost.ts'
import type { Plan, Row } from './orders.ts'
import type { SetUp } from './set-up.ts'

const rate = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1))

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
    `Made by \`npm run bench\` on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, bundled PostgreSQL on the same machine with durable commits (fsync and synchronous_commit on), load generator on the same cores. Medians of ${plan.runs} runs of ${plan.seconds} s, Hilo and the bare route in turn. **Ratios within one run are what lasts**; absolute figures belong to that machine at that hour.`,
    'The bare route is one Fastify route that does one durable order function call (stock, order, line, payment, event) on the same PostgreSQL: a floor, not a shop. For the product page the bare route answers a fixed JSON.',
  ]
  if (setUp) parts.push(renderSetUp(setUp))
  if (rows.length > 0) parts.push(renderRows(rows))
  if (costs.length > 0) parts.push(renderCosts(costs))
  const failed = rows.filter((row) => row.hilo.failed > 0)
  if (failed.length > 0)
    parts.push(
      `Refused or failed: ${failed.map((row) => `${row.text}, ${row.buyers} at once: ${row.hilo.failed} (${row.hilo.firstFailure})`).join('; ')}.`,
    )
  return `${parts.join('\n\n')}\n`
}

function renderSetUp(setUp: SetUp): string {
  return [
    '## Set-up',
    '',
    '| what | figure |',
    '|---|---|',
    `| first \`npm start\` to a serving shop (database made, demo loaded; front ends already built) | ${(setUp.firstStartMs / 1000).toFixed(1)} s |`,
    `| second start | ${(setUp.secondStartMs / 1000).toFixed(1)} s |`,
    `| idle memory, server and database | ${setUp.idleMiB === null ? 'not measured on this system' : `${setUp.idleMiB} MiB`} |`,
    `| installed packages, tests and tools included | ${setUp.packages}, ${setUp.installedMiB} MiB |`,
  ].join('\n')
}

function renderCosts(costs: readonly Cost[]): string {
  const lines = costs.map(
    ({ text, statements, transactions, walBytes }) =>
      `| ${text} | ${statements ?? 'not readable here'} | ${transactions} | ${(walBytes / 1024).toFixed(1)} |`,
  )
  return [
    '## What one order costs the database',
    '',
    "Counted by PostgreSQL's own log and statistics over 20 orders, one after the other, with everything that follows their events; the idle system's share is taken off. Under load followers work in batches and cost less.",
    '',
    '| operation | statements | transactions | WAL KiB |',
    '|---|---:|---:|---:|',
    ...lines,
  ].join('\n')
}

function renderRows(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) =>
      `| ${row.text} | ${row.buyers} | ${rate(row.hilo.rps)} | ${row.hilo.p50_ms.toFixed(1)} | ${row.hilo.p99_ms.toFixed(1)} | ${rate(row.bare.rps)} | ${row.bare.p50_ms.toFixed(1)} | **${row.ratio.toFixed(2)}** |`,
  )
  return [
    '## Rates',
    '',
    '| operation | at once | Hilo/s | p50 ms | p99 ms | bare/s | bare p50 ms | ratio |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...lines,
  ].join('\n')
}
