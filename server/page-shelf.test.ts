import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PageShelf } from './page-shelf.ts'

const page = (weight: number) => ({ weight })
const visit = (shelf: PageShelf<{ weight: number }>, key: string, weight = 10_000) => {
  const known = shelf.get(key)
  if (!known) shelf.put(key, page(weight))
  return known !== undefined
}

test('ten thousand addresses visited once do not throw out the hundred that everybody visits', () => {
  const shelf = new PageShelf<{ weight: number }>(2_000_000)
  const visited = Array.from({ length: 100 }, (_, n) => `product ${n}`)
  for (let round = 0; round < 2; round++) for (const key of visited) visit(shelf, key)
  for (let n = 0; n < 10_000; n++) visit(shelf, `robot ${n}`)
  expect(visited.filter((key) => visit(shelf, key))).toHaveLength(100)
})

test('a thousand products in two languages find room in the memory of the shop', () => {
  const shelf = new PageShelf<{ weight: number }>(26_000_000)
  const pages = Array.from({ length: 2_000 }, (_, n) => `page ${n}`)
  for (const key of pages) visit(shelf, key, 12_000)
  expect(pages.filter((key) => visit(shelf, key))).toHaveLength(2_000)
})

test('what was visited often and is outdated by now gives way to what is visited now', () => {
  let season = 'winter'
  const shelf = new PageShelf<{ weight: number; season: string }>(1_000_000, (thing) => thing.season !== season)
  const visits = (now: string) => {
    season = now
    return Array.from({ length: 60 }, (_, n) => {
      const known = shelf.get(`${season} ${n}`)
      if (!known) shelf.put(`${season} ${n}`, { weight: 10_000, season })
      return known !== undefined
    })
  }
  for (const now of ['winter', 'winter', 'spring', 'spring']) visits(now)
  expect(visits('spring').filter(Boolean)).toHaveLength(60)
})

test('whatever is put, visited and compressed, it stays within its memory and counts right', () => {
  const step = fc.record({
    key: fc.integer({ min: 0, max: 30 }),
    weight: fc.integer({ min: 0, max: 60_000 }),
    what: fc.constantFrom('put', 'get', 'weigh'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const shelf = new PageShelf<{ weight: number }>(300_000)
      const last = new Map<number, { weight: number }>()
      for (const { key, weight, what } of steps) {
        const known = last.get(key)
        if (what === 'get') shelf.get(String(key))
        else if (what === 'put') {
          last.set(key, page(weight))
          shelf.put(String(key), last.get(key) as { weight: number })
        } else if (known) {
          const change = weight - known.weight
          known.weight = weight
          shelf.weighs(String(key), known, change)
        }
        expect(shelf.bytes).toBeLessThanOrEqual(300_000)
      }
      const here = [...last].flatMap(([key, thing]) => (shelf.get(String(key)) === thing ? [thing.weight + 600] : []))
      expect(shelf.bytes).toBe(here.reduce((sum, weight) => sum + weight, 0))
      expect(shelf.size).toBe(here.length)
    }),
  )
})
