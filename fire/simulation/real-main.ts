import { testClock } from '../../server/platform/clock.ts'
import { openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { startTestPostgres } from '../../server/platform/postgres/index.ts'
import { runReal } from './real.ts'
import { openRetailer } from './real-retailer.ts'

/** Runs seeds on a PostgreSQL started for it, and prints those that break a law. @returns whether all held */
export async function simulateReal({
  from,
  seeds,
  say,
}: {
  from: number
  seeds: number
  say: (text: string) => void
}): Promise<boolean> {
  const server = await startTestPostgres()
  const db = openDb(server.url)
  try {
    await migrate(db)
    const retailer = await openRetailer(db, testClock('2026-11-20T09:00:00Z'))
    const began = performance.now()
    let broken = 0
    let crashes = 0
    for (let seed = from; seed < from + seeds; seed++) {
      const result = await runReal(retailer, seed)
      crashes += result.crashes
      if (seeds === 1) for (const line of result.trace) say(line)
      if (result.broken === undefined) continue
      broken += 1
      say(
        `\nseed ${seed}: ${result.broken}\n  ${result.trace.slice(-20).join('\n  ')}\n  replay: npm run simulate -- --real 1 --seed ${seed}`,
      )
      // What is wrong in the database now would be found again by every later seed.
      break
    }
    say(
      `${seeds} seeds on PostgreSQL, ${crashes} kills in ${((performance.now() - began) / 1000).toFixed(1)} s: ${broken} broken`,
    )
    return broken === 0
  } finally {
    await db.close()
    await server.stop()
  }
}
