import { join } from 'node:path'
import { LoadClient } from '../lib/load.ts'
import { type Child, start } from '../lib/processes.ts'
import type { Database } from './database.ts'
import { installApp, installedIn, run, versionOf } from './packages.ts'
import { catalog, Refused, type Shop, type Started, type Stock } from './shop.ts'
import { pause, untilAnswered } from './wait.ts'

const order = `fragment O on Order { __typename id code state totalQuantity subTotalWithTax shippingWithTax totalWithTax
  lines { id quantity unitPriceWithTax linePriceWithTax productVariant { id sku name } } shippingLines { priceWithTax shippingMethod { id name } } customer { emailAddress } }`
const orError = '... on ErrorResult { errorCode message }'
const changed = (call: string, variables = '') =>
  `mutation${variables}{ ${call}{ __typename ...O ${orError} } } ${order}`
const queries = {
  add: changed('addItemToOrder(productVariantId:$v,quantity:1)', '($v:ID!)'),
  customer: changed('setCustomerForOrder(input:$i)', '($i:CreateCustomerInput!)'),
  address: changed('setOrderShippingAddress(input:$i)', '($i:CreateAddressInput!)'),
  methods: '{ eligibleShippingMethods { id name priceWithTax } }',
  method: changed('setOrderShippingMethod(shippingMethodId:["1"])'),
  arrange: changed('transitionOrderToState(state:"ArrangingPayment")'),
  pay: changed('addPaymentToOrder(input:{method:"manual-payment",metadata:{}})'),
  // The shop API runs the mutations of one document in order, so one HTTP call can be the whole checkout.
  whole: `mutation($v:ID!,$i:CreateCustomerInput!,$a:CreateAddressInput!){
    addItemToOrder(productVariantId:$v,quantity:1){ __typename ${orError} }
    setCustomerForOrder(input:$i){ __typename ${orError} }
    setOrderShippingAddress(input:$a){ __typename ${orError} }
    setOrderShippingMethod(shippingMethodId:["1"]){ __typename ${orError} }
    transitionOrderToState(state:"ArrangingPayment"){ __typename ${orError} }
    addPaymentToOrder(input:{method:"manual-payment",metadata:{}}){ __typename ... on Order { code state } ${orError} } }`,
  list: `query($s:Int!){ search(input:{take:20,skip:$s,groupByProduct:true,sort:{name:ASC}}){ totalItems items { productId productName slug inStock currencyCode priceWithTax { ... on PriceRange { min max } ... on SinglePrice { value } } } } }`,
  detail: `query($s:String!){ product(slug:$s){ id name slug description optionGroups { name options { id name } } variants { id sku name priceWithTax currencyCode stockLevel options { name } } } }`,
  stock: `query($s:String!){ productVariants(options:{filter:{sku:{eq:$s}},take:1}){ items { id sku stockLevels { stockOnHand stockAllocated stockLocation { id name } } } } }`,
  login: `mutation{ login(username:"superadmin",password:"bench-superadmin"){ __typename ... on CurrentUser { id } } }`,
  reindex: 'mutation{ reindex { id } }',
  job: 'query($i:ID!){ job(jobId:$i){ state } }',
}
const address = {
  fullName: 'Ana Prat',
  streetLine1: 'Calle Mayor 1',
  city: 'Madrid',
  postalCode: '28013',
  countryCode: 'ES',
}
const customer = (n: number) => ({ firstName: 'Ana', lastName: 'Prat', emailAddress: `buyer${n}@example.com` })

type Answer = { data: Record<string, unknown>; token: string | undefined }
type Changed = { __typename: string; errorCode?: string; state?: string }

async function ask(
  client: LoadClient,
  api: 'shop' | 'admin',
  query: string,
  { variables = {}, token }: { variables?: object; token?: string | undefined } = {},
): Promise<Answer> {
  const { status, body, headers } = await client.call('POST', `/${api}-api`, {
    body: { query, variables },
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  })
  const { data, errors } = body as { data?: Record<string, unknown>; errors?: { message: string }[] }
  if (status !== 200 || !data || errors) throw new Error(`${status} ${errors?.[0]?.message ?? 'no data'}`)
  return { data, token: (headers['vendure-auth-token'] as string | undefined) ?? token }
}

/** Vendure from npm: server and worker, its own search index and job queue on PostgreSQL, its dummy payment, which authorizes. */
export class Vendure implements Shop {
  readonly name = 'Vendure'
  readonly database = 'vendure'
  readonly runsAs = 'server and worker; search index and job queue in PostgreSQL'
  readonly origin: string
  readonly order = { calls: 7, run: this.#place.bind(this) }
  readonly fewestCalls = { calls: 1, run: this.#placeAtOnce.bind(this) }
  readonly #database: Database
  readonly #runFolder: string
  readonly #folder: string
  readonly #env: Record<string, string>
  readonly #running: Child[] = []
  #variants = new Map<string, string>()
  #admin: string | undefined
  #installed: { packages: number; mib: number } | null = null

  constructor(database: Database, runFolder: string, port: number) {
    this.#database = database
    this.#runFolder = runFolder
    this.#folder = join(runFolder, 'vendure')
    this.origin = `http://127.0.0.1:${port}`
    this.#env = {
      DATABASE_URL: database.url(this.database),
      NODE_ENV: 'production',
      VENDURE_DISABLE_TELEMETRY: 'true',
      PORT: String(port),
      PRODUCTS: String(catalog.products),
      STOCK: String(catalog.perPlace),
    }
  }

  async install(): Promise<void> {
    await installApp('vendure', this.#runFolder)
    this.#installed = await installedIn(this.#folder)
  }
  version(): string {
    return versionOf(this.#folder, '@vendure/core')
  }
  installed(): { packages: number; mib: number } | null {
    return this.#installed
  }

  async load(): Promise<void> {
    await this.#database.make(this.database)
    await run(process.execPath, ['seed.cjs'], { cwd: this.#folder, env: this.#env })
    // The importer queued one job per variant; one whole reindexing takes their place.
    await this.#sql('delete from job_record')
    await this.start()
    const client = new LoadClient(this.origin, 2)
    await this.prepare(client)
    await this.#reindex(client)
    await client.close()
    await this.stop()
  }
  async #reindex(client: LoadClient): Promise<void> {
    const { data } = await ask(client, 'admin', queries.reindex, { token: this.#admin })
    const { id } = data['reindex'] as { id: string }
    for (let state = ''; state !== 'COMPLETED'; ) {
      await pause(500)
      const job = await ask(client, 'admin', queries.job, { variables: { i: id }, token: this.#admin })
      state = (job.data['job'] as { state: string }).state
      if (state === 'FAILED') throw new Error('the search index was not built')
    }
  }

  async start(): Promise<Started> {
    const server = start(['server.cjs'], this.#env, this.#folder)
    this.#running.push(server)
    const client = new LoadClient(this.origin, 1)
    const startMs = await untilAnswered(server, async () => {
      await ask(client, 'shop', queries.list, { variables: { s: 0 } })
    })
    await client.close()
    const worker = start(['worker.cjs'], this.#env, this.#folder)
    this.#running.push(worker)
    await pause(5000)
    return { startMs, pids: { server: server.process.pid ?? 0, worker: worker.process.pid ?? 0 } }
  }
  async stop(): Promise<void> {
    for (const child of this.#running.splice(0)) await child.stop()
  }
  async prepare(client: LoadClient): Promise<void> {
    const rows = await this.#sql<{ sku: string; id: string }>('select sku, id::text from product_variant')
    this.#variants = new Map(rows.map(({ sku, id }) => [sku, id]))
    this.#admin = (await ask(client, 'admin', queries.login)).token
  }

  async #place(client: LoadClient, sku: string, n: number): Promise<void> {
    const { token } = await change(client, queries.add, { v: this.#variantOf(sku) })
    await change(client, queries.customer, { i: customer(n) }, token)
    await change(client, queries.address, { i: address }, token)
    await ask(client, 'shop', queries.methods, { token })
    await change(client, queries.method, {}, token)
    await change(client, queries.arrange, {}, token)
    mustBePaid((await change(client, queries.pay, {}, token)).data)
  }
  async #placeAtOnce(client: LoadClient, sku: string, n: number): Promise<void> {
    const variables = { v: this.#variantOf(sku), i: customer(n), a: address }
    mustBePaid((await change(client, queries.whole, variables)).data)
  }

  async list(client: LoadClient, n: number): Promise<void> {
    const { data } = await ask(client, 'shop', queries.list, { variables: { s: 20 * (n % 50) } })
    if ((data['search'] as { items: unknown[] }).items.length !== 20) throw new Error('not 20 products')
  }
  async detail(client: LoadClient, n: number): Promise<void> {
    const { data } = await ask(client, 'shop', queries.detail, { variables: { s: `product-${n % catalog.products}` } })
    if ((data['product'] as { variants: unknown[] }).variants.length !== 4) throw new Error('not 4 variants')
  }
  /** The shop API knows only IN_STOCK, LOW_STOCK and OUT_OF_STOCK; figures by place are the administrators'. */
  async availability(client: LoadClient, sku: string): Promise<void> {
    const { data } = await ask(client, 'admin', queries.stock, { variables: { s: sku }, token: this.#admin })
    const { items } = data['productVariants'] as { items: { stockLevels: unknown[] }[] }
    if (items[0]?.stockLevels.length !== catalog.places) throw new Error('not 5 places')
  }

  async setStock(sku: string, perPlace: number): Promise<void> {
    await this.#sql(
      `update stock_level set "stockOnHand" = $2, "stockAllocated" = 0 where "productVariantId"::text = $1`,
      [this.#variantOf(sku), perPlace],
    )
  }
  async stockOf(sku: string): Promise<Stock> {
    const [row] = await this.#sql<Stock>(
      `select sum("stockOnHand")::int as "onHand", sum("stockAllocated")::int as taken
         from stock_level where "productVariantId"::text = $1`,
      [this.#variantOf(sku)],
    )
    return row ?? { onHand: 0, taken: 0 }
  }
  async orderCount(): Promise<number> {
    const [row] = await this.#sql<{ n: number }>(
      `select count(*)::int as n from "order" where state in ('PaymentAuthorized', 'PaymentSettled')`,
    )
    return row?.n ?? 0
  }

  #variantOf(sku: string): string {
    const id = this.#variants.get(sku)
    if (id === undefined) throw new Error(`no variant ${sku}`)
    return id
  }
  #sql<T extends object>(text: string, values?: unknown[]): Promise<T[]> {
    return this.#database.query<T>(this.database, text, values)
  }
}

/** One change of the order that a session is filling. @throws Refused when the shop answers with a refusal */
async function change(client: LoadClient, query: string, variables: object, token?: string): Promise<Answer> {
  const answer = await ask(client, 'shop', query, { variables, token })
  for (const each of Object.values(answer.data) as Changed[])
    if (each.__typename !== 'Order') throw new Refused(each.errorCode ?? each.__typename)
  return answer
}

function mustBePaid(data: Record<string, unknown>): void {
  const { state } = data['addPaymentToOrder'] as Changed
  if (state !== 'PaymentAuthorized' && state !== 'PaymentSettled') throw new Error(`order is ${state}`)
}
