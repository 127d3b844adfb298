import { testClock } from '../../server/platform/clock.ts'
import { openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { startTestPostgres } from '../../server/platform/postgres/index.ts'
import { keepOnPage, table } from '../report.ts'
import { runReal } from './real.ts'
import { openRetailer } from './real-retailer.ts'

/** Runs seeds on a PostgreSQL started for it, and prints those that break a law. @returns whether all held */
export async function simulateReal({
  from,
  seeds,
  say,
  keepFrom,
}: {
  from: number
  seeds: number
  say: (text: string) => void
  /** A run of so many seeds that finds nothing goes into docs/FIRE.md. */
  keepFrom: number
}): Promise<boolean> {
  const server = await startTestPostgres()
  const db = openDb(server.url)
  try {
    await migrate(db)
    const retailer = await openRetailer(db, testClock('2026-11-20T09:00:00Z'))
    const began = performance.now()
    let broken = 0
    const sum = { steps: 0, crashes: 0, refused: 0, placed: 0 }
    for (let seed = from; seed < from + seeds; seed++) {
      const result = await runReal(retailer, seed)
      for (const name of ['steps', 'crashes', 'refused', 'placed'] as const) sum[name] += result[name]
      if ((seed - from + 1) % 100 === 0) say(`${seed - from + 1} seeds`)
      if (seeds === 1) for (const line of result.trace) say(line)
      if (result.broken === undefined) continue
      broken += 1
      say(
        `\nseed ${seed}: ${result.broken}\n  ${result.trace.slice(-20).join('\n  ')}\n  replay: npm run simulate -- --real 1 --seed ${seed}`,
      )
      // What is wrong in the database now would be found again by every later seed.
      break
    }
    const seconds = (performance.now() - began) / 1000
    say(`${seeds} seeds on PostgreSQL, ${sum.crashes} kills in ${seconds.toFixed(1)} s: ${broken} broken`)
    if (broken === 0 && seeds >= keepFrom)
      keepOnPage({ isFull: true, others: { realSimulation: renderReal({ from, seeds, seconds, ...sum }) } })
    return broken === 0
  } finally {
    await db.close()
    await server.stop()
  }
}

type Sum = {
  from: number
  seeds: number
  seconds: number
  steps: number
  crashes: number
  refused: number
  placed: number
}
function renderReal({ from, seeds, seconds, steps, crashes, refused, placed }: Sum): string {
  const thousands = (value: number) => value.toLocaleString('en')
  return [
    '## R14 on PostgreSQL: the same on the real tables',
    `\`npm run simulate -- --real ${seeds}${from === 1 ? '' : ` --from ${from}`}\`. The real commands on one database that seed after seed goes on living in, with processes that die before, inside and after their transactions; the laws are recomputed after every seed.`,
    table('| what | figure |', [
      ['seeds / steps', `${thousands(seeds)} / ${thousands(steps)}`],
      ['deaths / orders placed / refused', `${thousands(crashes)} / ${thousands(placed)} / ${thousands(refused)}`],
      ['laws broken', 0],
      ['time, s', seconds.toFixed(0)],
    ]),
  ].join('\n\n')
}
