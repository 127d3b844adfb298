/** The running shop of one process: database, HTTP, background work; and how it ends. */
import type { FastifyInstance } from 'fastify'
import type { Worker } from '../app.ts'
import type { Config } from '../platform/config.ts'
import type { Archiver } from '../platform/postgres/index.ts'
import { backlog } from '../platform/shed.ts'
import type { OpenDatabase } from './database.ts'
import { listenTrouble } from './port.ts'

export type Server = Readonly<{
  app: FastifyInstance
  worker: Worker | null
  database: OpenDatabase
  archiver: Archiver | null
}>

/** How long requests under way may take to end. */
const drainMsMax = 15_000

/** @throws SetupError port_taken when somebody took the port since it was checked */
export async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port, backlog })
  } catch (error) {
    throw await listenTrouble(error, { host, port })
  }
}

/** Ends in order: no new requests, those under way finish, background work, connections, database. */
export async function closeServer({ app, worker, database, archiver }: Server): Promise<void> {
  await Promise.race([app.close(), patience()])
  await Promise.race([worker?.stop(), patience()])
  await Promise.race([archiver?.stop(), patience()])
  await database.close()
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, drainMsMax).unref())
}

/**
 * Waits for Ctrl-C or the stop of a service manager. npm passes a Ctrl-C on a second time within milliseconds: a second
 * one counts only after half a second.
 * @param onSecond what a second, deliberate one does
 */
export function untilStopped(onSecond: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stoppedAt: number | null = null
    const stop = (signal: NodeJS.Signals) => {
      if (stoppedAt === null) {
        stoppedAt = performance.now()
        resolve(signal)
      } else if (performance.now() - stoppedAt > 500) onSecond()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
}
