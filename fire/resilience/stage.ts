/** Everything the matrix is played on: a durable PostgreSQL, a payment provider, a mail server and one server process, each to be taken away. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { type Child, start, untilServing } from '../../bench/lib/processes.ts'
import { keysOf, type RunningSimulator, startSimulator } from '../../server/connectors/payment-simulator/index.ts'
import { type RunningPostgres, startPostgres } from '../../server/platform/postgres/index.ts'
import { postgresProcessesOf } from '../../server/platform/postgres/processes.ts'
import { freePortFrom } from '../lib/ports.ts'
import { warmStart } from '../lib/warm-start.ts'
import { makeWorld, type World } from '../lib/world.ts'
import { openWire, throughWire, type Wire } from './wire.ts'

const secret = 'fire'
const isRoot = process.getuid?.() === 0
/** A small file system of its own is what a full disk looks like; only root on Linux can make one. */
export const canFillDisk = isRoot && process.platform === 'linux' && spawnSync('mount', ['--version']).status === 0

export class Stage {
  readonly base: string
  readonly world: World
  readonly #folder: string
  readonly #disk: string | undefined
  readonly #wire: Wire
  readonly #server: Child
  readonly #ports: { payments: number; mail: number }
  #postgres: RunningPostgres
  #payments: RunningSimulator | undefined
  #mail: SMTPServer | undefined
  /** Mails that arrived. */
  mails = 0

  private constructor(parts: StageParts) {
    this.base = parts.base
    this.world = parts.world
    this.#folder = parts.folder
    this.#disk = parts.disk
    this.#wire = parts.wire
    this.#server = parts.server
    this.#ports = parts.ports
    this.#postgres = parts.postgres
  }

  /** Opens the shop. With `smallDisk` its data lie on a file system of their own that can be filled. */
  static async open({ smallDisk }: { smallDisk: boolean }): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'hilo-stage-'))
    if (smallDisk) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', folder])
    const disk = smallDisk ? folder : undefined
    const postgres = await startPostgres({ dataDir: folder })
    const world = await makeWorld(postgres.url, { products: 8, perPlace: 1000 })
    const wire = await openWire(postgres.url)
    const ports = {
      payments: await freePortFrom(4810 + (process.pid % 80)),
      mail: await freePortFrom(4810 + (process.pid % 80)),
    }
    const port = await freePortFrom(4810 + (process.pid % 80))
    const { apiKey, webhookSecret } = keysOf(secret)
    const base = `http://127.0.0.1:${port}`
    const server = start([join(import.meta.dirname, 'server.ts')], {
      ...warmStart,
      DATABASE_URL: throughWire(postgres.url, wire),
      HILO_DATA: folder,
      HILO_PORT: String(port),
      HILO_SECRET: 'a secret of the resilience matrix, long enough',
      HILO_LOG_LEVEL: 'fatal',
      HILO_RATE_PER_MINUTE: '100000000',
      HILO_SMTP_URL: `smtp://127.0.0.1:${ports.mail}`,
      FIRE_PAYMENTS: `http://127.0.0.1:${ports.payments}`,
      FIRE_PAYMENTS_KEY: apiKey,
      FIRE_PAYMENTS_SECRET: webhookSecret,
    })
    const stage = new Stage({ base, world, folder, disk, wire, server, ports, postgres })
    await stage.paymentsUp()
    await stage.mailUp()
    await untilServing(`${base}/api/problems`, server, 180)
    return stage
  }

  get isServerAlive(): boolean {
    return this.#server.process.exitCode === null && this.#server.process.signalCode === null
  }

  /** What the server said; for a failing test. */
  get said(): string {
    return this.#server.output()
  }

  killDatabase(): void {
    this.#signalAll('SIGKILL')
  }
  async startDatabase(): Promise<void> {
    this.#postgres = await startPostgres({ dataDir: this.#folder })
  }
  pauseDatabase(): void {
    this.#signalAll('SIGSTOP')
  }
  resumeDatabase(): void {
    this.#signalAll('SIGCONT')
  }
  slowDatabase(delayMs: number): void {
    this.#wire.delayMs = delayMs
  }

  async paymentsUp(): Promise<void> {
    this.#payments = await startSimulator({
      port: this.#ports.payments,
      secret,
      webhookUrl: () => `${this.base}/api/payments/webhooks/simulator`,
    })
  }
  /** Nobody listens any more at the provider's address. */
  async paymentsDown(): Promise<void> {
    await this.#payments?.stop()
    this.#payments = undefined
  }

  async mailUp(): Promise<void> {
    const mail = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onData: (stream, _session, done) => {
        stream.resume()
        stream.on('end', () => {
          this.mails += 1
          done()
        })
      },
    })
    mail.on('error', () => undefined)
    await new Promise<void>((resolve) => mail.listen(this.#ports.mail, '127.0.0.1', resolve))
    this.#mail = mail
  }
  async mailDown(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#mail?.close(() => resolve())
    await promise
    this.#mail = undefined
  }

  fillDisk(): void {
    if (this.#disk) spawnSync('dd', ['if=/dev/zero', `of=${join(this.#disk, 'filler')}`, 'bs=64k'])
  }
  freeDisk(): void {
    if (this.#disk) rmSync(join(this.#disk, 'filler'), { force: true })
  }
  /** After a full disk PostgreSQL may have ended itself; `hilo start` brings it back, here we do. */
  async ensureDatabase(): Promise<void> {
    if (postgresProcessesOf(join(this.#folder, 'postgres/data')).length === 0) await this.startDatabase()
  }

  async close(): Promise<void> {
    this.resumeDatabase()
    this.freeDisk()
    await this.#server.stop()
    this.#wire.close()
    await this.#payments?.stop()
    if (this.#mail) await this.mailDown()
    await this.#postgres.stop()
    // One that came back by itself after a full disk is nobody's child.
    this.#signalAll('SIGKILL')
    if (this.#disk) execFileSync('umount', ['-l', this.#disk])
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #signalAll(signal: NodeJS.Signals): void {
    for (const pid of postgresProcessesOf(join(this.#folder, 'postgres/data'))) {
      try {
        process.kill(pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it ended with the one before
      }
    }
  }
}

type StageParts = {
  base: string
  world: World
  folder: string
  disk: string | undefined
  wire: Wire
  server: Child
  ports: { payments: number; mail: number }
  postgres: RunningPostgres
}
