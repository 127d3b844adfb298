import { expect, test } from 'vitest'
import { reducedShed, runShed, shedFaults } from './run.ts'

/** Another day, another crowd; a failing one is replayed by `node fire/shed/main.ts --seed N`. */
const seed = Number(process.env['HILO_FIRE_SEED'] ?? Math.floor(performance.timeOrigin / 86_400_000))

test(`six times what the server can do: tills sell on in time, the others are told when to come back, no order is lost (seed ${seed})`, async () => {
  const result = await runShed(seed, reducedShed)
  expect(shedFaults(result)).toEqual([])
  expect(result.acknowledged).toBeGreaterThan(0)
  expect(result.recoveredMs).toBeLessThan(10_000)
})
