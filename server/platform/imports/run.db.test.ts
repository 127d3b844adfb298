import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { type CsvRow, type Importer, importFile, refusal, registerImporter } from './index.ts'

let t: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'hilo-imports-'))
beforeAll(async () => {
  t = await testDatabase()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await t.close()
})

type Setting = { key: string; value: string }
let applied = 0
let failAt: string | undefined
/** Settings by key: small enough to see through, and real rows. */
const settings: Importer<Setting> = {
  kind: 'products',
  format: 'test-settings',
  name: { es: 'Prueba', en: 'Test' },
  source: 'csv',
  batchSize: 10,
  detect: (sample) => sample.source === 'csv' && sample.columns.includes('clave'),
  async *read(rows) {
    for await (const { line, cells } of rows as AsyncIterable<CsvRow>) {
      const key = cells['clave'] ?? ''
      const issues =
        key === '' ? [refusal(line, 'clave', 'empty', '', { es: 'Escribe una clave.', en: 'Write a key.' })] : []
      yield { line, rows: 1, value: key === '' ? undefined : { key, value: cells['valor'] ?? '' }, issues }
    }
  },
  async apply(tx, _context, things) {
    const outcomes = []
    for (const { value } of things) {
      if (value.key === failAt) throw new Error('power cut')
      applied += 1
      const changed = await tx.run(sql`
        insert into platform.setting (key, value) values (${value.key}, ${value.value === 'NULL' ? null : JSON.stringify(value.value)}::jsonb)
        on conflict (key) do update set value = excluded.value where setting.value <> excluded.value`)
      outcomes.push({
        result: changed > 0 ? ('taken' as const) : ('unchanged' as const),
        counts: { settings: changed },
      })
    }
    return outcomes
  },
}
registerImporter(settings)

function fileOf(name: string, lines: readonly string[], encoding: BufferEncoding = 'utf8'): string {
  const path = join(folder, name)
  writeFileSync(path, lines.join('\r\n'), encoding)
  return path
}
const many = (n: number) => ['clave;valor', ...Array.from({ length: n }, (_, i) => `k${i};v${i}`)]
const stored = async () => (await t.db.one<{ n: number }>(sql`select count(*)::int as n from platform.setting`)).n

beforeEach(async () => {
  applied = 0
  failAt = undefined
  await t.db.run(sql`delete from platform.setting`)
})

describe('bringing a file in', () => {
  test('every row is taken or listed with line, field, reason and remedy', async () => {
    const path = fileOf('a.csv', ['clave;valor', 'uno;1', ';2', '"dos\nlíneas";3', 'tres;NULL', 'cuatro;4'])
    const done = await importFile(t.db, t.clock, { kind: 'products', path })
    expect(done).toMatchObject({
      status: 'done',
      rowsRead: 5,
      rowsTaken: 3,
      rowsRefused: 2,
      summary: { settings: 3 },
      issues: { refused: 2, flagged: 0 },
    })
    const issues = await t.db.many(
      sql`select line, field, code, remedy_es from platform.import_issue where run_id = ${done.runId} order by line`,
    )
    expect(issues).toMatchObject([
      { line: 3, field: 'clave', code: 'empty', remedy_es: 'Escribe una clave.' },
      { line: 6, field: 'value', code: 'database_23502' },
    ])
    expect(await stored()).toBe(3)
  })

  test('a second import of the same file changes nothing', async () => {
    const path = fileOf('b.csv', many(25))
    await importFile(t.db, t.clock, { kind: 'products', path })
    const again = await importFile(t.db, t.clock, { kind: 'products', path })
    expect(again).toMatchObject({ status: 'done', rowsTaken: 0, rowsUnchanged: 25, resumed: false })
  })

  test('an interrupted import goes on where it stopped, and no row is applied twice', async () => {
    const path = fileOf('c.csv', many(35))
    failAt = 'k24'
    await expect(importFile(t.db, t.clock, { kind: 'products', path })).rejects.toThrow('power cut')
    expect(await stored()).toBe(20)
    failAt = undefined
    applied = 0
    const done = await importFile(t.db, t.clock, { kind: 'products', path })
    expect(done).toMatchObject({ status: 'done', resumed: true, rowsRead: 35, rowsTaken: 35, rowsUnchanged: 0 })
    expect([applied, await stored()]).toEqual([15, 35])
  })

  test('cancel stops after the batch under way, and the rest comes with the next run', async () => {
    const path = fileOf('d.csv', many(50))
    const stop = new AbortController()
    const seen: number[] = []
    const first = await importFile(t.db, t.clock, {
      kind: 'products',
      path,
      signal: stop.signal,
      onProgress: ({ rowsRead }) => {
        seen.push(rowsRead)
        if (rowsRead >= 20) stop.abort()
      },
    })
    expect([first.status, first.rowsTaken, await stored(), seen]).toEqual(['canceled', 20, 20, [10, 20]])
    expect(await importFile(t.db, t.clock, { kind: 'products', path })).toMatchObject({
      status: 'done',
      rowsTaken: 50,
      resumed: true,
    })
  })

  test('two runs of one file at the same moment: one works, the other is told', async () => {
    const path = fileOf('e.csv', many(200))
    const results = await Promise.allSettled(
      [1, 2].map(() => importFile(t.db, t.clock, { kind: 'products', path, runId: 'imp_same000000000000000000' })),
    )
    expect(
      results.map((result) => (result.status === 'fulfilled' ? 'done' : String(result.reason.code))).sort(),
    ).toEqual(['done', 'imports.running'])
    expect(await stored()).toBe(200)
  })

  test('old spreadsheets in Windows-1252 keep their accents', async () => {
    const path = fileOf('f.csv', ['clave;valor', 'niño;añil'], 'latin1')
    await importFile(t.db, t.clock, { kind: 'products', path })
    expect(await t.db.many(sql`select key, value from platform.setting`)).toEqual([{ key: 'niño', value: 'añil' }])
  })

  test('a file of unknown columns, an empty one, a missing one and one that breaks off are refused with their reason', async () => {
    const codeOf = (path: string) =>
      importFile(t.db, t.clock, { kind: 'products', path }).then(
        () => '',
        (error) => error.code,
      )
    expect(await codeOf(fileOf('g.csv', ['foo,bar', '1,2']))).toBe('imports.format_unknown')
    expect(await codeOf(fileOf('h.csv', ['']))).toBe('imports.file_empty')
    expect(await codeOf(join(folder, 'nothing.csv'))).toBe('imports.file_missing')
    expect(await codeOf(fileOf('i.csv', ['clave;valor', 'a;1', '"b;2', 'c;3']))).toBe('imports.file_broken')
    const [issue] = await t.db.many<{ line: number; remedy_en: string }>(sql`
      select line, remedy_en from platform.import_issue i join platform.import_run r on r.id = i.run_id where r.file_name = 'i.csv'`)
    expect(issue).toMatchObject({ line: 3 })
  })
})
