import { testClock } from '../../server/platform/clock.ts'
import { openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { startTestPostgres } from '../../server/platform/postgres/index.ts'
import { keepOnPage, table } from '../report.ts'
import { type RealResult, runReal } from './real.ts'
import { openRetailer, type Retailer } from './real-retailer.ts'

/** So many seeds live in one database, one after the other; then a new one, since the laws of all that ever happened are recomputed each time. */
const livesOfADatabase = 100

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
  const sum = { steps: 0, crashes: 0, refused: 0, placed: 0 }
  const began = performance.now()
  let broken: RealResult | undefined
  try {
    for (let first = from; first < from + seeds && !broken; first += livesOfADatabase) {
      const lives = Math.min(livesOfADatabase, from + seeds - first)
      await inNewDatabase(server.url, `lives_${first}`, async (retailer) => {
        // What is wrong in the database once would be found again by every later seed.
        for (let seed = first; seed < first + lives && !broken; seed++) {
          const result = await runReal(retailer, seed)
          for (const name of ['steps', 'crashes', 'refused', 'placed'] as const) sum[name] += result[name]
          if (seeds === 1) for (const line of result.trace) say(line)
          if (result.broken !== undefined) broken = result
        }
      })
      if (!broken) say(`${first + lives - from} seeds`)
    }
  } finally {
    await server.stop()
  }
  const seconds = (performance.now() - began) / 1000
  if (broken)
    say(
      `\nseed ${broken.seed}: ${broken.broken}\n  ${broken.trace.slice(-20).join('\n  ')}\n  replay: npm run simulate -- --real 1 --seed ${broken.seed}`,
    )
  say(`${seeds} seeds on PostgreSQL, ${sum.crashes} kills in ${seconds.toFixed(1)} s: ${broken ? 1 : 0} broken`)
  if (!broken && seeds >= keepFrom)
    keepOnPage({ isFull: true, others: { realSimulation: renderReal({ from, seeds, seconds, ...sum }) } })
  return broken === undefined
}

async function inNewDatabase(url: string, name: string, live: (retailer: Retailer) => Promise<void>): Promise<void> {
  const first = openDb(url)
  await first.script(`create database ${name}`)
  await first.close()
  const own = new URL(url)
  own.pathname = `/${name}`
  const db = openDb(own.href)
  try {
    await migrate(db)
    await live(await openRetailer(db, testClock('2026-11-20T09:00:00Z')))
  } finally {
    await db.close()
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
    `\`npm run simulate -- --real ${seeds}${from === 1 ? '' : ` --from ${from}`}\`. The real commands, a hundred lives in each database, one after the other, with processes that die before, inside and after their transactions; the laws are recomputed after every seed.`,
    table('| what | figure |', [
      ['seeds / steps', `${thousands(seeds)} / ${thousands(steps)}`],
      ['deaths / orders placed / refused', `${thousands(crashes)} / ${thousands(placed)} / ${thousands(refused)}`],
      ['laws broken', 0],
      ['time, s', seconds.toFixed(0)],
    ]),
  ].join('\n\n')
}
