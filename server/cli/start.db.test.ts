import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { exitCodes } from '../platform/postgres/index.ts'
import { findPostmaster, stopPostmaster } from '../platform/postgres/postmaster.ts'
import { postgresProcessesOf } from '../platform/postgres/processes.ts'
import { buildFrontEnds } from './front-ends.ts'
import { hilo, spawnHilo, until } from './testing.ts'

const running: ReturnType<typeof spawnHilo>[] = []
let dataDir = ''
const filesOf = (folder: string) => join(folder, 'postgres/data')

/** A port nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A shop without demo on a free port; resolves when it has printed its addresses. */
async function open(folder = dataDir, env: Record<string, string> = {}) {
  const port = await freePort()
  const shop = spawnHilo(['start', '--no-demo'], {
    env: { HILO_DATA: folder, HILO_PORT: String(port), HILO_LANG: 'en', ...env },
  })
  running.push(shop)
  await until(() => shop.said.out.includes('Ctrl-C') || shop.child.exitCode !== null, 120)
  if (shop.child.exitCode !== null) throw new Error(`hilo start ended: ${shop.said.err}`)
  return { ...shop, address: `http://127.0.0.1:${port}`, port }
}

const health = async (address: string) => (await fetch(`${address}/api/health`)).status

beforeAll(async () => {
  await buildFrontEnds()
  dataDir = mkdtempSync(join(tmpdir(), 'hilo-start-'))
}, 300_000)

afterEach(async () => {
  for (const { child, result } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await result
  }
})

afterAll(async () => {
  await stopPostmaster(filesOf(dataDir))
  rmSync(dataDir, { recursive: true, force: true })
})

describe('hilo start', { timeout: 180_000 }, () => {
  it('opens shop, console, till and API, shows a login once, and ends cleanly on Ctrl-C', async () => {
    const shop = await open()
    expect(await health(shop.address)).toBe(200)
    for (const path of ['/', '/console', '/pos', '/api/openapi.json']) {
      expect([path, (await fetch(shop.address + path)).status]).toEqual([path, 200])
    }
    expect(shop.said.out).toContain(`http://localhost:${shop.port}/console`)
    expect(shop.said.out).toContain(dataDir)
    const [, password = ''] = /owner@hilo\.localhost\s+((?:[a-z0-9]{4}-){3}[a-z0-9]{4})/.exec(shop.said.out) ?? []
    expect(password).not.toBe('')

    shop.child.kill('SIGINT')
    const { code } = await shop.result
    expect(code).toBe(exitCodes.ok)
    expect(findPostmaster(filesOf(dataDir))).toBeNull()

    const again = await open()
    expect(again.said.out).not.toContain('owner@hilo.localhost')
    expect(await health(again.address)).toBe(200)
    again.child.kill('SIGTERM')
    expect((await again.result).code).toBe(exitCodes.ok)
  })

  it('a request under way when Ctrl-C comes still gets its answer', async () => {
    const shop = await open()
    const answers = Array.from({ length: 20 }, () => health(shop.address))
    shop.child.kill('SIGINT')
    const settled = await Promise.allSettled(answers)
    // Those that got in are answered; those that came too late are refused a connection, never cut off half-way.
    for (const result of settled) {
      if (result.status === 'fulfilled') expect([200, 503]).toContain(result.value)
      else expect(String((result.reason as Error).cause)).toMatch(/ECONNREFUSED|ECONNRESET|closed/)
    }
    expect((await shop.result).code).toBe(exitCodes.ok)
  })

  it('a second start on the same port says that Hilo is running already', async () => {
    const shop = await open()
    const second = await hilo(['start', '--port', String(shop.port), '--data', dataDir, '--lang', 'en'])
    expect([second.code, second.err.trim()]).toEqual([
      exitCodes.port_taken,
      `Hilo is already running on port ${shop.port} (127.0.0.1). Open it, or stop it before starting again.`,
    ])
  })

  it('after kill -9 of every process, the next start recovers by itself', async () => {
    const shop = await open()
    shop.child.kill('SIGKILL')
    for (const pid of postgresProcessesOf(filesOf(dataDir))) process.kill(pid, 'SIGKILL')
    await shop.result
    const again = await open()
    expect(await health(again.address)).toBe(200)
    // At most the news that it takes a while; no refusal, no trace.
    expect(again.said.err.replaceAll(/The database is recovering from a crash \(\d+ s\)\.\n/g, '')).toBe('')
  })

  it('after kill -9 of the server alone, the next start takes over the database that is still up', async () => {
    const shop = await open()
    const before = findPostmaster(filesOf(dataDir))?.pid
    shop.child.kill('SIGKILL')
    await shop.result
    const again = await open()
    expect(await health(again.address)).toBe(200)
    expect(findPostmaster(filesOf(dataDir))?.pid).toBe(before)
  })

  it('after kill -9 of the database alone, the open shop brings it back and serves again', async () => {
    const shop = await open()
    process.kill(findPostmaster(filesOf(dataDir))?.pid ?? 0, 'SIGKILL')
    await until(() => shop.said.err.includes('The database works again.'))
    await until(async () => (await health(shop.address)) === 200)
    expect(shop.child.exitCode).toBeNull()
  })

  it('a Ctrl-C before the shop is open ends the start and the database', async () => {
    await stopPostmaster(filesOf(dataDir)) // left by the test before
    const port = await freePort()
    const shop = spawnHilo(['start', '--no-demo'], { env: { HILO_DATA: dataDir, HILO_PORT: String(port) } })
    running.push(shop)
    await until(() => findPostmaster(filesOf(dataDir)) !== null)
    shop.child.kill('SIGINT')
    expect((await shop.result).code).toBe(exitCodes.interrupted)
    expect(findPostmaster(filesOf(dataDir))).toBeNull()
  })

  it('staff are listed, added and given a new password, also while the shop is open', async () => {
    const shop = await open()
    const env = { HILO_DATA: dataDir, HILO_LANG: 'en' }
    const add = ['staff', 'add', 'lucia@tienda.example', '--name', 'Lucía Prats', '--role', 'counter']
    const added = await hilo(add, { env })
    expect([added.code, added.out]).toEqual([
      0,
      expect.stringMatching(/^lucia@tienda\.example {2}([a-z0-9]{4}-){3}[a-z0-9]{4}\n$/),
    ])
    const twice = await hilo(add, { env })
    expect([twice.code, twice.out]).toEqual([exitCodes.refused, ''])
    const reset = await hilo(['staff', 'reset', 'lucia@tienda.example'], { env })
    expect(reset.out).not.toBe(added.out)
    expect((await hilo(['staff', 'reset', 'nobody@tienda.example'], { env })).code).toBe(exitCodes.refused)
    const list = await hilo(['staff', 'list'], { env })
    expect(list.out).toContain('lucia@tienda.example  counter')
    expect(await health(shop.address)).toBe(200)
  })

  it('a backup of the open shop is restored elsewhere, verified and opened', async () => {
    const shop = await open()
    const env = { HILO_DATA: dataDir, HILO_LANG: 'en' }
    const copy = join(dataDir, '../', `${dataDir.split('/').at(-1)}.tar.zst`)
    const elsewhere = `${dataDir}-restored`
    try {
      const backup = await hilo(['backup', copy], { env })
      expect([backup.code, backup.out]).toEqual([0, expect.stringContaining(`Backup complete in ${copy}`)])
      expect(await health(shop.address)).toBe(200)
      // The open shop knows of it.
      const metrics = await (await fetch(`${shop.address}/metrics`)).text()
      expect(metrics).toMatch(/^hilo_backup_last_timestamp_seconds \d{10}/m)
      const restored = await hilo(['restore', copy, '--data', elsewhere, '--lang', 'en'])
      expect([restored.code, restored.err.includes('Restoring')]).toEqual([0, true])
      const verified = await hilo(['verify', '--data', elsewhere])
      expect([verified.code, verified.out.includes('✗')]).toEqual([0, false])
      expect(readFileSync(join(elsewhere, 'secret'), 'utf8')).toBe(readFileSync(join(dataDir, 'secret'), 'utf8'))
      const second = await open(elsewhere)
      expect(await health(second.address)).toBe(200)
      second.child.kill('SIGTERM')
      await second.result
    } finally {
      if (existsSync(filesOf(elsewhere))) await stopPostmaster(filesOf(elsewhere))
      rmSync(copy, { force: true })
      rmSync(elsewhere, { recursive: true, force: true })
    }
  })
})
