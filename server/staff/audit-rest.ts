import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Db, isUniqueViolation, sqlState, type Tx } from '#platform/db'
import type { AppContext } from '#platform/http'
import { type AuditEntry, auditScope, entryInsert, entryOf } from './audit.ts'

/** Pauses between attempts, in ms: a database that crashed is back within seconds, one that is being looked after within minutes. */
const pausesMs = [200, 500, 1000, 2000, 5000, 10_000, ...Array.from({ length: 20 }, () => 30_000)]
/** Entries that wait for the database; beyond it the outage is the news, and the log says which were lost. */
const waitingMax = 1000
/** How long a process that ends still tries, in ms. */
const endMsMax = 5000

/**
 * Writes what staff did through a command that wrote no entry of its own: which action, on what. Where the command is one transaction
 * the entry is part of it; a command of several is noted after its answer. That deed is done and answered by then, so an entry that
 * the database does not take at that moment is tried again until it does.
 */
export class AuditRest {
  readonly #context: AppContext
  readonly #pauses: readonly number[]
  readonly #waiting = new Set<Promise<void>>()
  readonly #wakes = new Set<() => void>()
  #isEnding = false

  constructor(context: AppContext, pauses: readonly number[] = pausesMs) {
    this.#context = context
    this.#pauses = pauses
  }

  /** To be called in the transaction of the deed, when it is done. */
  noteWithin(tx: Tx, request: FastifyRequest, status: number): void {
    const entry = this.#entryOf(request, status)
    const scope = auditScope.getStore()
    if (!entry || !scope) return
    tx.later(entryInsert(entry))
    scope.written = true
  }

  /** To be called when the answer is out. Resolves when the entry is written, or given up. */
  async note(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const isRepeat = reply.hasHeader('idempotency-replayed')
    const entry = isRepeat ? undefined : this.#entryOf(request, reply.statusCode)
    if (!entry) return
    const writing = this.#write(request, entry).finally(() => this.#waiting.delete(writing))
    this.#waiting.add(writing)
    await writing
  }

  /** Tries what waits once more, at once; nothing is tried afterwards. */
  async end(): Promise<void> {
    this.#isEnding = true
    for (const wake of this.#wakes) wake()
    const patience = new Promise((resolve) => setTimeout(resolve, endMsMax).unref())
    await Promise.race([Promise.all(this.#waiting), patience])
  }

  #entryOf(request: FastifyRequest, status: number): AuditEntry | undefined {
    const { action } = request.routeOptions.config
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const quiet = isReading || status >= 400 || auditScope.getStore()?.written
    if (request.actor?.kind !== 'staff' || action === undefined || quiet) return undefined
    const params = (request.params ?? {}) as Record<string, string>
    const body = (request.body ?? {}) as Record<string, unknown>
    const place = params['locationId'] ?? body['locationId']
    return entryOf(this.#context.clock, request.actor, {
      action,
      subjectId: params['id'] ?? Object.values(params)[0] ?? null,
      locationId: typeof place === 'string' ? place : null,
      data: { method: request.method },
    })
  }

  async #write({ log }: Pick<FastifyRequest, 'log'>, entry: AuditEntry): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      // Read before the attempt: who is woken by the end tries once more.
      const isLast = this.#isEnding
      const failure = await tried(this.#context.db, entry)
      if (failure === undefined) return
      const pause = this.#pauses[attempt]
      if (isLast || pause === undefined || isDefect(failure) || this.#waiting.size > waitingMax) {
        const { id, at, actorId, fact } = entry
        log.error({ err: failure, entry: { id, at, actorId, ...fact } }, 'an audit entry could not be written')
        return
      }
      await this.#pause(pause)
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isEnding) return
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#wakes.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#wakes.add(wake)
    })
  }
}

/** What kept the entry from being written, or undefined. One whose answer got lost on its way back is there already. */
async function tried(db: Db, entry: AuditEntry): Promise<unknown> {
  try {
    await db.run(entryInsert(entry))
    return undefined
  } catch (error) {
    return isUniqueViolation(error, 'audit_entry_pkey') ? undefined : error
  }
}

/** A row that the database refuses (data, constraints, names) is refused the next time, too. */
function isDefect(error: unknown): boolean {
  return /^(22|23|42)/.test(sqlState(error) ?? '')
}
