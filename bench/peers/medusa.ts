import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LoadClient } from '../lib/load.ts'
import { type Child, freePort, start } from '../lib/processes.ts'
import type { Database } from './database.ts'
import { installApp, installedIn, isOnPath, run, versionOf } from './packages.ts'
import { catalog, Refused, type Shop, type Started, type Stock } from './shop.ts'
import { pause, untilAnswered } from './wait.ts'

const cli = 'node_modules/@medusajs/cli/cli.js'
const administrator = { email: 'admin@example.com', password: 'bench-superadmin' }
const address = {
  first_name: 'Ana',
  last_name: 'Prat',
  address_1: 'Calle Mayor 1',
  city: 'Madrid',
  postal_code: '28013',
  country_code: 'es',
}
const price = 'fields=id,title,handle,thumbnail,*variants.calculated_price'
const detail =
  'fields=id,title,handle,description,*options,*options.values,*variants,*variants.options,*variants.calculated_price,%2Bvariants.inventory_quantity'
const levels =
  'fields=id,sku,location_levels.location_id,location_levels.stocked_quantity,location_levels.reserved_quantity'

/** What the seed noted down: ids that calls need. */
type Noted = { region: string; pk: string; shippingOption: string }
type Body = Record<string, unknown>

/**
 * Medusa from npm: server, worker and Redis as its guide for production asks, where a `redis-server` is on the path; else one process
 * with its in-memory modules. Its system payment provider, which authorizes.
 */
export class Medusa implements Shop {
  readonly name = 'Medusa'
  readonly database = 'medusa'
  readonly origin: string
  readonly order = { calls: 8, run: this.#place.bind(this) }
  readonly fewestCalls = { calls: 5, run: this.#placeInFewCalls.bind(this) }
  readonly #database: Database
  readonly #runFolder: string
  readonly #folder: string
  readonly #port: number
  readonly #env: Record<string, string>
  readonly #hasRedis = isOnPath('redis-server')
  readonly #running: Child[] = []
  #redis: ChildProcess | undefined
  #noted: Noted = { region: '', pk: '', shippingOption: '' }
  #variants = new Map<string, string>()
  #handles: string[] = []
  #token = ''
  #installed: { packages: number; mib: number } | null = null

  constructor(database: Database, runFolder: string, port: number) {
    this.#database = database
    this.#runFolder = runFolder
    this.#folder = join(runFolder, 'medusa')
    this.#port = port
    this.origin = `http://127.0.0.1:${port}`
    this.#env = {
      DATABASE_URL: database.url(this.database),
      NODE_ENV: 'production',
      MEDUSA_DISABLE_TELEMETRY: 'true',
      PRODUCTS: String(catalog.products),
      STOCK: String(catalog.perPlace),
    }
  }
  get runsAs(): string {
    return this.#hasRedis
      ? 'server, worker and Redis'
      : 'one process with its in-memory modules, since no redis-server is installed here'
  }

  async install(): Promise<void> {
    await installApp('medusa', this.#runFolder)
    this.#installed = await installedIn(this.#folder)
  }
  version(): string {
    return versionOf(this.#folder, '@medusajs/medusa')
  }
  installed(): { packages: number; mib: number } | null {
    return this.#installed
  }

  async load(): Promise<void> {
    await this.#database.make(this.database)
    const medusa = (...args: string[]) =>
      run(process.execPath, [cli, ...args], { cwd: this.#folder, env: { ...this.#env, REDIS_URL: '' } })
    await medusa('db:migrate')
    await medusa('exec', './src/scripts/seed.js')
    await medusa('user', '--email', administrator.email, '--password', administrator.password)
    await this.#sql('vacuum analyze')
  }

  async start(): Promise<Started> {
    this.#noted = JSON.parse(readFileSync(join(this.#folder, 'seed.json'), 'utf8')) as Noted
    const shared: Record<string, string> = this.#hasRedis ? { REDIS_URL: await this.#startRedis() } : {}
    const open = (port: number, mode: string) => {
      const args = [cli, 'start', '--host', '127.0.0.1', '--port', String(port)]
      const child = start(args, { ...this.#env, ...shared, MEDUSA_WORKER_MODE: mode }, this.#folder)
      this.#running.push(child)
      return child
    }
    const server = open(this.#port, this.#hasRedis ? 'server' : 'shared')
    const client = new LoadClient(this.origin, 1)
    const startMs = await untilAnswered(server, () => this.list(client, 0))
    await client.close()
    const pids: Record<string, number> = { server: server.process.pid ?? 0 }
    if (this.#hasRedis) {
      pids['worker'] = open(await freePort(), 'worker').process.pid ?? 0
      pids['redis'] = this.#redis?.pid ?? 0
      await pause(12_000)
    }
    return { startMs, pids }
  }
  async #startRedis(): Promise<string> {
    const port = await freePort()
    const folder = join(this.#runFolder, 'redis')
    mkdirSync(folder, { recursive: true })
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--maxmemory-policy', 'noeviction']
    this.#redis = spawn('redis-server', args, { stdio: 'ignore' })
    await pause(500)
    return `redis://127.0.0.1:${port}`
  }
  async stop(): Promise<void> {
    for (const child of this.#running.splice(0)) await child.stop()
    this.#redis?.kill('SIGTERM')
    this.#redis = undefined
  }
  async prepare(client: LoadClient): Promise<void> {
    const variants = await this.#sql<{ sku: string; id: string }>(
      'select sku, id from product_variant where deleted_at is null',
    )
    this.#variants = new Map(variants.map(({ sku, id }) => [sku, id]))
    const products = await this.#sql<{ handle: string }>(
      'select handle from product where deleted_at is null order by id',
    )
    this.#handles = products.map(({ handle }) => handle)
    // A session as its admin panel has: a secret API key would cost a scrypt hash with every call.
    const { body } = await client.call('POST', '/auth/user/emailpass', { body: administrator })
    this.#token = (body as { token: string }).token
  }

  async #place(client: LoadClient, sku: string, n: number): Promise<void> {
    const ask = (path: string, body?: object) => this.#ask(client, 'POST', path, body)
    const { cart } = (await ask('/store/carts', { region_id: this.#noted.region })) as { cart: { id: string } }
    await ask(`/store/carts/${cart.id}/line-items`, { variant_id: this.#variants.get(sku), quantity: 1 })
    await ask(`/store/carts/${cart.id}`, {
      email: `buyer${n}@example.com`,
      shipping_address: address,
      billing_address: address,
    })
    await this.#ask(client, 'GET', `/store/shipping-options?cart_id=${cart.id}`)
    await ask(`/store/carts/${cart.id}/shipping-methods`, { option_id: this.#noted.shippingOption })
    await this.#pay(client, cart.id, '')
  }
  async #placeInFewCalls(client: LoadClient, sku: string, n: number): Promise<void> {
    const { cart } = (await this.#ask(client, 'POST', '/store/carts?fields=id', {
      region_id: this.#noted.region,
      email: `buyer${n}@example.com`,
      shipping_address: address,
      billing_address: address,
      items: [{ variant_id: this.#variants.get(sku), quantity: 1 }],
    })) as { cart: { id: string } }
    await this.#ask(client, 'POST', `/store/carts/${cart.id}/shipping-methods?fields=id`, {
      option_id: this.#noted.shippingOption,
    })
    await this.#pay(client, cart.id, '?fields=id')
  }
  async #pay(client: LoadClient, cartId: string, fields: string): Promise<void> {
    const ask = (path: string, body?: object) => this.#ask(client, 'POST', `${path}${fields}`, body)
    const { payment_collection: collection } = (await ask('/store/payment-collections', { cart_id: cartId })) as {
      payment_collection: { id: string }
    }
    await ask(`/store/payment-collections/${collection.id}/payment-sessions`, { provider_id: 'pp_system_default' })
    const done = await ask(`/store/carts/${cartId}/complete`)
    if (done['type'] !== 'order')
      throw new Refused((done['error'] as { message?: string } | undefined)?.message ?? 'not completed')
  }

  async list(client: LoadClient, n: number): Promise<void> {
    const path = `/store/products?limit=20&offset=${20 * (n % 50)}&region_id=${this.#noted.region}&order=title&${price}`
    const { products } = (await this.#ask(client, 'GET', path)) as { products: unknown[] }
    if (products.length !== 20) throw new Error('not 20 products')
  }
  async detail(client: LoadClient, n: number): Promise<void> {
    const handle = this.#handles[n % this.#handles.length]
    const path = `/store/products?handle=${handle}&region_id=${this.#noted.region}&${detail}`
    const { products } = (await this.#ask(client, 'GET', path)) as { products: { variants: unknown[] }[] }
    if (products[0]?.variants.length !== 4) throw new Error('not 4 variants')
  }
  /** The shop's API sums all places up; figures by place are the administrators'. */
  async availability(client: LoadClient, sku: string): Promise<void> {
    const path = `/admin/inventory-items?sku=${encodeURIComponent(sku)}&${levels}`
    const found = (await this.#ask(client, 'GET', path)) as { inventory_items: { location_levels: unknown[] }[] }
    if (found.inventory_items[0]?.location_levels.length !== catalog.places) throw new Error('not 5 places')
  }

  async setStock(sku: string, perPlace: number): Promise<void> {
    const item = '(select id from inventory_item where sku = $1 and deleted_at is null)'
    await this.#sql(
      `update reservation_item set deleted_at = now() where inventory_item_id = ${item} and deleted_at is null`,
      [sku],
    )
    await this.#sql(
      `update inventory_level set stocked_quantity = $2::numeric, reserved_quantity = 0,
              raw_stocked_quantity = jsonb_build_object('value', $2::text, 'precision', 20), raw_reserved_quantity = '{"value":"0","precision":20}'
        where inventory_item_id = ${item}`,
      [sku, perPlace],
    )
  }
  async stockOf(sku: string): Promise<Stock> {
    const [row] = await this.#sql<Stock>(
      `select sum(stocked_quantity)::int as "onHand", sum(reserved_quantity)::int as taken from inventory_level
        where inventory_item_id = (select id from inventory_item where sku = $1 and deleted_at is null) and deleted_at is null`,
      [sku],
    )
    return row ?? { onHand: 0, taken: 0 }
  }
  async orderCount(): Promise<number> {
    const [row] = await this.#sql<{ n: number }>(
      `select count(*)::int as n from "order" where deleted_at is null and status <> 'canceled'`,
    )
    return row?.n ?? 0
  }

  /** @throws Refused on an answer of 400 to 499 */
  async #ask(client: LoadClient, method: 'GET' | 'POST', path: string, body?: object): Promise<Body> {
    const headers: Record<string, string> = path.startsWith('/admin')
      ? { authorization: `Bearer ${this.#token}` }
      : { 'x-publishable-api-key': this.#noted.pk }
    const answer = await client.call(method, path, { headers, ...(body === undefined ? {} : { body }) })
    if (answer.status === 200) return answer.body as Body
    const text = `${answer.status} ${JSON.stringify(answer.body).slice(0, 160)}`
    throw answer.status >= 400 && answer.status < 500 ? new Refused(text) : new Error(`${path}: ${text}`)
  }
  #sql<T extends object>(text: string, values?: unknown[]): Promise<T[]> {
    return this.#database.query<T>(this.database, text, values)
  }
}
