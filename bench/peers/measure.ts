import { closedLoop, type Figure, LoadClient } from '../lib/load.ts'
import { memoryMiB } from '../lib/processes.ts'
import { type Usage, usageOf } from '../lib/usage.ts'
import type { Database } from './database.ts'
import { type Race, raceForTheLast } from './race.ts'
import { type Shop, skuOf } from './shop.ts'
import { pause } from './wait.ts'

/** An answer under load may take minutes with some systems; one that takes longer than this counts as failed. */
const patient = { timeoutMs: 180_000 }
/** Orders that are counted one by one. */
const counted = 20
/** Backends that are idle hand in their counters after ten seconds; queued jobs have run by then, too. */
const settleMs = 11_000

export type Measured = Figure & Usage
export type Report = {
  name: string
  version: string
  runsAs: string
  calls: { order: number; fewest: number }
  installed: { packages: number; mib: number } | null
  startMs: number
  idleMiB: number
  peakMiB: number
  /** What one order asks of the database, one after the other, with the jobs that follow; the idle system's share taken off. */
  cost: { statements: number; transactions: number; walBytes: number }
  alone: Measured
  order: Measured
  fewest: Measured
  reads: { list: Measured; detail: Measured; availability: Measured } | null
  race: Race
}

/** Seconds a figure; buyers of the race. */
export type Plan = { seconds: number; buyers: number; say: (text: string) => void }

let shoppers = 0
/** A buyer nobody was before, on any of the first 950 products: the others are kept for the race. */
function anyOrder(shop: Shop['order'], client: LoadClient): (n: number) => Promise<void> {
  return (n) => {
    shoppers += 1
    return shop.run(client, skuOf((n * 7919) % 950, n % 4), shoppers)
  }
}

/** Everything about one system that is installed and loaded: starts it, measures, stops it. */
export async function measureShop(shop: Shop, database: Database, { seconds, buyers, say }: Plan): Promise<Report> {
  say('start')
  const { startMs, pids } = await shop.start()
  const client = new LoadClient(shop.origin, 64, patient)
  try {
    await shop.prepare(client)
    await pause(5000)
    const idleMiB = Object.values(pids).reduce((sum, pid) => sum + (memoryMiB(pid) ?? 0), 0)
    const families = { ...pids, database: database.pid }
    const loop = (operation: (n: number) => Promise<void>, count: number) =>
      usageOf(families, () => closedLoop(operation, { buyers: count, seconds }))
    const placing = anyOrder(shop.order, client)
    say('what one order asks of the database')
    for (let n = 0; n < 10; n++) await placing(n)
    const cost = await costOf(placing, shop, database)
    say('orders')
    const alone = await loop(placing, 1)
    const order = await loop(placing, 32)
    const fewest = await loop(anyOrder(shop.fewestCalls, client), 32)
    say('reads')
    const reads = await measureReads(shop, client, loop)
    say(`${buyers} buyers for 50 units`)
    const race = await raceForTheLast(shop, buyers)
    const peakOf = ({ peakMiB: { database: _, ...servers } }: Usage) =>
      Object.values(servers).reduce((sum, mib) => sum + mib, 0)
    return {
      name: shop.name,
      version: shop.version(),
      runsAs: shop.runsAs,
      calls: { order: shop.order.calls, fewest: shop.fewestCalls.calls },
      installed: shop.installed(),
      startMs,
      idleMiB,
      peakMiB: Math.max(peakOf(order), peakOf(fewest)),
      cost,
      alone,
      order,
      fewest,
      reads,
      race,
    }
  } finally {
    await client.close()
    await shop.stop()
  }
}

async function measureReads(
  shop: Shop,
  client: LoadClient,
  loop: (operation: (n: number) => Promise<void>, count: number) => Promise<Measured>,
): Promise<Report['reads']> {
  if (!shop.list || !shop.detail || !shop.availability) return null
  const { list, detail, availability } = shop
  return {
    list: await loop((n) => list.call(shop, client, n), 32),
    detail: await loop((n) => detail.call(shop, client, n * 7919), 32),
    availability: await loop((n) => availability.call(shop, client, skuOf((n * 7919) % 950, n % 4)), 32),
  }
}

async function costOf(placing: (n: number) => Promise<void>, shop: Shop, database: Database): Promise<Report['cost']> {
  const look = async (work: () => Promise<void>) => {
    const before = { at: performance.now(), ...(await database.counted(shop.database)) }
    await work()
    await pause(settleMs)
    const after = { at: performance.now(), ...(await database.counted(shop.database)) }
    const between = (name: keyof typeof after) => after[name] - before[name]
    return {
      ms: between('at'),
      statements: between('statements'),
      transactions: between('transactions'),
      walBytes: between('walBytes'),
    }
  }
  const before = await look(() => Promise.resolve())
  const busy = await look(async () => {
    for (let n = 0; n < counted; n++) await placing(10 + n)
  })
  const after = await look(() => Promise.resolve())
  // What is left over from loading may fall into one of the idle times: the quieter one is what the system does for itself.
  const each = (name: 'statements' | 'transactions' | 'walBytes') => {
    const idle = Math.min(before[name] / before.ms, after[name] / after.ms)
    return Math.max(0, Math.round((busy[name] - idle * busy.ms) / counted))
  }
  return { statements: each('statements'), transactions: each('transactions'), walBytes: each('walBytes') }
}
