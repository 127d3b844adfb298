import { expect, test } from 'vitest'
import { testClock } from './clock.ts'
import { type JobState, type PeriodicJob, startJobs } from './jobs.ts'

const quiet = { info: () => undefined, error: () => undefined }

async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { interval: 2 }).toBe(true)
}

test('a job that fails is known by its failures in a row and since when; a turn that succeeds ends them', async () => {
  const clock = testClock('2026-11-20T09:00:00Z')
  let broken = true
  const job: PeriodicJob = {
    name: 'mail',
    everyMs: 5,
    run: async () => {
      if (broken) throw new Error('the mail server is away')
    },
  }
  const jobs = startJobs([job], { db: undefined as never, clock, log: quiet })
  const state = () => jobs.states()[0] as JobState
  await until(() => state().failures >= 3)
  clock.advance(60_000)
  await until(() => state().failures >= 5)
  expect(state()).toMatchObject({
    failingSince: new Date('2026-11-20T09:00:00Z'),
    lastError: 'the mail server is away',
    patienceMs: 300_000,
  })
  broken = false
  await until(() => state().failures === 0)
  expect(state()).toMatchObject({ failingSince: null, lastError: null, endedAt: new Date('2026-11-20T09:01:00Z') })
  expect(state().failedTurns).toBeGreaterThanOrEqual(5)
  expect(state().turns).toBeGreaterThan(state().failedTurns)
  await jobs.stop()
})

test('a turn that does not end is seen by when it began', async () => {
  const clock = testClock('2026-11-20T09:00:00Z')
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const job: PeriodicJob = { name: 'pictures', everyMs: 5, patienceMs: 1000, run: () => held }
  const jobs = startJobs([job], { db: undefined as never, clock, log: quiet })
  clock.advance(3_600_000)
  expect(jobs.states()[0]).toMatchObject({ runningSince: new Date('2026-11-20T09:00:00Z'), endedAt: null, turns: 0 })
  release()
  await until(() => (jobs.states()[0]?.turns ?? 0) > 0)
  await jobs.stop()
  expect(jobs.states()[0]?.runningSince).toBeNull()
})

test('what is kept of an error quotes no value that somebody sent', async () => {
  const clock = testClock('2026-11-20T09:00:00Z')
  const refused = Object.assign(new Error('invalid input syntax for type integer: "ana@correo.es"'), { code: '22P02' })
  const job: PeriodicJob = { name: 'x', everyMs: 5, run: () => Promise.reject(refused) }
  const jobs = startJobs([job], { db: undefined as never, clock, log: quiet })
  await until(() => (jobs.states()[0]?.failures ?? 0) > 0)
  expect(jobs.states()[0]?.lastError).toBe('invalid input syntax for type integer: "…"')
  await jobs.stop()
})
