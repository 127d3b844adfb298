import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, expect, it } from 'vitest'
import { type PostgresOptions, type RunningPostgres, startPostgres } from './launcher.ts'
import { findPostmaster, stopPostmaster } from './postmaster.ts'
import { identify, postgresProcessesOf } from './processes.ts'
import type { SupervisionEvent } from './supervisor.ts'

const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'
const folders: string[] = []

function newFolder(prefix = 'hilo-launcher-'): string {
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  folders.push(dataDir)
  return dataDir
}
const filesOf = (dataDir: string) => join(dataDir, 'postgres/data')

afterEach(async () => {
  for (const dataDir of folders.splice(0)) {
    if (existsSync(filesOf(dataDir))) await stopPostmaster(filesOf(dataDir))
    rmSync(dataDir, { recursive: true, force: true })
  }
})

const start = (dataDir: string, options: PostgresOptions = {}) =>
  startPostgres({ dataDir }, { ...options, testing: { unsynced: true, ...options.testing } })

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined) // the server may be killed under it: the query itself tells
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows.map((row) => Object.values(row)[0])
  } finally {
    await client.end()
  }
}

/** A process of its own that starts the server and keeps it, as `hilo start` does. */
async function startElsewhere(dataDir: string): Promise<{ child: ChildProcess; adopted: boolean }> {
  const script = `
    import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
    const server = await startPostgres({ dataDir: process.argv[1] }, { testing: { unsynced: true } })
    process.on('SIGTERM', async () => { await server.stop(); process.exit(0) })
    console.log(JSON.stringify({ adopted: server.adopted }))
    setInterval(() => {}, 1000)`
  const args = ['--input-type=module', '-e', script, dataDir]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return { child, adopted: (JSON.parse(line.toString()) as { adopted: boolean }).adopted }
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await once(child, 'exit')
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const begun = performance.now()
  while (!(await what())) {
    if (performance.now() - begun > 20_000) throw new Error('waited 20 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

it('the first start makes a UTF-8 database that only a private socket leads to, the second one finds what was kept', async () => {
  const dataDir = newFolder()
  const first = await start(dataDir)
  expect(first.adopted).toBe(false)
  expect(await ask(first.url, "select upper('señal · ñandú')")).toEqual(['SEÑAL · ÑANDÚ'])
  expect(await ask(first.url, 'show listen_addresses')).toEqual([''])
  expect(await ask(first.url, 'show fsync')).toEqual(['on'])
  expect(statSync(join(dataDir, 'postgres/run')).mode & 0o777).toBe(0o700)
  await ask(first.url, "create table kept as select 'sí' as word")
  await first.stop()
  expect(findPostmaster(filesOf(dataDir))).toBeNull()

  const second = await start(dataDir)
  expect(await ask(second.url, 'select word from kept')).toEqual(['sí'])
  await second.stop()
})

it('a server that outlived its killed Hilo is adopted, and stopped by the one that adopted it', async () => {
  const dataDir = newFolder()
  const { child, adopted } = await startElsewhere(dataDir)
  expect(adopted).toBe(false)
  const before = findPostmaster(filesOf(dataDir))
  await kill(child, 'SIGKILL')

  const server = await start(dataDir)
  expect(server.adopted).toBe(true)
  expect(findPostmaster(filesOf(dataDir))?.pid).toBe(before?.pid)
  await server.stop()
  expect(findPostmaster(filesOf(dataDir))).toBeNull()
})

it('two processes share one server and only the last to leave stops it', async () => {
  const dataDir = newFolder()
  const both = await Promise.all([startElsewhere(dataDir), startElsewhere(dataDir)])
  expect(both.map(({ adopted }) => adopted).sort()).toEqual([false, true])
  const pid = findPostmaster(filesOf(dataDir))?.pid
  await kill(both[0].child, 'SIGTERM')
  expect(findPostmaster(filesOf(dataDir))?.pid).toBe(pid)
  await kill(both[1].child, 'SIGTERM')
  expect(findPostmaster(filesOf(dataDir))).toBeNull()
})

it('after kill -9 of Hilo and every database process in the middle of writing, the next start holds every acknowledged row', async () => {
  const dataDir = newFolder()
  const { child } = await startElsewhere(dataDir)
  const first = await start(dataDir)
  const url = first.url
  await ask(url, 'create table sale (n int)')
  for (let round = 0; round < 2; round++) {
    const acknowledged: number[] = []
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    const writing = (async () => {
      for (let n = round * 1_000_000; ; n++) {
        await client.query('insert into sale values ($1)', [n])
        acknowledged.push(n)
      }
    })()
    const broken = writing.catch((error: Error) => error.message)
    await until(() => acknowledged.length > 300)
    const pids = postgresProcessesOf(filesOf(dataDir))
    expect(pids.length).toBeGreaterThan(4)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    if (round === 0) await kill(child, 'SIGKILL')
    await broken

    const again = await start(dataDir)
    expect(again.adopted).toBe(false)
    const found = new Set(await ask(again.url, 'select n from sale'))
    expect(acknowledged.filter((n) => !found.has(n))).toEqual([])
  }
})

it.skipIf(!isLinux)('a leftover note that names a stranger process does not stop the start', async () => {
  const dataDir = newFolder()
  await (await start(dataDir)).stop()
  const stranger = spawn('sleep', ['60'])
  const note = [stranger.pid, filesOf(dataDir), 1, 5432, join(dataDir, 'postgres/run'), '', '', 'ready', '']
  writeFileSync(join(filesOf(dataDir), 'postmaster.pid'), note.join('\n'))
  const server = await start(dataDir)
  expect(server.adopted).toBe(false)
  expect(await ask(server.url, 'select 1')).toEqual([1])
  await server.stop()
  expect(identify(stranger.pid ?? 0)).not.toBeNull()
  await kill(stranger, 'SIGKILL')
})

it('a first start killed half-way leaves nothing the next start minds', async () => {
  const dataDir = newFolder()
  mkdirSync(join(dataDir, 'postgres/draft-12345/base'), { recursive: true })
  writeFileSync(join(dataDir, 'postgres/draft-12345/PG_VERSION'), '18\n')
  writeFileSync(join(dataDir, 'postgres/lock'), '999999:1')
  const server = await start(dataDir)
  expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('draft-'))).toEqual([])
  await server.stop()
})

it('a supervised server that is killed comes back at the same address', async () => {
  const dataDir = newFolder()
  const events: SupervisionEvent[] = []
  const server = await start(dataDir, { supervise: (event) => events.push(event) })
  await ask(server.url, 'create table kept (n int)')
  process.kill(findPostmaster(filesOf(dataDir))?.pid ?? 0, 'SIGKILL')
  await until(() => events.some(({ kind }) => kind === 'restored'))
  expect(await ask(server.url, 'select count(*)::int from kept')).toEqual([0])
  expect(events[0]).toEqual({ kind: 'lost' })
  await server.stop()
  expect(findPostmaster(filesOf(dataDir))).toBeNull()
})

it('a path too long for a socket gets a short private socket folder, the same one at every start', async () => {
  const dataDir = join(newFolder(), 'a'.repeat(60), 'b'.repeat(60))
  const first = await start(dataDir)
  const folder = new URL(first.url).searchParams.get('host') ?? ''
  folders.push(folder)
  expect(folder.startsWith(join(tmpdir(), 'hilo-'))).toBe(true)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(await ask(first.url, 'select 1')).toEqual([1])
  await first.stop()
  const second = await start(dataDir)
  expect(second.url).toBe(first.url)
  await second.stop()
})

it('files of another PostgreSQL major are refused and left as they are', async () => {
  const dataDir = newFolder()
  await (await start(dataDir)).stop()
  writeFileSync(join(filesOf(dataDir), 'PG_VERSION'), '17\n')
  await expect(start(dataDir)).rejects.toMatchObject({
    reason: 'database_newer',
    text: { en: expect.stringContaining('PostgreSQL 17') as string },
  })
  writeFileSync(join(filesOf(dataDir), 'PG_VERSION'), '18\n')
  const server = await start(dataDir)
  expect(await ask(server.url, 'select 1')).toEqual([1])
  await server.stop()
})

it.skipIf(!isRoot).each([
  ['user', ['namespace']],
  ['capability', ['namespace', 'user']],
] as const)('root without user namespaces: the %s way keeps files, restarts and recovers', async (_way, without) => {
  const dataDir = newFolder()
  const first = await start(dataDir, { testing: { without } })
  const owner = statSync(filesOf(dataDir)).uid
  expect(owner).not.toBe(0)
  await ask(first.url, "create table kept as select 'sí' as word")
  for (const pid of postgresProcessesOf(filesOf(dataDir))) process.kill(pid, 'SIGKILL')
  const second = await start(dataDir, { testing: { without: without.filter((way) => way !== 'namespace') } })
  expect(await ask(second.url, 'select word from kept')).toEqual(['sí'])
  await second.stop()
})

it.skipIf(!isRoot)(
  'root below a folder that only root may enter: the capability way, or a clear sentence',
  async () => {
    const dataDir = join(newFolder(), 'closed/data')
    const server = await start(dataDir, { testing: { without: ['namespace'] } })
    expect(await ask(server.url, 'select 1')).toEqual([1])
    await server.stop()
    const other = join(newFolder(), 'closed/data')
    await expect(start(other, { testing: { without: ['namespace', 'capability'] } })).rejects.toMatchObject({
      reason: 'data_not_writable',
      text: { es: expect.stringContaining('HILO_DATA=/var/lib/hilo') as string },
    })
  },
)

it.skipIf(!isRoot)('files of an ordinary user are served under that user when root starts Hilo', async () => {
  const dataDir = newFolder()
  const first: RunningPostgres = await start(dataDir, { testing: { without: ['namespace'] } })
  await first.stop()
  const { uid } = statSync(filesOf(dataDir))
  const second = await start(dataDir)
  const status = readFileSync(`/proc/${findPostmaster(filesOf(dataDir))?.pid}/status`, 'utf8')
  expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(String(uid))
  await second.stop()
  chownSync(dataDir, 0, 0)
})
