import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { areas } from './areas.ts'
import { ignored, staleOf } from './ignored.ts'
import { changed, instrument } from './instrument.ts'
import type { Mutant } from './mutant.ts'
import { mutationsOf } from './operators.ts'
import { orderFor, plantAll } from './plan.ts'
import { belowTarget, type Judged, scoreOf } from './report.ts'
import { sqlFragments } from './sql-operators.ts'

const of = (source: string) => mutationsOf(source, 'example.ts').map(({ from, to }) => `${from} → ${to}`)
const inSql = (text: string) =>
  sqlFragments(text).map(({ start, end, text: put }) => `${text.slice(0, start)}${put}${text.slice(end)}`)

describe('mistakes in TypeScript', () => {
  test('boundaries, signs, conditions and calls are changed, one at a time', () => {
    expect(of('const a = (b: number) => b >= 2')).toEqual(['b >= 2 → b > 2', 'b >= 2 → b < 2'])
    expect(of('const a = b - 1')).toEqual(['b - 1 → b + 1'])
    expect(of('total += units')).toEqual(['total += units → ', 'total += units → total -= units'])
    expect(of('const a = b && c')).toEqual(['b && c → b', 'b && c → c'])
    expect(of('const a = b ?? 0')).toEqual(['b ?? 0 → b'])
    expect(of('const a = list.some(fits)')).toEqual(['list.some(fits) → list.every(fits)'])
    expect(of('const a = list.filter(fits)')).toEqual(['list.filter(fits) → list'])
    expect(of('await work(tx)')).toEqual(['await work(tx) → '])
    expect(of("const open = ['draft', 'placed']")).toEqual([
      "['draft', 'placed'] → ['placed']",
      "['draft', 'placed'] → ['draft']",
    ])
  })

  test('a condition becomes true and false; turning it around would say nothing new', () => {
    expect(of('if (!ok) throw error')).toEqual(['!ok → true', '!ok → false'])
    expect(of('const a = b === c ? 1 : 2')).toEqual(['b === c → true', 'b === c → false'])
  })

  test('types and imports are left alone', () => {
    expect(of("import { a } from 'a'\ntype B = { c: true; d: 1 | 2 }\nconst e = f as true")).toEqual([])
  })

  test('a row of the authorisation table loses its conditions', () => {
    expect(of("defineActions({ 'a.read': { staff: roles, place: 'own' } })")).toEqual([
      "defineActions({ 'a.read': { staff: roles, place: 'own' } }) → ",
      "{ staff: roles, place: 'own' } → { place: 'own' }",
      "{ staff: roles, place: 'own' } → { staff: roles }",
    ])
  })
})

describe('mistakes in SQL', () => {
  test('boundaries, signs, locks, null tests and lists', () => {
    expect(inSql('where at <= now() limit 1')).toEqual(['where at < now() limit 1'])
    expect(inSql('set reserved = reserved + n')).toEqual(['set reserved = reserved - n'])
    expect(inSql('select 1 from a order by id for update of a skip locked')).toEqual(['select 1 from a order by id '])
    expect(inSql('where a is not null')).toEqual(['where a is null'])
    expect(inSql("where s in ('open', 'sent')")).toEqual(["where s in ('sent')", "where s in ('open')"])
    expect(inSql('where a = b and c')).toEqual(['where a = b or c', 'where a <> b and c'])
  })

  test('text, casts, arrows and names are no operators', () => {
    expect(inSql(`select '>= and or', body ->> 'a', "min and max", x::text, -1 -- a > b`)).toEqual([])
    expect(inSql('update a set b = ')).toEqual([])
  })

  test('only in statements, with the words around that make them readable', () => {
    expect(of('const a = sql`select 1 where b > ${c}`')).toEqual(['b > ${c}` → b >= ${c}`'])
    expect(of('const a = text`select 1 where b > ${c}`')).toEqual([])
  })
})

describe('all mutants in one program', () => {
  const source = 'let log = ""\nif (n > 1 && open)\n  log += "big"\nelse log += `small ${n - 1}`\n'
  const planted = mutationsOf(source, 'example.ts').map((mutation, at) => ({ ...mutation, id: at + 1 }))
  const run = (code: string, awake: number): unknown =>
    runInNewContext(`${code}; log`, { n: 2, open: true, __hiloMutant: (id: number) => id === awake })

  test('while they sleep, it is the program as it was; awake, each does what its own text says', () => {
    const all = instrument(source, planted)
    expect(run(all, 0)).toBe('big')
    expect(planted.length).toBeGreaterThan(6)
    for (const mutant of planted) {
      const alone = changed(source, [mutant.shape === 'statement' ? { ...mutant, text: ';' } : mutant])
      expect([mutant.from, run(all, mutant.id)]).toEqual([mutant.from, run(alone, 0)])
    }
    expect(new Set(planted.map(({ id }) => run(all, id))).size).toBeGreaterThan(2)
  })

  test('one alone, for the type checker, keeps its lines', () => {
    const [first] = mutationsOf('const a = b(\n  c,\n) && d\nconst e = 1\n', 'example.ts').filter(
      ({ to }) => to === 'd',
    )
    expect(changed('const a = b(\n  c,\n) && d\nconst e = 1\n', first ? [first] : []).split('\n')[3]).toBe(
      'const e = 1',
    )
  })
})

describe('who hunts what', () => {
  const mutant = { id: 7 } as Mutant
  const file = (name: string, ms: number, hits: number[], load: number[] = []) => ({
    file: name,
    setupMs: 10,
    load: new Set(load),
    tests: [
      { place: 0, ms, hits: new Set<number>() },
      { place: 1, ms, hits: new Set(hits) },
    ],
  })

  test('only the tests that come by it, the quickest file first, within the time', () => {
    const covered = [file('slow', 100, [7]), file('quick', 10, [7]), file('other', 1, [8])]
    expect(orderFor(mutant, covered, 1_000)).toEqual({
      id: 7,
      loads: false,
      tests: [
        { file: 'quick', places: [1], ms: 20 },
        { file: 'slow', places: [1], ms: 110 },
      ],
    })
    expect(orderFor(mutant, covered, 50)?.tests.map((one) => one.file)).toEqual(['quick'])
    expect(orderFor(mutant, [file('other', 1, [8])], 50)).toBeUndefined()
  })

  test('what works while the program is loaded concerns every test of the file', () => {
    expect(orderFor(mutant, [file('any', 1, [], [7])], 50)).toMatchObject({ loads: true, tests: [{ places: [0, 1] }] })
  })
})

describe('the score', () => {
  const one = (outcome: Judged['outcome']) => ({ area: 'stock', outcome }) as Judged

  test('counts what a test noticed, or was stopped by, among all but the ignored', () => {
    const judged = [one('killed'), one('timeout'), one('survived'), one('untested'), one('ignored')]
    const score = scoreOf('stock', [...judged, { ...one('killed'), area: 'money' }], 7)
    expect(score).toEqual({ area: 'stock', of: 7, mutants: 5, killed: 2, survived: 2, ignored: 1, score: 50 })
    expect(belowTarget([score, { ...score, score: 85 }])).toEqual([score])
  })
})

test('every source of an area exists and holds mutants; every ignored one is still there, with a reason', async () => {
  const { mutants, sources } = await plantAll(`${import.meta.dirname}/../..`, areas)
  for (const file of sources.keys())
    expect([file, mutants.some((mutant) => mutant.file === file)]).toEqual([file, true])
  expect(staleOf(ignored, mutants, [...sources.keys()])).toEqual([])
  expect(ignored.filter(({ because }) => because.length < 20)).toEqual([])
  const gone = { file: 'packages/calc/money.ts', lineText: 'gone', from: 'a', to: 'b', because: 'it was never there' }
  expect(staleOf([gone], mutants, [...sources.keys()])).toEqual([gone])
})
