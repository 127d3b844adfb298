import { expect, test } from 'vitest'
import { Shelf } from './shelf.ts'

const at = new Date('2026-11-20T09:00:00Z')
const list = '/api/store/products'
const stock = '/api/store/availability'
const newShelf = () =>
  new Shelf({ [list]: { charsMax: 100, byLanguage: true }, [stock]: { charsMax: 100, mayIgnore: ['near', 'postal'] } })

test('a question is known again whatever the order of its parameters, and not with other values', () => {
  const shelf = newShelf()
  shelf.put({ route: list, url: `${list}?limit=8&sort=newest`, language: 'es' }, 'one', at)
  expect(shelf.find({ route: list, url: `${list}?sort=newest&limit=8&lang=es`, language: 'es' })).toEqual({
    body: 'one',
    at,
  })
  expect(shelf.find({ route: list, url: `${list}?sort=newest&limit=9`, language: 'es' })).toBeUndefined()
})

test('what is sorted by the words of a language is kept for each language, the rest for both', () => {
  const shelf = newShelf()
  shelf.put({ route: list, url: list, language: 'es' }, 'es', at)
  shelf.put({ route: stock, url: stock, language: 'es' }, 'both', at)
  expect(shelf.find({ route: list, url: list, language: 'en' })).toBeUndefined()
  expect(shelf.find({ route: stock, url: stock, language: 'en' })?.body).toBe('both')
})

test('asked from a place nobody asked from before, the answer without a place is given', () => {
  const shelf = newShelf()
  const from = (query: string) => shelf.find({ route: stock, url: `${stock}?variants=a${query}`, language: 'es' })?.body
  shelf.put({ route: stock, url: `${stock}?variants=a`, language: 'es' }, 'anywhere', at)
  shelf.put({ route: stock, url: `${stock}?variants=a&postal=46001`, language: 'es' }, 'valencia', at)
  expect([from(''), from('&postal=46001'), from('&near=40.4,-3.7')]).toEqual(['anywhere', 'valencia', 'anywhere'])
})

test('the room of a route is bounded: the answer unused for longest goes, and other routes lose nothing', () => {
  const shelf = newShelf()
  shelf.put({ route: stock, url: stock, language: 'es' }, 'stock', at)
  for (let page = 0; page < 9; page++)
    shelf.put({ route: list, url: `${list}?cursor=${page}`, language: 'es' }, 'x'.repeat(20), at)
  const kept = [0, 3, 4, 8].map((page) => shelf.find({ route: list, url: `${list}?cursor=${page}`, language: 'es' }))
  expect(kept.map((found) => found !== undefined)).toEqual([false, false, true, true])
  expect([shelf.size, shelf.find({ route: stock, url: stock, language: 'es' })?.body]).toEqual([6, 'stock'])
  shelf.put({ route: list, url: `${list}?cursor=big`, language: 'es' }, 'x'.repeat(26), at)
  expect(shelf.find({ route: list, url: `${list}?cursor=big`, language: 'es' })).toBeUndefined()
})
