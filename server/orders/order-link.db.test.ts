/** The link to an order's page: made again from a key when it is needed, never kept. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { usePaymentProvider } from '#payments'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type RunningSimulator, startSimulator } from '../connectors/payment-simulator/index.ts'
import { orderToken, useOrderLinks } from './order-link.ts'
import { findOrderByToken, findOrderRow } from './order-rows.ts'
import { aCart, aShop, place, testSecret, testUrl, toAnna, type World } from './testing.ts'

let t: TestDatabase
let simulator: RunningSimulator
let shop: World
let orderId = ''

beforeAll(async () => {
  t = await testDatabase()
  simulator = await startSimulator()
  usePaymentProvider(simulator.provider)
  shop = await aShop(t.db, t.clock)
  const cartId = await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt, units: 1 }], delivery: toAnna })
  orderId = (await place(t.db, t.clock, cartId)).orderId
})
afterAll(async () => {
  useOrderLinks(testSecret)
  await simulator?.stop()
  await t?.close()
})

test('the mail carries a link that opens the order, and so does every later one', async () => {
  const mail = await t.db.one<{ text: string }>(
    sql`select text_body as text from platform.mail_message where dedupe_key = ${`order_placed:${orderId}`}`,
  )
  const token = mail.text.split(`${testUrl}/orders/`)[1]?.split(/\s/)[0] ?? ''
  expect(token).toMatch(/^[\w-]{54}$/)
  expect((await findOrderByToken(t.db, token))?.id).toBe(orderId)
  expect((await findOrderRow(t.db, orderId))?.token).toBe(token)
})

test('no table of orders keeps the token, so a copy of the database opens no page', async () => {
  const token = orderToken(orderId)
  const columns = await t.db.many<{ name: string }>(sql`
    select column_name as name from information_schema.columns
     where table_schema in ('orders', 'fulfillment', 'payments') and column_name ~ 'token' and column_name !~ 'hash'`)
  expect(columns).toEqual([])
  const rows = await t.db.many<{ row: string }>(sql`select o::text as row from orders.customer_order o`)
  expect(rows.some(({ row }) => row.includes(token.slice(0, 32)))).toBe(false)
})

test('a token with another signature, of another order or of another key opens nothing', async () => {
  const token = orderToken(orderId)
  const flipped = (token.startsWith('A') ? 'B' : 'A') + token.slice(1)
  const other = token.slice(0, 32) + orderToken('ord_0000000000000000000001').slice(32)
  useOrderLinks('another secret of the tests, also long enough')
  const foreign = orderToken(orderId)
  useOrderLinks(testSecret)
  for (const wrong of [flipped, other, foreign, orderId, orderId.slice(4), token.slice(32), ''])
    expect(await findOrderByToken(t.db, wrong), wrong).toBeUndefined()
})

test('links of the version before open their orders while its servers still run and after them, and only hashes are left', async () => {
  const migration = async (start: string) => {
    const folder = join(import.meta.dirname, '../migrations')
    return readFile(join(folder, (await readdir(folder)).find((name) => name.startsWith(start)) ?? ''), 'utf8')
  }
  const [old, drawn] = ['mJ7-_wQ0vXb3kT5yZ2aLr9sD1fGhE4uIoPcNqVtRx8K', 'pK2-_wQ0vXb3kT5yZ2aLr9sD1fGhE4uIoPcNqVtRx8Q']
  await t.db.script(`
    drop table orders.old_order_link;
    alter table orders.customer_order add column token text unique;
    update orders.customer_order set token = case when id = '${orderId}' then '${old}' else id end;
    alter table orders.customer_order alter column token set not null;`)
  await t.db.script(await migration('0015_'))
  await t.db.run(sql`
    insert into orders.customer_order (id, token, channel_id, status, currency, subtotal_minor, discount_minor, tax_minor, total_minor, created_at)
    values ('ord_ofanolderserver', ${drawn}, 'web', 'draft', 'EUR', 0, 0, 0, 0, ${t.clock.now()})`)
  await t.db.script(await migration('0035_'))
  const cartId = await aCart(t.db, t.clock, { lines: [{ variantId: shop.shirt, units: 1 }], delivery: toAnna })
  const ofToday = (await place(t.db, t.clock, cartId)).orderId
  const { token } = await t.db.one<{ token: string }>(
    sql`select token from orders.customer_order where id = ${ofToday}`,
  )
  expect(token, 'what an older server reads and may mail').toMatch(/^[0-9a-f-]{40,60}$/)
  const allOpen = async () => {
    for (const [link, id] of [
      [old, orderId],
      [drawn, 'ord_ofanolderserver'],
      [token, ofToday],
      [orderToken(ofToday), ofToday],
      [orderToken(orderId), orderId],
    ] as const)
      expect((await findOrderByToken(t.db, link))?.id, link).toBe(id)
  }
  await allOpen()
  await t.db.script(await migration('0036_'))
  await allOpen()
  const kept = await t.db.many<{ row: string }>(
    sql`select l::text as row from orders.old_order_link l union all select o::text from orders.customer_order o`,
  )
  expect(kept.some(({ row }) => [old, drawn, token].some((link) => row.includes(link)))).toBe(false)
})
