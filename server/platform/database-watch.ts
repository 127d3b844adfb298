/** Whether the database answers now: asked over a connection of its own, so that a full pool says nothing about it. */
import pg from 'pg'
import type { Db } from './db.ts'

export type WatchOptions = {
  /** Between two looks. */
  everyMs?: number
  /** A look that takes longer finds the database away. */
  patienceMs?: number
  /** After so long away, connections that still wait for an answer are cut: a vanished server never answers them. */
  cutAfterMs?: number
}

/**
 * Looks at the database several times a second. A server that is down is seen at once, one that stands still (paused, its machine
 * or its network gone) within `everyMs + patienceMs`; one that is merely slow is not away. By itself it comes back with the database.
 */
export class DatabaseWatch {
  readonly #db: Db
  readonly #everyMs: number
  readonly #patienceMs: number
  readonly #cutAfterMs: number
  readonly #listeners: ((isAway: boolean) => void)[] = []
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #answeredAt = 0
  #looking = false
  #running = false
  #awaySince: number | undefined
  #cut = false

  constructor(db: Db, { everyMs = 250, patienceMs = 800, cutAfterMs = 20_000 }: WatchOptions = {}) {
    this.#db = db
    this.#everyMs = everyMs
    this.#patienceMs = patienceMs
    this.#cutAfterMs = cutAfterMs
    // A connection that comes back unbroken had its answer: on a crowded machine our own look may be late while others are served.
    db.pool.on('release', (error) => {
      if (!error) this.#answeredAt = performance.now()
    })
  }

  get isAway(): boolean {
    return this.#awaySince !== undefined
  }

  /** Told at each change, once. */
  onChange(listener: (isAway: boolean) => void): void {
    this.#listeners.push(listener)
  }

  start(): void {
    this.#running = true
    this.#next(0)
  }

  /** Somebody's statement failed as if the database were away: look now instead of at the next turn. */
  suspect(): void {
    if (this.#running && !this.#looking) this.#next(0)
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
    this.#drop()
  }

  #next(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), ms).unref()
  }

  async #look(): Promise<void> {
    this.#looking = true
    const begun = performance.now()
    const answered = (await this.#asked()) || this.#answeredAt > begun
    this.#looking = false
    if (!this.#running) return
    this.#note(answered)
    this.#next(this.#everyMs)
  }

  async #asked(): Promise<boolean> {
    const known = this.#client
    const client = known ?? this.#newClient()
    const asked = known ? known.query('select 1') : client.connect().then(() => client.query('select 1'))
    const { promise: late, resolve: giveUp } = Promise.withResolvers<'late'>()
    const timer = setTimeout(() => afterPendingReads(() => giveUp('late')), this.#patienceMs)
    const outcome = await Promise.race([asked.catch(() => 'failed' as const), late])
    clearTimeout(timer)
    if (outcome !== 'late' && outcome !== 'failed') return true
    this.#drop()
    return false
  }

  #newClient(): pg.Client {
    const client = new pg.Client({
      ...this.#db.pool.options,
      application_name: 'hilo-watch',
      connectionTimeoutMillis: this.#patienceMs,
    })
    client.on('error', () => {
      if (this.#client === client) this.#drop()
    })
    client.once('connect', () => streamOf(client)?.unref?.())
    this.#client = client
    return client
  }

  #drop(): void {
    const client = this.#client
    this.#client = undefined
    if (client) streamOf(client)?.destroy()
  }

  #note(answered: boolean): void {
    const was = this.isAway
    if (answered) this.#awaySince = undefined
    else this.#awaySince ??= performance.now()
    if (was !== this.isAway) {
      this.#cut = false
      for (const listener of this.#listeners) listener(this.isAway)
    }
    if (this.#awaySince !== undefined && !this.#cut && performance.now() - this.#awaySince > this.#cutAfterMs) {
      this.#cut = true
      for (const client of clientsOf(this.#db.pool)) streamOf(client)?.destroy()
    }
  }
}

/** A busy process reads late: what the database has answered by now is read before it is called away. */
function afterPendingReads(then: () => void): void {
  setImmediate(() => setImmediate(then))
}

type Stream = { destroy(): void; unref?(): void }

function streamOf(client: object): Stream | undefined {
  return (client as { connection?: { stream?: Stream } }).connection?.stream
}

function clientsOf(pool: pg.Pool): readonly object[] {
  return (pool as unknown as { _clients?: object[] })._clients ?? []
}
