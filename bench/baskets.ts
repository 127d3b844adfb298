import { Pool } from 'undici'
import { systemClock } from '../server/platform/clock.ts'
import { type Db, openDb } from '../server/platform/db.ts'
import { createPromotion } from '../server/pricing/index.ts'
import { LoadClient, percentile } from './lib/load.ts'
import type { Systems } from './lib/systems.ts'
import { databasePid, usageOf } from './lib/usage.ts'

/**
 * How long an addition takes from the call to the last byte of its answer, and what it costs in processor time of server and database,
 * in milliseconds.
 */
export type Addition = { p50_ms: number; p95_ms: number; cpu_ms: number }
export type Baskets = { places: number; small: Addition; large: Addition }

type Shop = { url: string; pids: Record<string, number>; variantIds: readonly string[]; places: number; db: Db }

/** The shop of an ordinary run; its database is closed with the process. */
export function shopOf({ hiloUrl, hilo, databaseUrl, variantIds, locationIds }: Systems): Shop {
  return {
    url: hiloUrl,
    pids: { server: hilo.process.pid ?? 0, database: databasePid(databaseUrl) },
    variantIds,
    places: locationIds.length,
    db: openDb(databaseUrl, { poolSize: 1 }),
  }
}

const largeLines = 200
const warmUp = 400
const promotions = 50
/** Times as long as the small one's addition the large one's may take. */
const goal = 3

/**
 * The addition of a unit to a basket of one line without promotions, then to one of 200 lines under 50 active promotions, each one after
 * the other over HTTP. The promotions stay: measure this last.
 */
export async function measureBaskets(
  {
    url,
    pids,
    variantIds,
    places,
    db,
  }: { url: string; pids: Record<string, number>; variantIds: readonly string[]; places: number; db: Db },
  say: (text: string) => void,
): Promise<Baskets> {
  const client = new LoadClient(url, 2)
  const pool = new Pool(url, { connections: 1, pipelining: 1 })
  const variant = (n: number) => variantIds[(n * 7919) % variantIds.length] ?? ''
  try {
    say('additions to a small and a large basket')
    const small = await additions({ client, pool }, pids, [variant(1)])
    await db.transaction(async (tx) => {
      for (let n = 0; n < promotions; n++) await createPromotion(tx, systemClock, promotion(n))
    })
    const large = await additions(
      { client, pool },
      pids,
      Array.from({ length: largeLines }, (_, n) => variant(n + 2)),
    )
    return { places, small, large }
  } finally {
    await Promise.all([client.close(), pool.close()])
  }
}

async function additions(
  { client, pool }: { client: LoadClient; pool: Pool },
  pids: Record<string, number>,
  variantIds: readonly string[],
): Promise<Addition> {
  const opened = await client.call('POST', '/api/store/carts', {
    body: { lines: variantIds.map((variantId) => ({ variantId, units: 1 })) },
  })
  const { token } = opened.body as { token?: string }
  if (token === undefined) throw new Error(`no basket: ${JSON.stringify(opened.body).slice(0, 300)}`)
  const add = async (n: number) => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/api/store/carts/current/lines',
      headers: { 'x-cart-token': token, 'content-type': 'application/json' },
      body: JSON.stringify({ variantId: variantIds[n % variantIds.length], units: 1 }),
    })
    // Read to the end and not parsed: what a caller does with half a megabyte of JSON is no time of the server's.
    const answer = Buffer.from(await body.arrayBuffer())
    if (statusCode !== 200) throw new Error(`not added: ${answer.toString().slice(0, 300)}`)
  }
  const times = 200
  // A shop's server has done this before: below some hundred calls the figure is that of a compiler at work.
  for (let n = 0; n < warmUp; n++) await add(n)
  const durations: number[] = []
  const began = performance.now()
  const busy = await usageOf(pids, async () => {
    for (let n = 0; n < times; n++) {
      const asked = performance.now()
      await add(n)
      durations.push(performance.now() - asked)
    }
    return { ms: performance.now() - began }
  })
  // What the system does by itself in that time is no addition's.
  const idle = await usageOf(
    pids,
    () => new Promise<{ ms: number }>((done) => setTimeout(done, idleMs, { ms: idleMs })),
  )
  const seconds = secondsOf(busy.cpu) - (secondsOf(idle.cpu) * busy.ms) / idle.ms
  durations.sort((a, b) => a - b)
  return { p50_ms: percentile(durations, 50), p95_ms: percentile(durations, 95), cpu_ms: (seconds * 1000) / times }
}

const idleMs = 5000
const secondsOf = (cpu: Readonly<Record<string, number>>) => Object.values(cpu).reduce((sum, each) => sum + each, 0)

/** Percentages and amounts, some from a subtotal on, some for one of 48 collections, some that go with no other. */
function promotion(n: number): Parameters<typeof createPromotion>[2] {
  const isPercentage = n % 2 === 0
  return {
    name: { es: `Promoción ${n}`, en: `Promotion ${n}` },
    kind: isPercentage ? 'percentage' : 'amount',
    valueBp: isPercentage ? 100 + n : null,
    valueMinor: isPercentage ? null : 50 + n,
    giftVariantId: null,
    giftUnits: null,
    channelIds: null,
    owner: null,
    explanation: null,
    couponCode: null,
    couponLimit: null,
    startsAt: null,
    endsAt: null,
    minSubtotalMinor: n % 5 === 0 ? 5_000 : null,
    minUnits: null,
    variantIds: null,
    productIds: null,
    collectionIds: n % 3 === 0 ? null : [`col_${String(n % 48).padStart(22, '0')}`],
    combinable: n % 4 !== 3,
    priority: n % 7,
    status: 'active',
  }
}

/** A table for docs/BENCHMARKS.md. */
export function renderBaskets({ places, small, large }: Baskets): string {
  const line = (text: string, { p50_ms, p95_ms, cpu_ms }: Addition) =>
    `| ${text} | ${p50_ms.toFixed(1)} | ${p95_ms.toFixed(1)} | ${cpu_ms.toFixed(1)} |`
  const times = (of: keyof Addition) => (large[of] / small[of]).toFixed(1)
  return [
    '## A large basket',
    '',
    `Adding a unit over HTTP until the last byte of the answer, one after the other, ${places.toLocaleString('en')} places; goal: the large one takes at most ${goal} × as long.`,
    '',
    '| basket | p50 ms | p95 ms | processor ms, server and database |',
    '|---|---:|---:|---:|',
    line('1 line, no promotions', small),
    line(`${largeLines} lines, ${promotions} active promotions`, large),
    `| times as much | **${times('p50_ms')}** | ${times('p95_ms')} | **${times('cpu_ms')}** |`,
    '',
  ].join('\n')
}
