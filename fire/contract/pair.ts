import { once } from 'node:events'
import { type ApiProcess, startApi } from './process.ts'

/** Two servers on one database: one that may die, and one that others turn to. Who died is replaced meanwhile. */
export class ServerPair {
  readonly #databaseUrl: string
  readonly #preload: string
  readonly #env: Record<string, string>
  #waiting: Promise<ApiProcess>[] = []
  #deaths = 0
  constructor(databaseUrl: string, { preload, env }: { preload: string; env: Record<string, string> }) {
    this.#databaseUrl = databaseUrl
    this.#env = env
    this.#preload = preload
    this.#waiting = [this.#start(), this.#start()]
  }

  get deaths(): number {
    return this.#deaths
  }

  /** The one in front. */
  async first(): Promise<ApiProcess> {
    return this.#waiting[0] ?? this.#start()
  }

  /** The one in front is dead: the next takes its place. @throws when it lives */
  async replaceFirst(): Promise<void> {
    const dead = await this.#waiting.shift()
    if (!dead) throw new Error('there is no server')
    await ended(dead)
    await dead.stop()
    this.#deaths += 1
    this.#waiting.push(this.#start())
  }

  async stop(): Promise<void> {
    for (const each of this.#waiting) await (await each).stop()
  }

  #start(): Promise<ApiProcess> {
    return startApi(this.#databaseUrl, { preload: this.#preload, env: this.#env })
  }
}

/** The connection breaks a moment before the process is known to be gone. */
async function ended({ child: { process: child } }: ApiProcess): Promise<void> {
  const late = AbortSignal.timeout(10_000)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { signal: late })
  if (child.signalCode !== 'SIGKILL') throw new Error('the server was to be killed and ended by itself')
}
