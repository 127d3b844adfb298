import { expect, test } from 'vitest'
import { isClosed } from './referee.ts'
import { reducedPayments, runR2 } from './run.ts'

/** Another day, another plan; a failing one is replayed by `npm run fire -- --seed N`. */
const seed = Number(process.env['HILO_FIRE_SEED'] ?? Math.floor(performance.timeOrigin / 86_400_000))

test(`R2 a payment provider's worst day: one charge per intent, every charge has its end, the books close (seed ${seed})`, async () => {
  const { verdict, watched, verify, callsLost } = await runR2(seed, reducedPayments)
  expect(callsLost).toBeGreaterThan(0)
  expect({ verdict, closed: isClosed(verdict) }).toMatchObject({ closed: true })
  expect(verdict.paid).toBeGreaterThan(reducedPayments.backlog / 2)
  expect(watched.looks).toBeGreaterThan(0)
  expect(watched.offences).toEqual([])
  expect(verify.ok ? 'clean' : verify.said).toBe('clean')
})
