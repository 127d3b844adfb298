import { expect, test } from 'vitest'
import { isClean } from './r1/referee.ts'
import { reducedSize, runR1 } from './r1/run.ts'
import { isClosed } from './r2/referee.ts'
import { reducedPayments, runR2 } from './r2/run.ts'

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

test(`R2 a payment provider's worst day: one charge per intent, every charge has its end, the books close (seed ${seed})`, async () => {
  const { verdict, watched, verify, callsLost } = await runR2(seed, reducedPayments)
  expect(callsLost).toBeGreaterThan(0)
  expect({ verdict, closed: isClosed(verdict) }).toMatchObject({ closed: true })
  expect(verdict.paid).toBeGreaterThan(reducedPayments.backlog / 2)
  expect(watched.looks).toBeGreaterThan(0)
  expect(watched.offences).toEqual([])
  expect(verify.ok ? 'clean' : verify.said).toBe('clean')
})
