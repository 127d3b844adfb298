import { describe, expect, test } from 'vitest'
import { type SheddingClass, sheddingClasses } from './shed-classes.ts'
import { type Load, LoadModel, type Seen } from './testing/load-model.ts'

/** What the model can do at most, in requests a second. */
const capacity = 1000
/** A shop's mix of so many requests a second in all; the tills are a steady 60 a second, whatever the shop does. */
const mix = (perSecond: number): Load => ({
  till: 60,
  purchase: perSecond * 0.1,
  order: perSecond * 0.15,
  browse: perSecond * 0.6,
  office: perSecond * 0.15,
})
type All = Record<SheddingClass, Seen>
const servedIn = (all: All) => sheddingClasses.reduce((sum, of) => sum + all[of].served, 0)
const refusedIn = (all: All) => sheddingClasses.reduce((sum, of) => sum + all[of].refused, 0)
const share = ({ served, refused }: Seen) => served / (served + refused)

function percentile({ ms }: Pick<Seen, 'ms'>, p: number): number {
  const sorted = ms.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0
}
const slowest = (all: All, p: number) => percentile({ ms: sheddingClasses.flatMap((of) => all[of].ms) }, p)

describe('more is asked than can be done', () => {
  test.each([
    { times: 2, msMax: 450 },
    { times: 5, msMax: 450 },
    { times: 20, msMax: 700 },
  ])(
    '$times times as much: tills are all served, whoever is let in is served in time, the rest is refused',
    ({ times, msMax }) => {
      const model = new LoadModel({ seed: times })
      model.play({ seconds: 3, load: mix(capacity / 2) })
      const all = model.play({ seconds: 10, load: mix(capacity * times) })
      expect(all.till.refused).toBe(0)
      expect(percentile(all.till, 99)).toBeLessThan(msMax)
      expect(slowest(all, 99)).toBeLessThan(msMax)
      // Refusing costs a fiftieth of serving: what is left of the process does nothing but serve.
      const possible = capacity * 10 * (1 - Math.min(0.95, times / 50))
      expect(servedIn(all)).toBeGreaterThan(possible * 0.85)
      expect(share(all.purchase)).toBeGreaterThan(share(all.order))
      expect(share(all.order)).toBeGreaterThan(share(all.browse))
      expect(share(all.browse)).toBeGreaterThan(share(all.office))
    },
  )

  test('planted: without it the same load makes a till wait for seconds, so the figures above are its doing', () => {
    const model = new LoadModel({ seed: 2, sheds: false })
    model.play({ seconds: 3, load: mix(capacity / 2) })
    const all = model.play({ seconds: 10, load: mix(capacity * 2) })
    expect(percentile(all.till, 99)).toBeGreaterThan(3000)
  })

  test('from the first moment of a rush on nobody waits long', () => {
    const model = new LoadModel({ seed: 3 })
    const all = model.play({ seconds: 0.5, load: mix(capacity * 20) })
    expect(all.till.refused).toBe(0)
    expect(slowest(all, 100)).toBeLessThan(600)
  })

  test('two seconds after the rush everybody is served at once again', () => {
    const model = new LoadModel({ seed: 4 })
    model.play({ seconds: 10, load: mix(capacity * 20) })
    model.play({ seconds: 2, load: mix(capacity / 2) })
    const all = model.play({ seconds: 10, load: mix(capacity / 2) })
    expect(refusedIn(all)).toBe(0)
    expect(slowest(all, 99)).toBeLessThan(30)
  })

  test('when even the tills are too many, they are the only ones served, and in time', () => {
    const model = new LoadModel({ seed: 5 })
    const all = model.play({ seconds: 10, load: { till: capacity * 2, purchase: 300, browse: 500 } })
    expect(percentile(all.till, 99)).toBeLessThan(1000)
    expect(all.till.served).toBeGreaterThan(capacity * 10 * 0.8)
    expect(share(all.browse)).toBeLessThan(0.05)
  })
})

describe('nobody is refused', () => {
  test.each([1, 2, 3])('while there is work for nine tenths of the process (seed %i)', (seed) => {
    const model = new LoadModel({ seed })
    expect(refusedIn(model.play({ seconds: 20, load: mix(capacity * 0.84) }))).toBe(0)
  })

  test('because one request blocks the process for a fifth of a second', () => {
    const model = new LoadModel({ seed: 6 })
    model.play({ seconds: 2, load: mix(capacity * 0.4) })
    model.block(200)
    expect(refusedIn(model.play({ seconds: 5, load: mix(capacity * 0.4) }))).toBe(0)
  })

  test('because a quiet process is asked two hundred things at the same moment', () => {
    const model = new LoadModel({ seed: 7 })
    expect(model.hold('order', { count: 200, ms: 100 })).toBe(200)
  })

  test('because a payment provider keeps a thousand buyers waiting for ten seconds', () => {
    const model = new LoadModel({ seed: 8 })
    const turnedAway: number[] = []
    for (let second = 0; second < 20; second++) {
      expect(model.hold('purchase', { count: 50, ms: 10_000 })).toBe(50)
      turnedAway.push(refusedIn(model.play({ seconds: 1, load: mix(capacity * 0.5) })))
    }
    expect(turnedAway.every((count) => count === 0)).toBe(true)
  })

  test('because somebody opens two thousand lines and says nothing, once two seconds are over', () => {
    const model = new LoadModel({ seed: 9 })
    model.hold('till', { count: 2000, ms: 60_000 })
    model.play({ seconds: 2.2, load: mix(capacity * 0.5) })
    const all = model.play({ seconds: 10, load: mix(capacity * 0.5) })
    expect(refusedIn(all)).toBe(0)
  })
})
