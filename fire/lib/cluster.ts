import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, start, untilServing } from '../../bench/lib/processes.ts'
import { keysOf } from '../../server/connectors/payment-simulator/index.ts'
import { type PostgresOptions, startPostgres } from '../../server/platform/postgres/index.ts'
import { postgresProcessesOf } from '../../server/platform/postgres/processes.ts'
import { type Cpu, cpuSeconds } from './cpu.ts'
import { freePortFrom } from './ports.ts'
import { warmStart } from './warm-start.ts'

/** A crowded machine takes its time; a server that ends at its start is noticed at once. */
const startSecondsMax = 180
/** A block of ports of this process: while a server of ours is down, nobody else's server may take its place and get its buyers. */
const firstPort = 4300 + (process.pid % 60) * 8

export const simulatorSecret = 'fire'
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export type FireServer = { readonly url: string; child: Child; starts: number }
/** How PostgreSQL dies: everything at once, only its first process (the others notice), or one session (all start over). */
export const databaseDeaths = ['everything', 'postmaster', 'session'] as const
export type DatabaseDeath = (typeof databaseDeaths)[number]

export type Cluster = {
  readonly folder: string
  readonly databaseUrl: string
  readonly clockFile: string
  readonly servers: readonly FireServer[]
  killServer(at: number): void
  killDatabase(how: DatabaseDeath, at: number): void
  readonly killed: { servers: number; database: number }
  /** Processor time used so far; the database's is 0 where it is not ours. */
  cpu(): Cpu
  /** What the servers have written down so far, dead ones included. */
  log(): string
  stop(): Promise<void>
}

export type ClusterOptions = {
  servers: number
  payments: string
  paymentsTimeoutMs?: number
  /** Settings of PostgreSQL that win over ours; a planted fault gives some. */
  postgres?: Readonly<Record<string, string>>
  /** A database that is not ours to start or kill, such as the address of a proxy before several. */
  databaseUrl?: string
  /** Ports of the servers, where somebody else must know them; otherwise the next free ones. */
  ports?: readonly number[]
  /** Settings of the servers that win over ours. */
  env?: Readonly<Record<string, string>>
  /** Where temporary files go; they are kept when something went wrong. */
  keep?: boolean
}

/**
 * Several server processes on one durable PostgreSQL, each watched as a service manager would: whoever dies is started again.
 * `prepare` runs on the database before the servers start.
 */
export async function startCluster(
  options: ClusterOptions,
  prepare: (databaseUrl: string) => Promise<void>,
): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-fire-'))
  const clockFile = join(folder, 'clock')
  writeFileSync(clockFile, '0')
  const postgres = options.databaseUrl === undefined ? await startDatabase(folder, options) : undefined
  const databaseUrl = options.databaseUrl ?? postgres?.url ?? ''
  const watch = new Watch({ folder, clockFile, databaseUrl, options })
  try {
    await prepare(databaseUrl)
    await watch.open(options.servers)
  } catch (error) {
    await watch.close()
    await postgres?.stop()
    throw error
  }
  const killed = { servers: 0, database: 0 }
  return {
    folder,
    clockFile,
    databaseUrl,
    servers: watch.servers,
    killed,
    cpu: () => ({
      servers: cpuSeconds(watch.servers.map(({ child }) => child.process.pid ?? 0)),
      database: postgres ? cpuSeconds(postgresProcessesOf(join(folder, 'postgres/data'))) : 0,
      others: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    }),
    log: () => [tryRead(join(folder, 'servers.log')), ...watch.servers.map(({ child }) => child.output())].join('\n'),
    killServer: (at) => {
      killed.servers += 1
      watch.servers[at % watch.servers.length]?.child.process.kill('SIGKILL')
    },
    killDatabase: (how, at) => {
      if (killDatabase(join(folder, 'postgres/data'), how, at)) killed.database += 1
    },
    stop: async () => {
      await watch.close()
      await postgres?.stop()
      if (!options.keep) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function startDatabase(folder: string, { postgres: settings }: ClusterOptions) {
  const options: PostgresOptions = {
    supervise: (event) => appendFileSync(join(folder, 'supervisor.log'), `${new Date().toISOString()} ${event.kind}\n`),
    testing: { settings: { ...settings } },
  }
  return startPostgres({ dataDir: folder }, options)
}

/** @returns whether something was there to kill */
function killDatabase(data: string, how: DatabaseDeath, at: number): boolean {
  const pids = postgresProcessesOf(data).sort((a, b) => a - b)
  const postmaster = Number(tryRead(join(data, 'postmaster.pid')).split('\n')[0])
  const others = pids.filter((pid) => pid !== postmaster)
  const doomed = { everything: pids, postmaster: [postmaster], session: others.slice(-8).slice(at % 8, (at % 8) + 1) }[
    how
  ]
  const found = doomed.length > 0 ? doomed : others.slice(-1)
  for (const pid of found) tryKill(pid)
  return found.some((pid) => pids.includes(pid))
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it went with the one before
  }
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return '' // down already
  }
}

type Parts = { folder: string; clockFile: string; databaseUrl: string; options: ClusterOptions }

/** Starts servers and starts them again when they end unasked, after a moment as service managers wait. */
class Watch {
  readonly servers: FireServer[] = []
  readonly #parts: Parts
  #closing = false
  constructor(parts: Parts) {
    this.#parts = parts
  }

  async open(count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      const port = this.#parts.options.ports?.[at] ?? (await freePortFrom(firstPort))
      const server = { url: `http://127.0.0.1:${port}`, child: this.#spawn(port), starts: 1 }
      this.servers.push(server)
      this.#follow(server, port)
    }
    for (const { url, child } of this.servers) await untilServing(`${url}/api/health`, child, startSecondsMax)
  }

  async close(): Promise<void> {
    this.#closing = true
    await Promise.all(this.servers.map(({ child }) => child.stop()))
  }

  #follow(server: FireServer, port: number): void {
    server.child.process.once('exit', () => {
      appendFileSync(join(this.#parts.folder, 'servers.log'), server.child.output())
      if (this.#closing) return
      void pause(200).then(() => {
        if (this.#closing) return
        server.child = this.#spawn(port)
        server.starts += 1
        this.#follow(server, port)
      })
    })
  }

  #spawn(port: number): Child {
    const { folder, clockFile, databaseUrl, options } = this.#parts
    const { apiKey, webhookSecret } = keysOf(simulatorSecret)
    return start([join(import.meta.dirname, 'server.ts')], {
      ...warmStart,
      DATABASE_URL: databaseUrl,
      HILO_DATA: folder,
      HILO_PORT: String(port),
      HILO_PUBLIC_URL: 'http://shop.test',
      HILO_SECRET: 'a secret that all servers of this fire share',
      HILO_LOG_LEVEL: 'error',
      HILO_RATE_PER_MINUTE: '100000000',
      // Each buyer comes from an address of their own, as through a proxy.
      HILO_TRUST_PROXY: '1',
      NODE_ENV: 'production',
      FIRE_CLOCK: clockFile,
      FIRE_PAYMENTS: options.payments,
      FIRE_PAYMENTS_KEY: apiKey,
      FIRE_PAYMENTS_SECRET: webhookSecret,
      FIRE_PAYMENTS_TIMEOUT_MS: String(options.paymentsTimeoutMs ?? 2000),
      ...options.env,
    })
  }
}
