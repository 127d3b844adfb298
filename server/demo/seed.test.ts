import { expect, test } from 'vitest'
import { makeDice } from './seed.ts'

function rolls(seed: number): number[] {
  const dice = makeDice(seed)
  return Array.from({ length: 50 }, () => dice.int(1, 1000))
}

test('the same seed gives the same rolls, another seed others', () => {
  expect(rolls(7)).toEqual(rolls(7))
  expect(rolls(7)).not.toEqual(rolls(8))
  expect(makeDice(7).next()).toBeCloseTo(0.011704753153026104, 15)
})

test('dice of one subject are not moved by rolls made for another', () => {
  const [calm, busy] = [makeDice(7), makeDice(7)]
  busy.next()
  busy.fork('other').shuffle([1, 2, 3])
  expect(busy.fork('people').next()).toBe(calm.fork('people').next())
})

test('rolls spread evenly and weights are kept', () => {
  const dice = makeDice(1)
  const counts = { a: 0, b: 0 }
  for (let roll = 0; roll < 20_000; roll++)
    counts[dice.weighted(['a', 'b'] as const, (side) => (side === 'a' ? 3 : 1))] += 1
  expect(counts.a / 20_000).toBeGreaterThan(0.735)
  expect(counts.a / 20_000).toBeLessThan(0.765)
  expect(dice.shuffle([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5])
  expect(() => dice.pick([])).toThrow(RangeError)
})
