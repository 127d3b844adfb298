import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importFile } from '#platform/imports/index'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { verify } from '../../verify/index.ts'
import './online-retail.ts'

const packed = join(import.meta.dirname, '../../../../shared/data/online-retail/online_retail.csv.gz')

/** The published facts of the set (its SOURCE.md); skipped where the set is not on this machine. */
describe.skipIf(!existsSync(packed))('the 541,909 rows of the online retail history', () => {
  let t: TestDatabase
  let folder: string
  let path: string
  beforeAll(async () => {
    t = await testDatabase()
    folder = await mkdtemp(join(tmpdir(), 'hilo-retail-'))
    path = join(folder, 'online_retail.csv')
    await pipeline(createReadStream(packed), createGunzip(), createWriteStream(path))
  })
  afterAll(async () => {
    await t?.close()
    if (folder) await rm(folder, { recursive: true })
  })

  test('become orders, returns and customers with sums exact to the last unit, quickly and in little memory', {
    timeout: 300_000,
  }, async () => {
    let peak = 0
    const started = performance.now()
    const result = await importFile(t.db, t.clock, {
      kind: 'orders',
      path,
      onProgress: () => {
        peak = Math.max(peak, process.memoryUsage().rss)
      },
    })
    const seconds = (performance.now() - started) / 1000
    process.stdout.write(
      `online retail: ${Math.round(541_909 / seconds)} rows/s, peak ${Math.round(peak / 1_048_576)} MiB in this process\n`,
    )
    expect(result).toMatchObject({ status: 'done', format: 'online-retail-csv', rowsRead: 541_909, rowsRefused: 0 })
    const facts = await t.db.one(sql`
      with documents as (
        select external_ref, source, total_minor as minor from orders.customer_order
        union all select external_ref, source, -refund_minor from orders.customer_return
      )
      select (select count(*)::int from documents) as documents,
             (select sum(case when source ? 'exact' then sign(minor)::numeric * (source ->> 'exact')::numeric else minor / 100.0 end)::text
                from documents) as revenue,
             (select count(*)::int from orders.order_line) + (select count(*)::int from orders.customer_return_line) as rows,
             (select count(distinct person_id)::int
                from (select person_id from orders.customer_order union select person_id from orders.customer_return) as p) as customers,
             (select count(*)::int from orders.customer_return where external_ref like 'C%') as cancellations,
             (select count(*)::int from orders.customer_return_line l join orders.customer_return r on r.id = l.return_id
               where r.external_ref like 'C%') as "cancellationRows",
             (select count(distinct source ->> 'country')::int from
                (select source from orders.customer_order union all select source from orders.customer_return) as s) as countries,
             (select count(distinct sku)::int from (select sku from orders.order_line union select sku from orders.customer_return_line) as c) as codes`)
    expect({ ...facts, revenue: Number((facts as { revenue: string }).revenue) }).toEqual({
      documents: 25_900,
      revenue: 9_747_747.934,
      rows: 541_909,
      customers: 4372,
      cancellations: 3836,
      cancellationRows: 9288,
      countries: 38,
      codes: 4070,
    })
    const sales = await t.db.one(sql`
      select count(*)::int as rows, count(distinct o.id)::int as invoices, count(distinct o.person_id)::int as customers
        from orders.order_line l join orders.customer_order o on o.id = l.order_id
       where o.person_id is not null
         -- Four lines cost 0.001 a piece: nothing in whole pence, kept exactly by their document.
         and (l.unit_minor + l.total_minor > 0 or (o.source ? 'exact' and (o.source ->> 'exact')::numeric > o.total_minor / 100.0))`)
    expect(sales).toEqual({ rows: 397_884, invoices: 18_532, customers: 4338 })
  })

  test('come in a second time without effect', { timeout: 300_000 }, async () => {
    const again = await importFile(t.db, t.clock, { kind: 'orders', path })
    expect(again).toMatchObject({ status: 'done', rowsTaken: 0, rowsUnchanged: 541_909 })
    const { orders } = await t.db.one<{ orders: number }>(sql`
      select (select count(*) from orders.customer_order)::int + (select count(*) from orders.customer_return)::int as orders`)
    expect(orders).toBe(25_900)
  })

  test('leave every law true', { timeout: 120_000 }, async () => {
    const report = await verify(t.db, { clock: t.clock })
    expect(report.checks.filter(({ count }) => count > 0)).toEqual([])
  })
})
