import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { arrows, sqlExceptions } from './boundaries.ts'
import { checkFiles, type SourceFile } from './boundary-check.ts'

const server = import.meta.dirname

/** Every first-party source file below server/, and the shared packages. */
function sources(): SourceFile[] {
  const files = readdirSync(server, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|sql)$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => ({ path, text: readFileSync(join(server, path), 'utf8') }))
  const packages = resolve(server, '../packages')
  const shared = readdirSync(packages, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => ({ path: relative(server, join(packages, path)), text: readFileSync(join(packages, path), 'utf8') }))
  return [...files, ...shared]
}

const found = (file: SourceFile) => checkFiles([{ path: 'orders/index.ts', text: '' }, file]).map(({ rule }) => rule)

describe('the house', () => {
  test('modules know only what stands below them, through its door; SQL stays in its own schema; files stay short', () => {
    const violations = checkFiles(sources())
    expect(violations.map(({ path, line, rule, detail }) => `${path}:${line} ${rule}: ${detail}`)).toEqual([])
  })

  test('the arrows point down: there is no way back to where one began, and each has its reason', () => {
    const visit = (module: string, path: readonly string[]): string[] => {
      if (path.includes(module)) return [[...path, module].join(' → ')]
      return Object.keys(arrows[module] ?? {}).flatMap((below) => visit(below, [...path, module]))
    }
    expect(Object.keys(arrows).flatMap((module) => visit(module, []))).toEqual([])
    for (const [from, below] of Object.entries(arrows)) {
      for (const [to, reason] of Object.entries(below)) expect(reason, `${from} → ${to}`).toMatch(/^because .{12,}/)
    }
    for (const { reason } of sqlExceptions) expect(reason).toMatch(/^because .{12,}/)
  })

  test('every folder below server/ is a module of the table', () => {
    const folders = readdirSync(server, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'node_modules',
    )
    const unknown = folders.map(({ name }) => name).filter((name) => !(name in arrows) && name !== 'migrations')
    expect(unknown).toEqual([])
  })
})

describe('each check finds what is planted for it', () => {
  test('an arrow that points up', () => {
    expect(found({ path: 'inventory/planted.ts', text: "import { placeOrder } from '#orders'\n" })).toEqual(['arrow'])
    expect(found({ path: 'platform/planted.ts', text: "export * from '#staff'\n" })).toEqual(['arrow'])
    expect(found({ path: 'catalog/planted.ts', text: "const { priceOf } = await import('#pricing')\n" })).toEqual([
      'arrow',
    ])
    expect(found({ path: 'orders/planted.ts', text: "import { priceLines } from '#pricing'\n" })).toEqual([])
  })
  test('a way round the door', () => {
    expect(found({ path: 'orders/planted.ts', text: "import { reserve } from '../inventory/reserve.ts'\n" })).toEqual([
      'door',
    ])
    expect(found({ path: 'orders/planted.ts', text: "import { reserve } from '../inventory/index.ts'\n" })).toEqual([
      'door',
    ])
    expect(found({ path: 'orders/planted.ts', text: "import type { Sql } from '../platform/sql.ts'\n" })).toEqual([
      'door',
    ])
    expect(
      found({ path: 'orders/planted.test.ts', text: "import { aLevel } from '../inventory/testing.ts'\n" }),
    ).toEqual([])
    expect(found({ path: 'orders/planted.ts', text: "import { aLevel } from '../inventory/testing.ts'\n" })).toEqual([
      'door',
    ])
  })
  test('SQL in the schema of another', () => {
    expect(found({ path: 'orders/planted.ts', text: 'sql`select 1 from inventory.stock_level`\n' })).toEqual(['sql'])
    expect(found({ path: 'orders/planted.ts', text: 'sql`\n  update\n    payments.payment set x = 1`\n' })).toEqual([
      'sql',
    ])
    expect(
      found({ path: 'orders/planted.ts', text: 'sql`select 1 from orders.cart c, inventory.stock_level l`\n' }),
    ).toEqual(['sql'])
    expect(found({ path: 'platform/planted.ts', text: 'sql`delete from staff.session`\n' })).toEqual(['sql'])
    expect(
      found({
        path: 'migrations/0005_pricing.sql',
        text: 'create table p (v text references catalog.variant (id));\n',
      }),
    ).toEqual(['sql'])
    expect(
      found({ path: 'orders/planted.ts', text: 'sql`select 1 from orders.cart join platform.counter using (x)`\n' }),
    ).toEqual([])
    expect(
      found({ path: 'orders/planted.ts', text: "action: 'inventory.stock_level.read' // inventory.stock_level\n" }),
    ).toEqual([])
  })
  test('a circle of files', () => {
    const circle = checkFiles([
      { path: 'orders/a.ts', text: "import './b.ts'\n" },
      { path: 'orders/b.ts', text: "import { c } from './c.ts'\n" },
      { path: 'orders/c.ts', text: "export { a } from './a.ts'\n" },
    ])
    expect(circle).toMatchObject([{ rule: 'circle', detail: 'orders/a.ts → orders/b.ts → orders/c.ts → orders/a.ts' }])
    const onlyTypes = checkFiles([
      { path: 'orders/a.ts', text: "import type { B } from './b.ts'\n" },
      { path: 'orders/b.ts', text: "import type { A } from './a.ts'\n" },
    ])
    expect(onlyTypes).toEqual([])
  })
  test('a file of more than 400 lines', () => {
    expect(found({ path: 'orders/planted.ts', text: 'x\n'.repeat(401) })).toEqual(['length'])
    expect(found({ path: 'orders/planted.ts', text: 'x\n'.repeat(400) })).toEqual([])
  })
  test('an import of server code from a shared package, and of an app from the server', () => {
    expect(
      found({ path: '../packages/calc/planted.ts', text: "import { sql } from '../../server/platform/sql.ts'\n" }),
    ).toEqual(['package'])
    expect(found({ path: '../packages/calc/planted.ts', text: "import { sql } from '#platform/sql'\n" })).toEqual([
      'package',
    ])
  })
  test('a folder that is no module of the table', () => {
    expect(found({ path: 'gadgets/planted.ts', text: "import { sql } from '#platform/sql'\n" })).toEqual(['module'])
  })
})
