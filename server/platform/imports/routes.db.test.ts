import type { ImportPreview, ImportRunView } from '@hilo/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { owner, type TestApp, testApp } from '../../pricing/testing-app.ts'
import { importJobs } from './jobs.ts'

let t: TestDatabase
let shop: TestApp
beforeAll(async () => {
  t = await testDatabase()
  shop = await testApp(t.db, t.clock)
  shop.as(owner)
})
afterAll(async () => {
  await shop.close()
  await t.close()
})

async function upload(kind: string, text: string) {
  const part = (head: string, body: string) => `--x\r\ncontent-disposition: form-data; ${head}\r\n\r\n${body}\r\n`
  return shop.app.inject({
    method: 'POST',
    url: '/api/admin/imports',
    payload: `${part('name="kind"', kind)}${part('name="file"; filename="mantel.csv"', text)}--x--\r\n`,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  })
}
const csv = ['handle,title_es,sku,price', 'mantel,Mantel,M-1,29.90', 'Mal,Otro,M-2,1', 'toalla,Toalla,T-1,12'].join(
  '\n',
)
const runOf = async (id: string) => (await shop.app.inject({ url: `/api/admin/imports/${id}` })).json<ImportRunView>()
async function ended(id: string): Promise<ImportRunView> {
  for (let n = 0; n < 200; n++) {
    const run = await runOf(id)
    if (run.status !== 'running') return run
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the import did not end')
}

test('upload, look, start, watch, read what was refused', async () => {
  const answer = await upload('products', csv)
  const preview = answer.json<ImportPreview>()
  expect([answer.statusCode, preview.format, preview.columns, preview.rows.length]).toEqual([
    201,
    'hilo-csv',
    ['handle', 'title_es', 'sku', 'price'],
    3,
  ])
  expect(preview.issues).toMatchObject([{ line: 3, field: 'handle', code: 'not_a_handle' }])
  expect(await t.db.many(sql`select 1 from catalog.product`)).toEqual([])
  const started = await shop.app.inject({ method: 'POST', url: `/api/admin/imports/${preview.id}/start`, payload: {} })
  expect([started.statusCode, started.json().status]).toEqual([200, 'running'])
  expect(await ended(preview.id)).toMatchObject({
    status: 'done',
    progress: 1,
    rowsRead: 3,
    rowsTaken: 2,
    rowsRefused: 1,
    issues: { refused: 1, flagged: 0 },
    summary: { products: 2 },
  })
  const report = await shop.app.inject({ url: `/api/admin/imports/${preview.id}/issues?format=csv&lang=en` })
  expect(report.body).toContain('3,handle,refused,not_a_handle,Mal,')
  const again = await shop.app.inject({ method: 'POST', url: `/api/admin/imports/${preview.id}/start`, payload: {} })
  expect(again.json().code).toBe('imports.not_startable')
  expect((await upload('products', csv)).json<ImportPreview>().earlierRunId).toBe(preview.id)
})

test('an import whose process died is continued by the job', async () => {
  const { id } = (
    await upload('products', csv.replaceAll('M-1', 'M-9').replaceAll('mantel', 'mantelito'))
  ).json<ImportPreview>()
  await t.db.run(sql`update platform.import_run set status = 'running' where id = ${id}`)
  const resume = importJobs({ dataDir: shop.dataDir }).find(({ name }) => name === 'imports.resume')
  await resume?.run({ db: t.db, clock: t.clock, log: { info: () => undefined, error: () => undefined } })
  expect(await runOf(id)).toMatchObject({ status: 'done', rowsTaken: 1, rowsUnchanged: 1, rowsRefused: 1 })
})

test('an unknown format, no file, a foreign kind: each says what is wrong', async () => {
  const unknown = (await upload('products', 'a,b\n1,2\n')).json<ImportPreview>()
  expect(unknown.format).toBeNull()
  expect(unknown.formats.map(({ format }) => format)).toContain('shopify-csv')
  const start = await shop.app.inject({ method: 'POST', url: `/api/admin/imports/${unknown.id}/start`, payload: {} })
  expect(start.json().code).toBe('imports.format_unknown')
  expect((await upload('shoes', csv)).json().parameter).toBe('kind')
  expect((await shop.app.inject({ method: 'POST', url: '/api/admin/imports', payload: {} })).json().code).toBe(
    'imports.upload_missing',
  )
  shop.as({ ...owner, kind: 'staff', role: 'stock' } as typeof owner)
  expect((await upload('products', csv)).statusCode).toBe(403)
  shop.as(owner)
})

test('cancel stops it; an upload nobody starts is forgotten after a day', async () => {
  const first = (await upload('products', csv)).json<ImportPreview>()
  const canceled = await shop.app.inject({ method: 'POST', url: `/api/admin/imports/${first.id}/cancel` })
  expect(canceled.json().status).toBe('canceled')
  const second = (await upload('products', csv)).json<ImportPreview>()
  t.clock.advance(25 * 3_600_000)
  await importJobs({ dataDir: shop.dataDir })
    .find(({ name }) => name === 'imports.forget-uploads')
    ?.run({ db: t.db, clock: t.clock, log: { info: () => undefined, error: () => undefined } })
  expect((await runOf(second.id)).status).toBe('canceled')
})
