/** W3C Trace Context: whose larger piece of work a request belongs to. Carried into the log and given to receivers of webhooks. */
import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

/** Version 00 exactly, later versions by their beginning; ids of zeros are none (https://www.w3.org/TR/trace-context/). */
const pattern =
  /^(?:00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)$/

export type Trace = { traceId: string; parentId: string }

/** What a `traceparent` header says; undefined when there is none or it is not one, in which case it is as if it were absent. */
export function traceOf(header: unknown): Trace | undefined {
  if (typeof header !== 'string' || header.length > 512 || !pattern.test(header)) return undefined
  const [, traceId = '', parentId = ''] = header.split('-')
  return /^0+$/.test(traceId) || /^0+$/.test(parentId) ? undefined : { traceId, parentId }
}

/** Notes the trace of a request in every line of the log about it. A request without one costs a look at a header. */
export function registerTrace(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers.traceparent !== undefined) {
      const trace = traceOf(request.headers.traceparent)
      if (trace) {
        request.log = request.log.child(trace)
        reply.log = request.log
      }
    }
    done()
  })
}

/**
 * The `traceparent` of something that begins here and is attempted again and again: one trace for all attempts, each a span of its own.
 * @param subject what it is about, such as `evt_42`
 */
export function traceparentOf(subject: string): string {
  const traceId = createHash('sha256').update(`hilo ${subject}`).digest('hex').slice(0, 32)
  return `00-${traceId}-${randomBytes(8).toString('hex')}-01`
}
