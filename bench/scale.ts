import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, openDb } from '../server/platform/db.ts'
import { startPostgres } from '../server/platform/postgres/index.ts'
import { type Baskets, measureBaskets, renderBaskets } from './baskets.ts'
import { loadLargeCatalog } from './lib/large-catalog.ts'
import { LoadClient, percentile } from './lib/load.ts'
import { fillDatabase } from './lib/loading.ts'
import { freePort, start, untilServing } from './lib/processes.ts'
import { availabilityAsked } from './lib/reading.ts'
import { databasePid, untilSettled, usageOf } from './lib/usage.ts'
import '../server/orders/index.ts'

/**
 * Milliseconds of single calls over HTTP, one after the other. `goal_ms` is for the 95th percentile on an otherwise idle system;
 * `cpu_ms`, processor time of server and database a call, and `others`, the share of the machine that other programs used, tell how idle.
 */
type Latency = Asked & { text: string; goal_ms: number | null }
type Asked = { p50_ms: number; p95_ms: number; cpu_ms: number; others: number }

export type Scale = { latencies: Latency[]; baskets: Baskets }

const products = 200_000
const places = 1_000
/** Products of which sizes are stocked: 25,000 × 4 = 100,000. */
const stocked = 25_000

/**
 * A large retailer: 200,000 products, 1,000 shops, 100,000 stocked sizes. How long a search, a list in exact order, its filters and availability
 * take. Loading takes some minutes.
 */
export async function measureScale(say: (text: string) => void): Promise<Scale> {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-scale-'))
  const undo: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  try {
    say(`${products.toLocaleString('en')} products, ${places.toLocaleString('en')} shops`)
    await fillDatabase(folder, async (loading) => {
      await loadLargeCatalog(loading, { products }, say)
      await loadShops(loading)
    })
    const postgres = await startPostgres({ dataDir: folder })
    undo.unshift(postgres.stop)
    const db = openDb(postgres.url, { statementTimeoutMs: 600_000 })
    undo.unshift(() => db.close())
    // Else autovacuum would do it, in the midst of the measuring.
    say('tidying up after the loading')
    await db.script('vacuum (analyze)')
    const port = await freePort()
    const server = start([join(import.meta.dirname, '../server/api.ts')], {
      DATABASE_URL: postgres.url,
      HILO_DATA: folder,
      HILO_PORT: String(port),
      HILO_LOG_LEVEL: 'error',
      HILO_RATE_PER_MINUTE: '100000000',
      NODE_ENV: 'production',
    })
    undo.unshift(server.stop)
    const url = `http://127.0.0.1:${port}`
    await untilServing(`${url}/api/store/places?near=40,-3`, server, 120)
    say(`${Math.round((await untilSettled()) * 100)} % of the machine is busy`)
    const client = new LoadClient(url, 4)
    const pids = { server: server.process.pid ?? 0, database: databasePid(postgres.url) }
    const latencies = await readLatencies(client, { db, pids, say })
    await client.close()
    const variantIds = Array.from({ length: stocked }, (_, n) => `var_${String(n * 4 + 5).padStart(22, '0')}`)
    return { latencies, baskets: await measureBaskets({ url, pids, variantIds, places, db }, say) }
  } finally {
    for (const step of undo) await step()
  }
}

async function loadShops(db: Db): Promise<void> {
  await db.script(`
    insert into inventory.location (id, code, kind, name, address, latitude, longitude, time_zone, opening_hours, pickup, ships, position)
      select 'loc_' || lpad(l::text, 22, '0'), 'L' || lpad(l::text, 4, '0'), case when l = 1 then 'warehouse' else 'shop' end, 'Tienda ' || l,
             '{"line1":"Calle 1","postalCode":"28001","city":"Madrid","province":"Madrid","country":"ES","phone":""}', 36 + l % 8, -9 + l % 12, 'Europe/Madrid',
             '{"weekly":{"mon":[["10:00","20:30"]],"tue":[["10:00","20:30"]],"wed":[["10:00","20:30"]],"thu":[["10:00","20:30"]],"fri":[["10:00","20:30"]],"sat":[["10:00","20:30"]]},"exceptions":[]}',
             l > 1, true, l
        from generate_series(1, ${places}) l;
    insert into inventory.stock_level (variant_id, location_id, on_hand)
      select 'var_' || lpad((p * 4 + s)::text, 22, '0'), 'loc_' || lpad((1 + (p * 7 + s * 13 + k * 331) % ${places})::text, 22, '0'), 50
        from generate_series(1, ${stocked}) p, generate_series(1, 4) s, generate_series(0, 2) k;
    insert into inventory.stock_level (variant_id, location_id, on_hand)
      select 'var_' || lpad((p * 4 + 1)::text, 22, '0'), 'loc_' || lpad(l::text, 22, '0'), 1 + (p + l) % 4
        from generate_series(1, 50) p, generate_series(1, ${places}) l on conflict do nothing;
    insert into fulfillment.delivery_option (id, name, country, price_minor, currency, days_min, days_max)
      values ('standard', '{"es":"Estándar","en":"Standard"}', 'ES', 495, 'EUR', 1, 3) on conflict do nothing;
    analyze inventory.stock_level; analyze inventory.location;`)
}

async function readLatencies(
  client: LoadClient,
  { db, pids, say }: { db: Db; pids: Record<string, number>; say: (text: string) => void },
): Promise<Latency[]> {
  const rare = await rareWords(db)
  const common = ['camisa', 'lino', 'pantalon', 'lavado', 'seda', 'vestido', 'algodon', 'bordado']
  const often = (n: number) => common[n % common.length] ?? ''
  const seldom = (n: number) => rare[n % rare.length] ?? ''
  const variant = (n: number) => `var_${String(((n * 7919) % stocked) * 4 + 5).padStart(22, '0')}`
  const dense = (n: number) => `var_${String((1 + (n % 50)) * 4 + 1).padStart(22, '0')}`
  // As many articles to a page as no other call with these words has.
  const limit = (n: number) => 1 + (Math.floor(n / common.length) % 48)
  const search = (text: string, n: number) => `/api/store/search?limit=${limit(n)}&q=${encodeURIComponent(text)}`
  const asked: [text: string, goal: number | null, path: (n: number) => string][] = [
    ['Availability of one size held by 3 of 1,000 shops', 5, (n) => availabilityAsked([variant(n)])],
    ['Availability of one size held by all of 1,000 shops', 5, (n) => availabilityAsked([dense(n)])],
    ['Search, a word few products have', 20, (n) => search(seldom(n), n)],
    ['Search, a word thousands have and one that few have', 20, (n) => search(`${often(n)} ${seldom(n)}`, n)],
    ['Search, a word thousands have', 20, (n) => search(often(n), n)],
    ['Search with a slip of the pen', 30, (n) => search(slipped(seldom(n)), n)],
    ['Search with a slip in a word thousands have', 30, (n) => search(slipped(often(n)), n)],
    ['Facets of a search', 60, (n) => `/api/store/products?limit=${limit(n)}&q=${often(n)}`],
    [
      'List of 200,000 by price, never asked before',
      null,
      (n) => `/api/store/products?sort=price_asc&minPrice=${600 + n * 7}`,
    ],
    [
      'Its facets, a collection, colour and size, by price',
      60,
      (n) =>
        `/api/store/products?collection=coleccion-${n % 48}&color=color-${n % 12}&size=M&sort=price_asc&minPrice=${500 + n}`,
    ],
  ]
  const latencies: Latency[] = []
  for (const [text, goal, path] of asked) {
    say(text)
    latencies.push({ text, goal_ms: goal, ...(await latency(pids, (n) => get(client, path(n)))) })
  }
  return latencies
}

async function rareWords(db: Db): Promise<string[]> {
  const { rows } = await db.pool.query<{ word: string }>(
    "select word from catalog.search_word where language = 'es' and products between 2 and 40 and length(word) >= 6 and word ~ '^[a-z]+$' order by md5(word) limit 500",
  )
  return rows.map(({ word }) => word)
}

/** Two neighbours swapped: the commonest slip. */
function slipped(word: string): string {
  return `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}`
}

async function get(client: LoadClient, path: string): Promise<void> {
  const { status, body } = await client.call('GET', path)
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
}

/** After ten calls to warm up. */
async function latency(
  pids: Record<string, number>,
  operation: (n: number) => Promise<void>,
  times = 200,
): Promise<Asked> {
  for (let n = 0; n < 10; n++) await operation(times + n)
  const { durations, cpu, others } = await usageOf(pids, async () => {
    const taken: number[] = []
    for (let n = 0; n < times; n++) {
      const begun = performance.now()
      await operation(n)
      taken.push(performance.now() - begun)
      // One caller may search 600 times a minute.
      await new Promise((resolve) => setTimeout(resolve, 110))
    }
    return { durations: taken.sort((a, b) => a - b) }
  })
  const cpu_ms = (Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0) * 1000) / times
  return { p50_ms: percentile(durations, 50), p95_ms: percentile(durations, 95), cpu_ms, others }
}

/** The figures as a table for docs/BENCHMARKS.md. */
export function renderScale({ latencies, baskets }: Scale): string {
  const lines = latencies.map(
    ({ text, p50_ms, p95_ms, goal_ms, cpu_ms }) =>
      `| ${text} | ${p50_ms.toFixed(1)} | ${p95_ms.toFixed(1)} | ${goal_ms === null ? '' : `≤ ${goal_ms.toFixed(0)}`} | ${cpu_ms.toFixed(1)} |`,
  )
  const busy = latencies.map(({ others }) => others).toSorted((a, b) => a - b)[Math.floor(latencies.length / 2)] ?? 0
  return [
    '## A large retailer',
    '',
    `200,000 products with four sizes, 1,000 shops, 100,000 stocked sizes. Single calls over HTTP one after the other, no answer asked for twice. Other programs used ${Math.round(busy * 100)} % of the machine in the middle${busy > 0.1 ? ', so times are those of a busy one' : ''}; processor time of server and database, with what they do when nobody asks, depends on that far less.`,
    '',
    '| what | p50 ms | p95 ms | goal p95 ms | processor ms |',
    '|---|---:|---:|---:|---:|',
    ...lines,
    '',
    renderBaskets(baskets).replace('## A large basket', '### A large basket there'),
  ].join('\n')
}
