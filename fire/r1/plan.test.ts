import { expect, test } from 'vitest'
import { planFire } from './plan.ts'
import { fullSize } from './run.ts'

const plan = planFire(7, fullSize)

test('a seed replays the same plan, another seed another one', () => {
  expect(planFire(7, fullSize)).toEqual(plan)
  expect(planFire(8, fullSize).strikes).not.toEqual(plan.strikes)
})

test('the full form is the one that was asked for: 10,000 buyers, 100 units in 5 places, 20 kills of servers and 10 of PostgreSQL', () => {
  expect(plan.buyers).toHaveLength(10_000)
  expect(fullSize.articles * fullSize.places * fullSize.perPlace).toBe(100)
  expect(plan.strikes.filter(({ what }) => what === 'server').length).toBeGreaterThanOrEqual(20)
  const deaths = plan.strikes.flatMap((strike) => (strike.what === 'database' ? [strike.how] : []))
  expect(deaths.length).toBeGreaterThanOrEqual(10)
  expect(new Set(deaths)).toEqual(new Set(['everything', 'postmaster', 'session']))
})

test('buyers come over every channel and to every counter, and each article is wanted by far more than can have it', () => {
  const { buyers } = plan
  expect(new Set(buyers.map(({ by }) => by))).toEqual(new Set(['web', 'till', 'channel']))
  expect(new Set(buyers.map(({ place }) => place))).toEqual(new Set([1, 2, 3, 4]))
  const wanted = [...Map.groupBy(buyers, ({ article }) => article).values()].map(({ length }) => length)
  expect(wanted).toHaveLength(20)
  expect(Math.min(...wanted)).toBeGreaterThan(fullSize.places * fullSize.perPlace * 50)
})

test('kills fall where the units go: among the first buyers of an article', () => {
  const perArticle = fullSize.buyers / fullSize.articles
  for (const { when } of plan.strikes) expect(when % perArticle).toBeLessThanOrEqual(60)
})
