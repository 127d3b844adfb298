import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDb } from '../platform/db.ts'
import { exitCodes, type RunningPostgres, startPostgres } from '../platform/postgres/index.ts'
import { sql } from '../platform/sql.ts'
import { hilo } from './testing.ts'

let dataDir = ''
let server: RunningPostgres
const run = (...args: string[]) => hilo(args, { env: { HILO_DATA: dataDir, HILO_LANG: 'en' } })
const lines = (text: string) => text.trim().split('\n')

describe('the demo retailer, worked on from the command line', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'hilo-data-'))
    // Held by the test, so that each command adopts it instead of starting it again.
    server = await startPostgres({ dataDir }, { testing: { unsynced: true, settings: { fsync: 'off' } } })
    expect((await run('demo')).code).toBe(0)
  }, 120_000)
  afterAll(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('is loaded once: a second time says so and changes nothing', async () => {
    const again = await run('demo')
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('It was loaded already; nothing changed.')])
  })

  it.each(['stock', 'customers'])('%s go out as CSV and come back without a change', async (kind) => {
    const file = join(dataDir, `${kind}.csv`)
    expect((await run('export', kind, file)).code).toBe(0)
    const piped = await run('export', kind)
    expect(piped.out).toBe(readFileSync(file, 'utf8'))
    const back = await run('import', kind, file)
    const rows = lines(piped.out).length - 1
    expect([back.code, lines(back.out)[0]]).toEqual([
      0,
      expect.stringContaining(`${rows} rows: 0 taken, ${rows} unchanged, 0 not taken`),
    ])
  })

  it('a file with a wrong row takes the others, lists that one with its remedy and says so with its exit code', async () => {
    const [header = '', first = '', second = ''] = lines((await run('export', 'stock')).out)
    const file = join(dataDir, 'wrong.csv')
    const nobody = second.replace(/^[^,]*,[^,]*/, 'NO-SUCH-SKU,')
    writeFileSync(file, `${header}\n${first}\n${nobody}\n`)
    const report = join(dataDir, 'report.csv')
    const result = await run('import', 'stock', file, '--report', report)
    expect(result.code).toBe(exitCodes.incomplete)
    expect(result.out).toContain('2 rows: 0 taken, 1 unchanged, 1 not taken')
    expect(result.err).toMatch(/^ {2}line 3 \(not taken\): .*NO-SUCH-SKU/m)
    expect(lines(readFileSync(report, 'utf8'))[1]).toMatch(/^3,.*refused,.*NO-SUCH-SKU/)
  })

  it('a file that is not there is refused in one sentence', async () => {
    const { code, err } = await run('import', 'stock', join(dataDir, 'absent.csv'))
    expect([code, err.split('\n').filter((line) => line.includes(' at '))]).toEqual([exitCodes.refused, []])
  })

  it('verify is content with it, and names a planted corruption with the figures', async () => {
    const clean = await run('verify')
    expect([clean.code, clean.out.includes('✗')]).toEqual([exitCodes.ok, false])
    const db = openDb(server.url)
    const { id, onHand } = await db.one<{ id: string; onHand: number }>(sql`
      update inventory.stock_level set on_hand = on_hand + 1
       where (variant_id, location_id) in (select variant_id, location_id from inventory.stock_level where on_hand > 3 limit 1)
      returning variant_id as id, on_hand as "onHand"`)
    const found = await run('verify')
    expect(found.code).toBe(exitCodes.disagreement)
    expect(found.out).toMatch(new RegExp(`${id}.*should be ${onHand - 1}, is ${onHand}`))
    const json = JSON.parse((await run('verify', '--json')).out) as { ok: boolean; checks: { count: number }[] }
    expect([json.ok, json.checks.filter(({ count }) => count > 0).length]).toEqual([false, 1])
    await db.run(
      sql`update inventory.stock_level set on_hand = on_hand - 1 where variant_id = ${id} and on_hand = ${onHand}`,
    )
    await db.close()
  })
})
