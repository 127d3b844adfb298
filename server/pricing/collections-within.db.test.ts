import { promotionBody } from '@hilo/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { priceLines } from './price-lines.ts'
import { createPromotion } from './promotions.ts'
import { aProduct } from './testing.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(() => t.close())

test('10 % on a collection holds for what lies in the collections below it, and no longer once such a one is moved away', async () => {
  await t.db.run(sql`
    insert into catalog.collection (id, handle, parent_id, title) values
      ('col_home', 'casa', null, '{"es":"Casa"}'), ('col_bed', 'cama', 'col_home', '{"es":"Cama"}'), ('col_sheet', 'sabanas', 'col_bed', '{"es":"Sábanas"}'),
      ('col_other', 'otra', null, '{"es":"Otra"}')`)
  const sheet = await aProduct(t.db, t.clock, { amountMinor: 5000, collectionIds: ['col_sheet'] })
  const mug = await aProduct(t.db, t.clock, { amountMinor: 1000, collectionIds: ['col_other'] })
  await t.db.transaction((tx) =>
    createPromotion(
      tx,
      t.clock,
      promotionBody.parse({
        name: { es: 'Casa' },
        status: 'active',
        kind: 'percentage',
        valueBp: 1000,
        collectionIds: ['col_home'],
      }),
    ),
  )
  const discounts = async () => {
    const lines = [sheet, mug].map(({ variantIds }, at) => ({ id: `l${at}`, variantId: variantIds[0] ?? '', units: 1 }))
    const priced = await priceLines(t.db, { clock: t.clock, channelId: 'web', couponCodes: [], delivery: null, lines })
    return priced.lines.map(({ discountMinor }) => discountMinor)
  }
  expect(await discounts()).toEqual([500, 0])
  await t.db.run(sql`update catalog.collection set parent_id = null where id = 'col_bed'`)
  expect(await discounts()).toEqual([0, 0])
})
