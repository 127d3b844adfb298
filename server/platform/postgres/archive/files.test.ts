import { expect, test } from 'vitest'
import { type Base, baseFor, outdated } from './files.ts'

const base = (day: number, firstSegment: string): Base => ({
  name: `base-${day}`,
  completedAt: `2026-11-${String(day).padStart(2, '0')}T03:00:00.000Z`,
  firstSegment,
  bytes: 1000,
})
const segment = (number: number, branch = 1) =>
  `${String(branch).padStart(8, '0')}00000000${number.toString(16).toUpperCase().padStart(8, '0')}`
const bases = [base(1, segment(10)), base(2, segment(20)), base(3, segment(30))]
const log = [9, 10, 19, 20, 29, 30, 31].map((number) => `${segment(number)}.zst`)

test('what no kept moment needs goes: bases before the last one older than the kept days, and the log before it', () => {
  const at = (now: string, days: number) => {
    const old = outdated(bases, [...log, '00000002.history'], { now: new Date(now), days })
    return [old.bases.map(({ name }) => name), old.segments]
  }
  expect(at('2026-11-03T12:00:00Z', 14)).toEqual([[], [`${segment(9)}.zst`]])
  // One day back from noon of the 3rd is noon of the 2nd: it begins with the base of the 2nd.
  expect(at('2026-11-03T12:00:00Z', 1)).toEqual([['base-1'], [9, 10, 19].map((number) => `${segment(number)}.zst`)])
  expect(at('2026-12-24T12:00:00Z', 1)[0]).toEqual(['base-1', 'base-2'])
  expect(outdated([], log, { now: new Date(), days: 1 })).toEqual({ bases: [], segments: [] })
})

test('a piece on another branch of the log is judged by its place', () => {
  const old = outdated(bases, [`${segment(9, 2)}.zst`, `${segment(25, 2)}.partial`], {
    now: new Date('2026-11-03T12:00:00Z'),
    days: 1,
  })
  expect(old.segments).toEqual([`${segment(9, 2)}.zst`])
})

test('a restore begins with the newest base that was complete by then', () => {
  expect(baseFor(bases, new Date('2026-11-02T02:59:59Z'))?.name).toBe('base-1')
  expect(baseFor(bases, new Date('2026-11-02T03:00:00Z'))?.name).toBe('base-2')
  expect(baseFor(bases, new Date('2026-10-31T00:00:00Z'))).toBeUndefined()
})
