import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bareOrder } from '../lib/flows.ts'
import { LoadClient } from '../lib/load.ts'
import { type Child, start } from '../lib/processes.ts'
import type { Database } from './database.ts'
import { catalog, Refused, type Shop, type Started, type Stock } from './shop.ts'
import { untilAnswered } from './wait.ts'

const folder = join(import.meta.dirname, '../bare')

/** The limit: one Fastify route that does one durable order function call. No cart, prices, promotions, customer or history. */
export class Bare implements Shop {
  readonly name = 'Bare Fastify and one SQL function'
  readonly database = 'bare_bench'
  readonly runsAs = 'one process; a floor, not a shop'
  readonly origin: string
  readonly order = { calls: 1, run: place }
  readonly fewestCalls = { calls: 1, run: place }
  readonly #database: Database
  readonly #port: number
  readonly #running: Child[] = []

  constructor(database: Database, port: number) {
    this.#database = database
    this.#port = port
    this.origin = `http://127.0.0.1:${port}`
  }
  async install(): Promise<void> {}
  version(): string {
    return ''
  }
  installed(): null {
    return null
  }
  async load(): Promise<void> {
    await this.#database.make(this.database)
    await this.#sql(readFileSync(join(folder, 'schema.sql'), 'utf8'))
    await this.#sql('vacuum analyze')
  }
  async start(): Promise<Started> {
    const server = start([join(folder, 'server.ts')], {
      DATABASE_URL: this.#database.url(this.database),
      PORT: String(this.#port),
      NODE_ENV: 'production',
    })
    this.#running.push(server)
    const client = new LoadClient(this.origin, 1)
    const startMs = await untilAnswered(server, async () => {
      if ((await client.call('GET', '/json')).status !== 200) throw new Error('no answer')
    })
    await client.close()
    return { startMs, pids: { server: server.process.pid ?? 0 } }
  }
  async stop(): Promise<void> {
    for (const child of this.#running.splice(0)) await child.stop()
  }
  async prepare(): Promise<void> {}

  async setStock(sku: string, perPlace: number): Promise<void> {
    await this.#sql('update bare.stock set on_hand = $2, reserved = 0 where sku_id = $1', [idOf(sku), perPlace])
  }
  async stockOf(sku: string): Promise<Stock> {
    const [row] = await this.#sql<Stock>(
      'select sum(on_hand)::int as "onHand", sum(reserved)::int as taken from bare.stock where sku_id = $1',
      [idOf(sku)],
    )
    return row ?? { onHand: 0, taken: 0 }
  }
  async orderCount(): Promise<number> {
    const [row] = await this.#sql<{ n: number }>('select count(*)::int as n from bare.customer_order')
    return row?.n ?? 0
  }
  #sql<T extends object>(text: string, values?: unknown[]): Promise<T[]> {
    return this.#database.query<T>(this.database, text, values)
  }
}

function idOf(sku: string): number {
  const [product, size] = sku.slice(1).split('-')
  return Number(product) * 4 + catalog.sizes.findIndex((each) => each === size)
}

async function place(client: LoadClient, sku: string, n: number): Promise<void> {
  try {
    await bareOrder(client, idOf(sku), n)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('409')) throw new Refused('sold out')
    throw error
  }
}
