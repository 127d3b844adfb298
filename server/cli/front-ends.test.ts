import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildFrontEnds, outdatedFrontEnds } from './front-ends.ts'

const all = ['storefront', 'console', 'pos']
let root = ''

const sourceOf = (name: string) => join(root, 'apps', name, 'src/page.txt')
const setScript = (name: string, build: string) =>
  writeFileSync(join(root, 'apps', name, 'package.json'), JSON.stringify({ scripts: { build } }))
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name)
const due = async () => names(await outdatedFrontEnds(root))
const build = async () => names(await buildFrontEnds({ root }))
/** How often each was built, in the order of `all`. */
const runs = () => {
  const log = existsSync(join(root, 'runs.log')) ? readFileSync(join(root, 'runs.log'), 'utf8') : ''
  return all.map((name) => log.split('\n').filter((line) => line === name).length)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hilo-build-'))
  for (const name of all) {
    mkdirSync(join(root, 'apps', name, 'src'), { recursive: true })
    writeFileSync(sourceOf(name), `page of ${name}`)
    setScript(name, `mkdir -p dist && cp src/page.txt dist/page.txt && echo ${name} >> ../../runs.log`)
  }
  mkdirSync(join(root, 'packages/ui'), { recursive: true })
  writeFileSync(join(root, 'packages/ui/button.css'), '.button {}')
  writeFileSync(join(root, 'package-lock.json'), '{}')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('building the front ends', () => {
  it('a fresh clone builds all three, and the next start none', async () => {
    expect(await due()).toEqual(all)
    expect(await build()).toEqual(all)
    expect(readFileSync(join(root, 'apps/pos/dist/page.txt'), 'utf8')).toBe('page of pos')
    expect(await build()).toEqual([])
    expect(runs()).toEqual([1, 1, 1])
  })

  it('a changed source builds its own front end, a shared one all of them', async () => {
    await build()
    writeFileSync(sourceOf('console'), 'changed')
    expect(await build()).toEqual(['console'])
    writeFileSync(join(root, 'packages/ui/button.css'), '.button { color: red }')
    expect(await build()).toEqual(all)
    writeFileSync(join(root, 'package-lock.json'), '{ }')
    expect(await build()).toEqual(all)
    expect(runs()).toEqual([3, 4, 3])
  })

  it('a file that was only touched, a test and a README build nothing', async () => {
    await build()
    utimesSync(sourceOf('pos'), 1, 1)
    writeFileSync(join(root, 'apps/pos/src/page.test.ts'), 'x')
    writeFileSync(join(root, 'apps/pos/README.md'), 'x')
    expect(await due()).toEqual([])
  })

  it('a new and a removed source count as changes', async () => {
    await build()
    writeFileSync(join(root, 'apps/pos/src/new.txt'), '')
    expect(await build()).toEqual(['pos'])
    rmSync(join(root, 'apps/pos/src/new.txt'))
    expect(await build()).toEqual(['pos'])
  })

  it('two processes that start together build once', async () => {
    const both = await Promise.all([build(), build()])
    expect(both.flat()).toEqual(all)
    expect(runs()).toEqual([1, 1, 1])
  })

  it('a failed build says what the tool said, is tried again, and does not hide that the others were built', async () => {
    setScript('console', 'echo src/main.tsx: unexpected token >&2; exit 3')
    await expect(build()).rejects.toMatchObject({
      reason: 'build_failed',
      text: { es: expect.stringMatching(/No se ha podido construir: consola\.\n.*unexpected token/) as string },
    })
    expect(await due()).toEqual(['console'])
  })

  it('a disk that fills up during a build is called by its name', async () => {
    setScript('pos', 'echo "ENOSPC: no space left on device, write" >&2; exit 1')
    await expect(build()).rejects.toMatchObject({ reason: 'disk_full' })
  })

  it('a build that is given up ends its tools at once', async () => {
    for (const name of all) setScript(name, 'sleep 30; echo late >> ../../runs.log')
    const stopping = new AbortController()
    const building = buildFrontEnds({ root, signal: stopping.signal })
    setTimeout(() => stopping.abort(), 200)
    await expect(building).rejects.toThrow()
    expect(await due()).toEqual(all)
  }, 10_000)
})
