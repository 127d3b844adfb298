import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../server/platform/clock.ts'
import { openDb } from '../../server/platform/db.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { createApiKey } from '../../server/staff/index.ts'
import '../../server/orders/index.ts'
import { loadBenchCatalog } from '../lib/catalog.ts'
import { channelOrder, shopperFlow } from '../lib/flows.ts'
import { LoadClient } from '../lib/load.ts'
import { type Child, start } from '../lib/processes.ts'
import type { Database } from './database.ts'
import { catalog, Refused, type Shop, type Started, type Stock } from './shop.ts'
import { untilAnswered } from './wait.ts'

const root = join(import.meta.dirname, '../..')

/** This repository's server, one process that also does the work of a worker. Orders are paid (captured), not only authorized. */
export class Hilo implements Shop {
  readonly name = 'Hilo'
  readonly database = 'hilo_bench'
  readonly runsAs = 'one process'
  readonly origin: string
  readonly order = {
    calls: 3,
    run: (client: LoadClient, sku: string, n: number) => refusable(shopperFlow(client, this.#variantOf(sku), n)),
  }
  readonly fewestCalls = {
    calls: 1,
    run: (client: LoadClient, sku: string, n: number) =>
      refusable(
        channelOrder(client, { variantId: this.#variantOf(sku), locationId: this.#placeOf(n), key: this.#key }, n),
      ),
  }
  readonly #database: Database
  readonly #port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'hilo-peers-'))
  readonly #running: Child[] = []
  #variantIds: string[] = []
  #locationIds: string[] = []
  #key = ''

  constructor(database: Database, port: number) {
    this.#database = database
    this.#port = port
    this.origin = `http://127.0.0.1:${port}`
  }

  async install(): Promise<void> {}
  version(): string {
    return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
  }
  /** The whole workspace is installed here, with tests and tools: it would compare unlike things. */
  installed(): null {
    return null
  }

  async load(): Promise<void> {
    await this.#database.make(this.database)
    const db = openDb(this.#database.url(this.database), { statementTimeoutMs: 300_000 })
    await migrate(db)
    const { products, places, perPlace } = catalog
    const loaded = await loadBenchCatalog(db, { products, places, perPlace })
    this.#variantIds = loaded.variantIds
    this.#locationIds = loaded.locationIds
    const { key } = await db.transaction((tx) =>
      createApiKey(
        tx,
        systemClock,
        { kind: 'system', name: 'bench' },
        { name: 'bench', channelId: 'marketplace', scopes: ['orders:write'], expiresAt: null },
      ),
    )
    this.#key = key
    await db.close()
  }

  async start(): Promise<Started> {
    const server = start([join(root, 'server/api.ts')], {
      DATABASE_URL: this.#database.url(this.database),
      HILO_DATA: this.#folder,
      HILO_PORT: String(this.#port),
      HILO_LOG_LEVEL: 'error',
      HILO_RATE_PER_MINUTE: '100000000',
      NODE_ENV: 'production',
    })
    this.#running.push(server)
    const client = new LoadClient(this.origin, 1)
    const startMs = await untilAnswered(server, () => this.list(client, 0))
    await client.close()
    return { startMs, pids: { server: server.process.pid ?? 0 } }
  }
  async stop(): Promise<void> {
    for (const child of this.#running.splice(0)) await child.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
  async prepare(): Promise<void> {}

  async list(client: LoadClient, n: number): Promise<void> {
    const { items } = await get<{ items: unknown[] }>(client, `/api/store/products?limit=20&minPrice=${1 + (n % 50)}`)
    if (items.length !== 20) throw new Error('not 20 products')
  }
  async detail(client: LoadClient, n: number): Promise<void> {
    const found = await get<{ variants: unknown[] }>(
      client,
      `/api/store/products/producto-${1 + (n % catalog.products)}`,
    )
    if (found.variants.length !== 4) throw new Error('not 4 variants')
  }
  async availability(client: LoadClient, sku: string): Promise<void> {
    const path = `/api/store/availability?variants=${this.#variantOf(sku)}`
    const { variants } = await get<{ variants: { places: unknown[] }[] }>(client, path)
    if (variants[0]?.places.length !== catalog.places) throw new Error('not 5 places')
  }

  async setStock(sku: string, perPlace: number): Promise<void> {
    await this.#sql(
      'update inventory.stock_level set on_hand = $2, allocated = 0, reserved = 0 where variant_id = $1',
      [this.#variantOf(sku), perPlace],
    )
  }
  async stockOf(sku: string): Promise<Stock> {
    const [row] = await this.#sql<Stock>(
      `select sum(on_hand)::int as "onHand", sum(allocated + reserved)::int as taken from inventory.stock_level where variant_id = $1`,
      [this.#variantOf(sku)],
    )
    return row ?? { onHand: 0, taken: 0 }
  }
  async orderCount(): Promise<number> {
    const [row] = await this.#sql<{ n: number }>(
      `select count(*)::int as n from orders.customer_order where status in ('placed', 'completed')`,
    )
    return row?.n ?? 0
  }

  #variantOf(sku: string): string {
    const [product, size] = sku.slice(1).split('-')
    const at = Number(product) * 4 + catalog.sizes.findIndex((each) => each === size)
    const id = this.#variantIds[at]
    if (id === undefined) throw new Error(`no variant ${sku}`)
    return id
  }
  /** One of the shops: the first place is the warehouse. */
  #placeOf(n: number): string {
    return this.#locationIds[1 + (n % (this.#locationIds.length - 1))] ?? ''
  }
  #sql<T extends object>(text: string, values?: unknown[]): Promise<T[]> {
    return this.#database.query<T>(this.database, text, values)
  }
}

async function get<T>(client: LoadClient, path: string): Promise<T> {
  const { status, body } = await client.call('GET', path)
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body).slice(0, 160)}`)
  return body as T
}

/** Answers of 400 to 499 begin with their number. */
async function refusable(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof Error && /^4\d\d /.test(error.message)) throw new Refused(error.message)
    throw error
  }
}
