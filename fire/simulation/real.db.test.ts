import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../server/platform/sql.ts'
import { type TestDatabase, testDatabase } from '../../server/platform/testing.ts'
import { runReal } from './real.ts'
import { openRetailer, type Retailer } from './real-retailer.ts'

/** Every commit runs these; `npm run simulate -- --real 1000` runs as many as one likes. */
const seeds = 20

let t: TestDatabase
let retailer: Retailer
beforeAll(async () => {
  t = await testDatabase()
  retailer = await openRetailer(t.db, t.clock)
})
afterAll(async () => {
  await t?.close()
})

test('R14 seeded lives on the real tables, with processes that die before, inside and after their transactions: every law holds', {
  timeout: 180_000,
}, async () => {
  const sum = { steps: 0, crashes: 0, refused: 0, placed: 0 }
  for (let seed = 1; seed <= seeds; seed++) {
    const { broken, trace, ...did } = await runReal(retailer, seed)
    expect(
      broken === undefined ? [] : [`replay: npm run simulate -- --real 1 --seed ${seed}`, broken, ...trace],
    ).toEqual([])
    sum.steps += did.steps
    sum.crashes += did.crashes
    sum.refused += did.refused
    sum.placed += did.placed
  }
  // The runs must have been about something.
  expect(sum.steps).toBe(seeds * 70)
  expect(sum.crashes).toBeGreaterThan(40)
  expect(sum.refused).toBeGreaterThan(50)
  expect(sum.placed).toBeGreaterThan(40)
})

test('what runs leave in the tables is looked at: units that leave a shelf without a ledger row break the next run', async () => {
  const moved = await t.db.run(sql`
    update inventory.stock_level set on_hand = on_hand + 1
     where (variant_id, location_id) = (select variant_id, location_id from inventory.stock_level order by 1, 2 limit 1)`)
  expect(moved).toBe(1)
  expect((await runReal(retailer, 9000)).broken).toMatch(/law 1/)
})
