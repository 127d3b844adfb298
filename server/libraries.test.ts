import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
type Package = { workspaces?: string[] } & Partial<Record<Kind, Record<string, string>>>
type Kind = 'dependencies' | 'devDependencies' | 'optionalDependencies'
const kinds: readonly Kind[] = ['dependencies', 'devDependencies', 'optionalDependencies']
const folders = ['.', 'server', 'apps/console', 'apps/pos', 'apps/storefront'].concat(
  ['calc', 'contract', 'i18n', 'ui'].map((name) => `packages/${name}`),
)
const used = folders.flatMap((folder) => {
  const found = JSON.parse(read(`${folder}/package.json`)) as Package
  return kinds.flatMap((kind) => Object.entries(found[kind] ?? {})).filter(([name]) => !name.startsWith('@hilo/'))
})

test('every library is there for a reason that is written down, and no reason is left over', () => {
  const rows = read('docs/libraries.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const explained = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(explained.toSorted()).toEqual([...new Set(used.map(([name]) => name))].toSorted())
  for (const row of rows) expect(row.split('|')[2]?.trim(), row).toMatch(/\w/)
})

test('versions are exact', () => {
  for (const [name, version] of used) expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
})
