import * as contract from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { actorId } from '#platform/actor'
import { type AppContext, answer, get, write } from '#platform/http'
import { askForChecks, findRun, listRuns } from './checks.ts'
import './permissions.ts'
import type { StateReader } from './state.ts'

/** The state of the machine room, and the law checks: their runs, and a new one. */
export function registerRoomRoutes(app: FastifyInstance, context: AppContext, { state }: { state: StateReader }): void {
  const tag = 'System'
  get(app, context, {
    url: '/api/admin/system',
    action: 'system.read',
    tag,
    summary:
      'How Hilo is: what is wrong and since when, load and times by face, what waits, law checks, backups, processes',
    schema: { response: { 200: contract.systemState } },
    run: async () => state.read(),
  })
  get(app, context, {
    url: '/api/admin/system/checks',
    action: 'system.read',
    tag,
    summary: 'Runs of the law checks, newest first; the last hundred are kept',
    schema: { querystring: contract.pageQuery, response: { 200: contract.page(contract.checkRun) } },
    run: async ({ db, query: { cursor, limit } }) => {
      const runs = await listRuns(db, { before: cursor, limit: limit + 1 })
      const items = runs.slice(0, limit)
      return { items, next: runs.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  })
  get(app, context, {
    url: '/api/admin/system/checks/:id',
    action: 'system.read',
    tag,
    summary: 'One run with what each check found',
    schema: { params: z.strictObject({ id: contract.id }), response: { 200: contract.checkRunDetail } },
    run: async ({ db, params }) => findRun(db, params.id),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/admin/system/checks',
    action: 'system.check',
    tag,
    summary: 'Recompute the laws from the ledgers now, in the background; answers the run under way when there is one',
    schema: { body: z.strictObject({}), response: { 202: contract.checkRun } },
    run: async ({ tx, clock, actor }) => answer(202, await askForChecks(tx, clock, { askedBy: actorId(actor) })),
  })
}
