import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
const chapters = page.slice(page.indexOf('## ASVS'))

test('the security page speaks of every chapter of ASVS 5.0, and what it names as proof exists', () => {
  const told = [...chapters.matchAll(/^\| \*\*(\d+) /gm)].map(([, number]) => Number(number))
  expect(told).toEqual(Array.from({ length: 17 }, (_, at) => at + 1))
  const proofs = [...chapters.matchAll(/`([\w./-]+(?:\.ts|\/))`/g)].map(([, path]) => path ?? '')
  expect(proofs.length).toBeGreaterThan(30)
  const missing = proofs.filter((path) => !existsSync(join(root, 'server', path)) && !existsSync(join(root, path)))
  expect(missing).toEqual([])
})
