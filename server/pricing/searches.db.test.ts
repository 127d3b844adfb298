import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Queryable } from '#platform/db'
import { type TestDatabase, testDatabase } from '#platform/testing'
import type { Assortment } from './assortment.ts'
import { searchIn } from './searches.ts'
import { aProduct } from './testing.ts'

let t: TestDatabase
let productId: string
beforeAll(async () => {
  t = await testDatabase()
  productId = (await aProduct(t.db, t.clock)).id
})
afterAll(() => t.close())

const assortment = () => ({ slots: new Map([[productId, 0]]), products: [{ id: productId }] }) as unknown as Assortment

/** A database that counts the searches it was asked for, and fails while `isAway`. */
function counting() {
  const asked = { searches: 0, isAway: false }
  const many: Queryable['many'] = async (query) => {
    if (JSON.stringify(query).includes('search_document')) asked.searches += 1
    if (asked.isAway) throw new Error('away')
    return t.db.many(query)
  }
  return { asked, q: { ...t.db, many } as Queryable }
}

test('the same words are looked for once, until what is sold changes', async () => {
  const { asked, q } = counting()
  const sold = assortment()
  const ask = (query: string, version: string) => searchIn(q, sold, { query, channelId: 'web', version })
  const title = 'camisa de lino'
  const [first, second] = await Promise.all([ask(title, '1'), ask(title, '1')])
  expect(Array.from(first.slots)).toEqual([0])
  expect(second).toBe(first)
  expect(asked.searches).toBe(1)
  await ask(title, '2')
  expect(asked.searches).toBe(2)
  // Enough others push it out.
  for (let n = 0; n < 200; n++) await ask(`${title} ${n}`, '2')
  const before = asked.searches
  await ask(title, '2')
  expect(asked.searches).toBe(before + 1)
})

test('a search that failed is looked for again', async () => {
  const { asked, q } = counting()
  const sold = assortment()
  const ask = () => searchIn(q, sold, { query: 'lino', channelId: 'web', version: '1' })
  asked.isAway = true
  await expect(ask()).rejects.toThrow('away')
  asked.isAway = false
  await expect(ask()).resolves.toMatchObject({ corrected: [] })
})
