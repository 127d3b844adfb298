import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDb } from '../platform/db.ts'
import { type RunningPostgres, startPostgres } from '../platform/postgres/index.ts'
import { sql } from '../platform/sql.ts'
import { hilo, spawnHilo, until } from './testing.ts'

const invoices = 3000
let dataDir: string
let server: RunningPostgres
let db: Db

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'hilo-killed-'))
  server = await startPostgres({ dataDir }, { testing: { unsynced: true, settings: { fsync: 'off' } } })
  db = openDb(server.url, { poolSize: 1 })
  // One sale in eight has its return behind it; each invoice has three lines.
  const rows = Array.from({ length: invoices }, (_, n) => {
    const [number, units] = n % 8 === 7 ? [`C${n}`, -1] : [String(n), 2]
    return ['A1', 'B2', 'C3']
      .map((sku) => `${number},${sku},Taza,${units},2026-01-02 10:00,2.50,${n % 400},ES`)
      .join('\n')
  })
  const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
  writeFileSync(join(dataDir, 'history.csv'), `${header}\n${rows.join('\n')}\n`)
}, 120_000)
afterAll(async () => {
  await db?.close()
  await server?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const env = () => ({ HILO_DATA: dataDir, HILO_LANG: 'en' })
const args = () => ['import', 'orders', join(dataDir, 'history.csv')]

async function taken(): Promise<number> {
  const row = await db
    .maybeOne<{ rows: number }>(
      sql`select rows_taken as rows from platform.import_run order by started_at desc limit 1`,
    )
    .catch(() => undefined)
  return row?.rows ?? 0
}

test('an import that is killed twice half-way goes on where it was: every order once, to the last unit', {
  timeout: 180_000,
}, async () => {
  for (const share of [0.2, 0.5]) {
    const { child, result } = spawnHilo(args(), { env: env() })
    await until(async () => (await taken()) > invoices * 3 * share, 90)
    child.kill('SIGKILL')
    expect((await result).signal).toBe('SIGKILL')
  }
  const before = await taken()
  expect(before).toBeLessThan(invoices * 3)
  const last = await hilo(args(), { env: env() })
  expect(last.out).toContain(`${invoices * 3} rows (continued): ${invoices * 3} taken, 0 unchanged, 0 not taken`)
  const facts = await db.one(sql`
    select (select count(*)::int from orders.customer_order) as orders,
           (select count(*)::int from orders.customer_return) as returns,
           (select sum(units)::int from orders.order_line) as sold,
           (select sum(units)::int from orders.customer_return_line) as back,
           (select count(*)::int from platform.import_run) as runs,
           (select sum(captured_minor)::int from payments.payment) as paid`)
  const returns = invoices / 8
  const orders = invoices - returns
  expect(facts).toEqual({ orders, returns, sold: orders * 6, back: returns * 3, runs: 1, paid: orders * 6 * 250 })
})
