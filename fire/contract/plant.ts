/**
 * Loaded before a server (`--import`), for tests only: a request with the header `x-fire-point` makes the process die as by `kill -9`
 * at that point of its work.
 *
 *   commit   when the database has acknowledged the first commit of this request, before anything else is done
 *   keep     when the answer would be kept beside the key
 *   answer   when all is done and the first byte of the answer would be written
 */
import http from 'node:http'
import pg from 'pg'

export type FirePoint = 'commit' | 'keep' | 'answer'

let armed: string | undefined
/** The answer is written beside its key, or the key with its answer. */
const keepsAnswer =
  /update platform\.idempotency_key( k)? set status|insert into platform\.idempotency_key \(scope, key, fingerprint, status/

/** A write that is a transaction by itself: the notice of a payment that is final already. */
const isItsOwnCommit = /insert into payments\.provider_event/

const emit = http.Server.prototype.emit
http.Server.prototype.emit = function (this: http.Server, name: string, ...args: unknown[]): boolean {
  if (name === 'request') {
    const point = (args[0] as http.IncomingMessage).headers['x-fire-point']
    if (typeof point === 'string') armed = point
  }
  return Reflect.apply(emit, this, [name, ...args]) as boolean
} as typeof emit

const writeHead = http.ServerResponse.prototype.writeHead
http.ServerResponse.prototype.writeHead = function (this: http.ServerResponse, ...args: unknown[]) {
  if (armed === 'answer') die()
  return Reflect.apply(writeHead, this, args) as http.ServerResponse
} as typeof writeHead

const inTransaction = new WeakSet<pg.Client>()
const query = pg.Client.prototype.query as (...args: unknown[]) => unknown
Object.assign(pg.Client.prototype, {
  query(this: pg.Client, ...args: unknown[]): unknown {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string } | undefined)?.text
    if (armed === 'keep' && text !== undefined && keepsAnswer.test(text)) die()
    if (text?.startsWith('begin')) inTransaction.add(this)
    const commits = text === 'commit' || (text !== undefined && isItsOwnCommit.test(text) && !inTransaction.has(this))
    if (text === 'commit' || text === 'rollback') inTransaction.delete(this)
    const heard = args.at(-1)
    // A pool hears its answer by a callback, everybody else by a promise.
    if (armed === 'commit' && commits && typeof heard === 'function') args[args.length - 1] = die
    const result = query.apply(this, args)
    if (armed === 'commit' && commits && result instanceof Promise) return result.finally(die)
    return result
  },
})

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}
