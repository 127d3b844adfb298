import type { SystemState } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import type { Config } from '#platform/config'
import type { AppContext } from '#platform/http'
import type { RunningJobs } from '#platform/jobs'
import type { Live } from '#platform/live'
import { sheddingState } from '#platform/shed'
import { metricsText } from './metrics.ts'
import { admitToMetrics } from './metrics-access.ts'
import { type ProcessRow, Reporter, type SheddingReport } from './processes.ts'
import { registerRoomRoutes } from './routes.ts'
import { StateReader } from './state.ts'

export type RoomParts = {
  config: Config
  version: string
  live: Live
  subscribers: readonly string[]
}

/** The machine room of one process, on its app. */
export type MachineRoom = {
  /** This process does background work now; undefined when it has ended. */
  works(jobs: RunningJobs | undefined): void
  /** Begins to report this process to the others; a server does so by itself when it listens. */
  report(kind: ProcessRow['kind']): void
}

declare module 'fastify' {
  interface FastifyInstance {
    machineRoom: MachineRoom
  }
}

/** A scrape does not wait longer for the database: Prometheus gives up after ten seconds, and wants to hear that it is away. */
const patienceMs = 1_500

/** State, law checks and metrics of this app, and the report of its process to all others. */
export function openMachineRoom(
  app: FastifyInstance,
  context: AppContext,
  { config, version, live, subscribers }: RoomParts,
): MachineRoom {
  const { db, clock } = context
  const reporter = new Reporter({
    db,
    clock,
    version,
    meter: app.meter,
    listeners: () => live.listeners,
    shedding: () => sheddingOf(app, context, config),
    onError: (error) => app.log.debug({ err: error }, 'the state of this process was not written down'),
  })
  const state = new StateReader({ db, clock, config, version, reporter, subscribers })
  registerRoomRoutes(app, context, { state })
  app.get(
    '/metrics',
    { config: { action: 'system.metrics' }, schema: { hide: true } as never },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      admitToMetrics(request, config.metricsToken)
      const text = await metricsText({
        version,
        meter: app.meter,
        db,
        own: reporter.own(),
        jobs: reporter.jobStates(),
        state: await soon(state),
      })
      return reply
        .type('text/plain; version=0.0.4; charset=utf-8')
        .serializer((sent: string) => sent)
        .send(text)
    },
  )
  const room: MachineRoom = {
    works: (jobs) => reporter.works(jobs && (() => jobs.states())),
    report: (kind) => reporter.start(kind, kind === 'server' ? portOf(app) : undefined),
  }
  app.decorate('machineRoom', room)
  app.addHook('onListen', async () => room.report('server'))
  app.addHook('preClose', async () => reporter.stop())
  return room
}

/** The state, or null when the database does not give it in time. */
async function soon(state: StateReader): Promise<SystemState | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), patienceMs).unref()
  const read = state.read().catch(() => null)
  return Promise.race([read, late]).finally(() => clearTimeout(timer))
}

function portOf(app: FastifyInstance): number | undefined {
  const address = app.server.address()
  return typeof address === 'object' ? address?.port : undefined
}

function sheddingOf(app: FastifyInstance, { clock }: AppContext, config: Config): SheddingReport | null {
  if (!config.shed) return null
  const { isShedding, since, refused } = sheddingState(app, clock)
  return { active: isShedding, since, refused: Object.values(refused).reduce((sum, count) => sum + count, 0) }
}
