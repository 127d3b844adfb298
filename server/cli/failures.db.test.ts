import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openDb } from '../platform/db.ts'
import { exitCodes, startPostgres } from '../platform/postgres/index.ts'
import { stopPostmaster } from '../platform/postgres/postmaster.ts'
import { sql } from '../platform/sql.ts'
import { hilo } from './testing.ts'

const isRoot = process.getuid?.() === 0
/** A small file system of its own is what a full disk looks like; only root on Linux can make one. */
const canMount = isRoot && process.platform === 'linux' && spawnSync('mount', ['--version']).status === 0
const folders: string[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-cli-'))
  folders.push(folder)
  return folder
}

afterEach(async () => {
  for (const folder of folders.splice(0)) {
    for (const dataDir of [folder, join(folder, 'data')]) {
      if (existsSync(join(dataDir, 'postgres/data'))) await stopPostmaster(join(dataDir, 'postgres/data'))
    }
    rmSync(folder, { recursive: true, force: true })
  }
})

/** One sentence for people: no trace of a stack. */
function oneSentence(err: string): string {
  expect(err).not.toMatch(/\n\s+at /)
  return err.trim()
}

describe('a start that cannot be says why in one sentence, and how to go on', { timeout: 180_000 }, () => {
  it('a wrong setting names itself', async () => {
    const dataDir = newFolder()
    const env = { HILO_DATA: dataDir, HILO_PORT: 'http' }
    const es = await hilo(['start'], { env })
    expect(es.code).toBe(exitCodes.settings)
    expect(oneSentence(es.err)).toContain('HILO_PORT="http": se espera un número entero de 1 a 65535.')
    const en = await hilo(['start', '--lang', 'en'], { env })
    expect(oneSentence(en.err)).toContain('HILO_PORT="http": expected a whole number from 1 to 65535.')
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('a taken port offers a free one, before anything else is begun', async () => {
    const dataDir = newFolder()
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const { code, err } = await hilo(['start'], { env: { HILO_DATA: dataDir, HILO_PORT: String(port) } })
    server.close()
    expect(code).toBe(exitCodes.port_taken)
    const [, free] = /El puerto \d+ lo usa otro programa\. .*HILO_PORT=(\d+) npm start$/.exec(oneSentence(err)) ?? []
    expect(Number(free)).toBeGreaterThan(port)
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  })

  it('a data folder whose place is a file', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, 'x')
    const dataDir = join(file, 'data')
    const { code, err } = await hilo(['migrate'], { env: { HILO_DATA: dataDir, HILO_LANG: 'en' } })
    expect(code).toBe(exitCodes.data_not_writable)
    expect(oneSentence(err)).toContain(`The data folder ${dataDir} cannot be written.`)
  })

  it('a data folder this user may not write', async () => {
    const folder = newFolder()
    chmodSync(folder, 0o755)
    const dataDir = join(folder, 'data')
    mkdirSync(dataDir, { mode: isRoot ? 0o755 : 0o555 })
    const asOrdinary = isRoot ? { uid: 65_534, gid: 65_534 } : {}
    const { code, err } = await hilo(['migrate'], { ...asOrdinary, cwd: '/', env: { HILO_DATA: dataDir } })
    expect(oneSentence(err)).toContain(`No se puede escribir en la carpeta de datos ${dataDir}.`)
    expect(code).toBe(exitCodes.data_not_writable)
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('an unknown command or option', async () => {
    const command = await hilo(['strat', '--lang', 'en'])
    expect([command.code, oneSentence(command.err)]).toEqual([
      exitCodes.usage,
      expect.stringContaining('does not know the command "strat"'),
    ])
    const option = await hilo(['start', '--prot', '3000'])
    expect([option.code, oneSentence(option.err)]).toEqual([
      exitCodes.usage,
      'hilo start no conoce "--prot". hilo start --help lo explica.',
    ])
  })

  it('a database newer than the code is left as it is', async () => {
    const dataDir = newFolder()
    const env = { HILO_DATA: dataDir, HILO_LANG: 'en' }
    expect((await hilo(['migrate'], { env })).code).toBe(0)
    const server = await startPostgres({ dataDir })
    const db = openDb(server.url)
    await db.run(sql`insert into public.hilo_migration (version, name, checksum) values (9999, '9999_future.sql', 'x')`)
    const { code, err } = await hilo(['start'], { env: { ...env, HILO_PORT: '4122' } })
    expect(code).toBe(exitCodes.database_newer)
    expect(oneSentence(err)).toContain(
      'belongs to a newer Hilo than this one (it has 9999_future.sql). Update the code',
    )
    const rows = await db.many(sql`select version from public.hilo_migration where version = 9999`)
    expect(rows).toHaveLength(1)
    await db.close()
    await server.stop()
  })
})

describe('DATABASE_URL', () => {
  let dataDir = ''
  let address = ''
  let stop: () => Promise<void>
  const port = '4121'
  const ask = (url: string, args = ['migrate']) =>
    hilo(args, { env: { DATABASE_URL: url, HILO_DATA: dataDir, HILO_LANG: 'en' } })

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'hilo-cli-'))
    const rules = join(dataDir, 'hba.conf')
    writeFileSync(rules, 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n')
    chmodSync(dataDir, 0o755)
    chmodSync(rules, 0o644)
    const settings = { listen_addresses: '127.0.0.1', port, hba_file: rules }
    const server = await startPostgres({ dataDir }, { testing: { settings, unsynced: true } })
    const db = openDb(server.url)
    await db.script("create role shop login password 'Tr3s-lunas'; create role guest login password 'Tr3s-lunas'")
    await db.script('create database shop owner shop')
    await db.close()
    address = `127.0.0.1:${port}`
    stop = server.stop
  })
  afterAll(async () => {
    await stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('a server of the user is migrated and used, and no database of our own is started', async () => {
    const { code, out } = await ask(`postgres://shop:Tr3s-lunas@${address}/shop`)
    expect([code, out.includes('Migrations applied:')]).toEqual([0, true])
    expect((await ask(`postgres://shop:Tr3s-lunas@${address}/shop`, ['migrate', '--check'])).code).toBe(0)
  })

  it.each([
    [
      'a server that does not run',
      () => 'postgres://shop:Tr3s-lunas@127.0.0.1:1/shop',
      'cannot be reached (ECONNREFUSED)',
    ],
    ['a wrong password', () => `postgres://shop:wrong@${address}/shop`, 'refuses the user or the password'],
    [
      'a database that does not exist',
      () => `postgres://shop:Tr3s-lunas@${address}/other`,
      'Create it with: createdb other',
    ],
    [
      'a user who may not create tables',
      () => `postgres://guest:Tr3s-lunas@${address}/postgres`,
      'may not create tables',
    ],
  ])('%s is said with the remedy and without the password', async (_what, url, sentence) => {
    const { code, err } = await ask(url())
    expect(code).toBe(exitCodes.database_unreachable)
    expect(oneSentence(err)).toContain(sentence)
    expect(err).not.toContain('Tr3s-lunas')
  })

  it('backup and restore name the tools of that server', async () => {
    const backup = await ask(`postgres://shop:Tr3s-lunas@${address}/shop`, ['backup', join(dataDir, 'copy')])
    expect([backup.code, oneSentence(backup.err)]).toEqual([
      exitCodes.refused,
      expect.stringContaining('pg_dump --format=custom --file=hilo.dump "$DATABASE_URL"'),
    ])
    const restore = await ask(`postgres://shop:Tr3s-lunas@${address}/shop`, ['restore', join(dataDir, 'copy')])
    expect([restore.code, oneSentence(restore.err)]).toEqual([exitCodes.refused, expect.stringContaining('pg_restore')])
  })
})

describe.skipIf(!canMount)('a full disk (needs root on Linux, for a small file system of its own)', () => {
  let disk = ''
  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), 'hilo-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk])
  })
  afterAll(async () => {
    if (existsSync(join(disk, 'data/postgres/data'))) await stopPostmaster(join(disk, 'data/postgres/data'))
    execFileSync('umount', [disk])
    rmSync(disk, { recursive: true })
  })

  it('is said, damages nothing, and the next start with space goes on', async () => {
    const dataDir = join(disk, 'data')
    const run = () => hilo(['migrate'], { env: { HILO_DATA: dataDir } })
    const first = await run()
    expect(oneSentence(first.err)).toContain(`No queda espacio en el disco de ${dataDir}.`)
    expect(first.code).toBe(exitCodes.disk_full)
    expect(existsSync(join(dataDir, 'postgres/data'))).toBe(false)

    execFileSync('mount', ['-o', 'remount,size=200m', disk])
    const second = await run()
    expect([second.code, second.err]).toEqual([0, ''])

    const filler = join(disk, 'filler')
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M'])
    const third = await run()
    expect(third.code).toBe(exitCodes.disk_full)
    expect(oneSentence(third.err)).toContain('no se ha perdido nada')

    const half = await hilo(['backup', join(disk, 'copy.tar')], { env: { HILO_DATA: dataDir } })
    expect(half.code).toBe(exitCodes.disk_full)
    rmSync(filler)
    expect(readdirSync(disk)).toEqual(['data'])
    const fourth = await run()
    expect([fourth.code, fourth.out.trim()]).toEqual([0, 'Migraciones aplicadas: 0.'])
  })
})
