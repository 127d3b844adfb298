import { expect, test } from 'vitest'
import { isClean } from './referee.ts'
import { reducedSize, runR1 } from './run.ts'

/** Another day, another plan; a failing one is replayed by `npm run fire -- --seed N`. */
const seed = Number(process.env['HILO_FIRE_SEED'] ?? Math.floor(performance.timeOrigin / 86_400_000))

test(`R1 buyers race for the last units while servers and PostgreSQL are killed: nothing sold twice, lost, doubled or left over (seed ${seed})`, async () => {
  const { verdict, killed, unrest, verify } = await runR1(seed, reducedSize)
  expect(killed).toEqual({ servers: reducedSize.serverKills, database: reducedSize.databaseKills })
  expect({ verdict, clean: isClean(verdict) }).toMatchObject({ clean: true })
  expect(verdict.sold).toBe(reducedSize.articles * reducedSize.places * reducedSize.perPlace)
  expect(unrest).toBeNull()
  expect(verify.ok ? 'clean' : verify.said).toBe('clean')
})
