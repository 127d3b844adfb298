import pg from 'pg'
import { type FactsState, openFacts } from './facts-state.ts'
import { compile, type Sql } from './sql.ts'

/** What runs statements: the pool (each on its own) or one transaction. */
export type Queryable = {
  /** Every row. */
  many<T extends object>(query: Sql): Promise<T[]>
  /** Exactly one row; none is a defect. */
  one<T extends object>(query: Sql): Promise<T>
  /** One row or nothing; two are a defect. */
  maybeOne<T extends object>(query: Sql): Promise<T | undefined>
  /** Runs it; gives the number of rows touched. */
  run(query: Sql): Promise<number>
  /**
   * Runs reads over one connection, so that statements begun at the same time travel together: one round trip instead of many. In a
   * transaction it is the transaction; outside it opens none, and each statement sees what is committed when it begins.
   */
  together<T>(work: (q: Queryable) => Promise<T>): Promise<T>
  /** What is remembered of read-mostly tables (`facts.ts`). */
  readonly facts: FactsState
}
/** A transaction; what is done with it is kept or undone as a whole. */
export type Tx = Queryable & {
  readonly inTransaction: true
  onCommit(effect: () => void): void
  /**
   * Writes without waiting for the answer: the statement travels with the next one, or with the commit. What it throws, the next
   * statement or the commit throws. For writes whose row count nobody asks for; each spares a round trip.
   */
  later(query: Sql): void
}
export type TransactionOptions = {
  isolation?: 'read committed' | 'repeatable read'
  /**
   * Runs on connections of their own, whose plans are made once, whatever the values, and always by an index: for transactions whose
   * statements all look rows up by key. Making such a plan anew costs more than running it, and one made while a table was still empty
   * would read all of it ever after.
   */
  byKey?: boolean
}
export type Db = Queryable & {
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Several statements as one simple-protocol text; for migrations only. */
  script(text: string): Promise<void>
  close(): Promise<void>
  readonly pool: pg.Pool
}

// bigint arrives as text by default; our counts and money stay below 2^53, checked where they are summed.
pg.types.setTypeParser(20, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`bigint out of range: ${text}`)
  return value
})
// A `date` is a calendar day without zone: it stays text (YYYY-MM-DD).
pg.types.setTypeParser(1082, (text) => text)

export type DbOptions = { poolSize?: number; prepared?: boolean; statementTimeoutMs?: number; applicationName?: string }

const plansByKey =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off'

function quietPool(settings: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(settings)
  // An idle connection that breaks (database restarted) is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  // The same for a connection that breaks while a transaction holds it but runs no statement: the next statement says so.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

/**
 * Opens a pool on a PostgreSQL (15 to 18). Statements are named (prepared once per connection) unless `prepared` is false,
 * which poolers in transaction mode older than PgBouncer 1.21 need.
 */
export function openDb(url: string, options: DbOptions = {}): Db {
  const settings = {
    connectionString: url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 2_000,
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    application_name: options.applicationName ?? 'hilo',
    options: '-c timezone=UTC -c jit=off -c search_path=public -c idle_in_transaction_session_timeout=30000',
    // Statements of one connection are sent without waiting for the answer to the one before; answers come in order.
    pipeline: true,
  }
  const pool = quietPool(settings)
  const keyed = quietPool({
    ...settings,
    max: Math.ceil(settings.max / 2),
    options: `${settings.options} ${plansByKey}`,
  })
  const prepared = options.prepared ?? true
  const facts = openFacts()
  return {
    ...answers((statement) => send(pool, prepared, statement)),
    facts,
    together: (work) => together(pool, work, { prepared, facts }),
    pool,
    close: async () => void (await Promise.all([pool.end(), keyed.end()])),
    script: async (text) => {
      await pool.query(text)
    },
    transaction: (work, { isolation, byKey = false } = {}) =>
      transact(byKey ? keyed : pool, work, { prepared, facts, isolation }),
  }
}

type Send = <T extends object>(statement: Sql) => Promise<pg.QueryResult<T>>

async function send<T extends object>(
  client: pg.Pool | pg.PoolClient,
  prepared: boolean,
  statement: Sql,
): Promise<pg.QueryResult<T>> {
  const { name, text, values } = compile(statement)
  try {
    return await client.query<T>(prepared ? { name, text, values } : { text, values })
  } catch (error) {
    if (error instanceof Error) error.message += `\n  in: ${text.replace(/\s+/g, ' ').trim().slice(0, 300)}`
    throw error
  }
}

function answers(query: Send): Omit<Queryable, 'facts' | 'together'> {
  return {
    many: async <T extends object>(statement: Sql) => (await query<T>(statement)).rows,
    run: async (statement) => (await query(statement)).rowCount ?? 0,
    maybeOne: async <T extends object>(statement: Sql) => {
      const { rows } = await query<T>(statement)
      if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}`)
      return rows[0]
    },
    one: async <T extends object>(statement: Sql) => {
      const { rows } = await query<T>(statement)
      if (rows.length !== 1 || rows[0] === undefined) throw new Error(`expected one row, got ${rows.length}`)
      return rows[0]
    },
  }
}

/** Statements of one transaction. `begin` and whatever is written `later` wait for the next statement and travel with it. */
class Session {
  readonly #client: pg.PoolClient
  readonly #prepared: boolean
  readonly #facts: FactsState
  #waiting: (() => Promise<unknown>)[]
  #failed: unknown
  /** Settles when what was sent without waiting has been answered; its handlers run later than those of the statement behind it. */
  #answered: Promise<unknown> = Promise.resolve()
  constructor(client: pg.PoolClient, prepared: boolean, facts: FactsState, begin: string) {
    this.#client = client
    this.#prepared = prepared
    this.#facts = facts
    this.#waiting = [() => client.query(begin)]
  }
  /** Whether anything was sent, so that there is a transaction to end. */
  begun = false

  later(statement: Sql): void {
    this.#facts.noteWrite(statement)
    this.#waiting.push(() => send(this.#client, this.#prepared, statement))
  }

  async query<T extends object>(statement: Sql): Promise<pg.QueryResult<T>> {
    this.#facts.noteWrite(statement)
    gather(this.#client)
    this.#flush()
    try {
      const result = await send<T>(this.#client, this.#prepared, statement)
      // Only going back to a savepoint succeeds after a failure; that undid the failure, too.
      this.#failed = undefined
      return result
    } catch (error) {
      await this.#answered
      throw sqlState(error) === '25P02' ? (this.#failed ?? error) : error
    }
  }

  async commit(): Promise<void> {
    if (!this.begun && this.#waiting.length === 1) return
    gather(this.#client)
    this.#flush()
    const { command } = await this.#client.query('commit')
    await this.#answered
    if (this.#failed !== undefined) throw this.#failed
    // PostgreSQL answers "rollback", and no error, to the commit of a transaction that had failed.
    if (command !== 'COMMIT') throw new Error(`the transaction was not committed but ended with ${command}`)
  }

  #flush(): void {
    this.begun = true
    const sent = this.#waiting.map((start) =>
      start().catch((error: unknown) => {
        this.#failed ??= error
      }),
    )
    this.#answered = Promise.all([this.#answered, ...sent])
    this.#waiting = []
  }
}

type Stream = { cork?(): void; uncork?(): void }
const gathering = new WeakSet<object>()

/** What this turn of the event loop sends over a connection leaves in one write: a system call for many statements. */
function gather(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Stream } }).connection
  if (!stream.cork || gathering.has(stream)) return
  gathering.add(stream)
  stream.cork()
  process.nextTick(() => {
    gathering.delete(stream)
    stream.uncork?.()
  })
}

async function together<T>(
  pool: pg.Pool,
  work: (q: Queryable) => Promise<T>,
  { prepared, facts }: { prepared: boolean; facts: FactsState },
): Promise<T> {
  const client = await pool.connect()
  const q: Queryable = {
    ...answers((statement) => {
      gather(client)
      return send(client, prepared, statement)
    }),
    facts: facts.inTransaction(),
    together: (reads) => reads(q),
  }
  try {
    return await work(q)
  } finally {
    client.release()
  }
}

async function transact<T>(
  pool: pg.Pool,
  work: (tx: Tx) => Promise<T>,
  { prepared, facts, isolation }: { prepared: boolean; facts: FactsState; isolation: TransactionOptions['isolation'] },
): Promise<T> {
  const client = await pool.connect()
  const effects: (() => void)[] = []
  const own = facts.inTransaction()
  const session = new Session(
    client,
    prepared,
    own,
    isolation === 'repeatable read' ? 'begin isolation level repeatable read' : 'begin',
  )
  let broken: Error | undefined
  try {
    const tx: Tx = {
      ...answers((statement) => session.query(statement)),
      facts: own,
      together: (reads) => reads(tx),
      inTransaction: true,
      onCommit: (effect) => effects.push(effect),
      later: (statement) => session.later(statement),
    }
    const result = await work(tx)
    await session.commit()
    for (const effect of effects) effect()
    return result
  } catch (error) {
    if (session.begun) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
    }
    throw error
  } finally {
    client.release(broken)
  }
}

/** PostgreSQL's code of an error (such as '23505'), or undefined. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** True when the error says that a unique constraint (of this name) refused a row. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    sqlState(error) === '23505' &&
    (constraint === undefined || (error as { constraint?: string }).constraint === constraint)
  )
}

/** True for the errors after which the same transaction may simply be tried again: deadlock, serialization, lock timeout. */
export function isRetryable(error: unknown): boolean {
  return ['40P01', '40001', '55P03'].includes(sqlState(error) ?? '')
}
