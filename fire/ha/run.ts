import { setTimeout as pause } from 'node:timers/promises'
import { startSimulator } from '../../server/connectors/payment-simulator/index.ts'
import { openDb } from '../../server/platform/db.ts'
import { FailoverClient } from '../lib/client.ts'
import { simulatorSecret, startCluster } from '../lib/cluster.ts'
import { untilQuiet } from '../lib/quiet.ts'
import { runVerify } from '../lib/verify.ts'
import { makeWorld, type World } from '../lib/world.ts'
import { type Outcome, visit } from '../r1/buyers.ts'
import { planFire } from '../r1/plan.ts'
import { findOrders, findStock, judge, type Verdict } from '../r1/referee.ts'
import { findPrograms, type Programs, versionOf } from './programs.ts'
import { Topology } from './topology.ts'

export type HaEvent = { event: string; longestGapMs: number; orders: number; seconds: number }
export type HaResult = {
  versions: string[]
  events: HaEvent[]
  acknowledged: number
  verdict: Verdict
  verify: { ok: boolean; said: string }
}
export type HaSize = { servers: number; atOnce: number; calmSeconds: number }
export const haSize: HaSize = { servers: 2, atOnce: 12, calmSeconds: 6 }

/**
 * Orders go on while the database's primary changes hands: asked to (switchover), because its whole machine dies, and because its
 * PostgreSQL dies. Buyers come through the proxy and ask again with their key. Everything acknowledged must be found.
 * @returns undefined when this machine lacks the programs, which `skipped` is told
 */
export async function runHa(
  seed: number,
  size: HaSize,
  { say = () => undefined, skipped }: { say?: (text: string) => void; skipped: (missing: string[]) => void },
): Promise<HaResult | undefined> {
  const found = findPrograms()
  if ('missing' in found) {
    skipped(found.missing)
    return undefined
  }
  say('etcd, two PostgreSQL under Patroni, HAProxy')
  const topology = await Topology.start(found.programs, size)
  try {
    return await throughEvents(topology, found.programs, { seed, size, say })
  } finally {
    await topology.stop()
  }
}

type Asked = { seed: number; size: HaSize; say: (text: string) => void }

async function throughEvents(topology: Topology, programs: Programs, { seed, size, say }: Asked): Promise<HaResult> {
  const simulator = await startSimulator({
    secret: simulatorSecret,
    seed,
    webhookUrl: () => `${topology.shopUrl}/api/payments/webhooks/simulator`,
  })
  let world: World | undefined
  const cluster = await startCluster(
    {
      servers: size.servers,
      payments: simulator.url,
      databaseUrl: topology.databaseUrl,
      ports: topology.serverPorts,
    },
    async (url) => {
      await reachable(url)
      world = await makeWorld(url, { products: 5, perPlace: 1_000_000 })
    },
  )
  const db = openDb(topology.databaseUrl, { poolSize: 2 })
  const client = new FailoverClient([{ url: topology.shopUrl }])
  try {
    if (!world) throw new Error('no world')
    const crowd = new Crowd({ client, world }, seed)
    crowd.open(size.atOnce)
    const events = await strike(topology, crowd, { size, say })
    await crowd.close()
    await simulator.notices.idle()
    await untilQuiet(db, 60)
    const verdict = judge({
      outcomes: crowd.outcomes,
      orders: await findOrders(db),
      stock: await findStock(db, world),
      provider: simulator.book.totals(),
      wantedInVain: new Set(),
    })
    const versions = [
      versionOf(`${programs.postgresBin}/postgres`),
      versionOf(programs.patroni),
      versionOf(programs.etcd),
      versionOf(programs.haproxy, '-v'),
    ]
    return { versions, events, acknowledged: verdict.acknowledged, verdict, verify: runVerify(cluster) }
  } finally {
    await client.close()
    await db.close()
    await cluster.stop()
    await simulator.stop()
  }
}

async function strike(
  topology: Topology,
  crowd: Crowd,
  { size, say }: Pick<Asked, 'size' | 'say'>,
): Promise<HaEvent[]> {
  const calm = () => pause(size.calmSeconds * 1000)
  const events: HaEvent[] = []
  const during = async (event: string, happen: () => Promise<void>) => {
    say(event)
    const mark = crowd.mark()
    await happen()
    await calm()
    await topology.untilWhole(120)
    await calm()
    events.push({ event, ...crowd.since(mark) })
    say(`${event}: longest gap ${(events.at(-1)?.longestGapMs ?? 0) / 1000} s`)
  }
  await during('nothing happens', async () => undefined)
  await during('switchover', () => topology.switchOver())
  await during('kill -9 of the primary node (Patroni and PostgreSQL)', async () => {
    const primary = await topology.primary()
    topology.killNode(primary)
    await crowd.untilNext(90)
    topology.startNode(primary)
  })
  await during('kill -9 of PostgreSQL on the primary', async () => {
    topology.killPostgres(await topology.primary())
    await crowd.untilNext(90)
  })
  return events
}

/** The proxy needs a moment to see who the primary is. */
async function reachable(url: string): Promise<void> {
  for (let look = 0; look < 100; look++) {
    const db = openDb(url, { poolSize: 1 })
    const answered = await db.script('select 1').then(
      () => true,
      () => false,
    )
    await db.close()
    if (answered) return
    await pause(200)
  }
  throw new Error('the database cannot be reached through the proxy')
}

/** Buyers who come one after the other in so many lanes until the doors close, and when each of their orders was acknowledged. */
class Crowd {
  readonly outcomes: Outcome[] = []
  readonly #at: number[] = []
  readonly #shopping: { client: FailoverClient; world: World }
  readonly #plan: ReturnType<typeof planFire>
  #isOpen = true
  #next = 0
  #lanes: Promise<void>[] = []

  constructor(shopping: { client: FailoverClient; world: World }, seed: number) {
    this.#shopping = shopping
    const places = shopping.world.locationIds.length
    this.#plan = planFire(seed, { buyers: 100_000, articles: 20, places, serverKills: 0, databaseKills: 0 })
  }

  open(lanes: number): void {
    this.#lanes = Array.from({ length: lanes }, async () => {
      while (this.#isOpen) {
        const buyer = this.#plan.buyers[this.#next++]
        if (!buyer) return
        // Everybody's article is another one: this is about the database, not about races.
        const outcome = await visit({ ...buyer, article: buyer.n % 20 }, this.#shopping)
        this.outcomes.push(outcome)
        if (outcome.end === 'bought') this.#at.push(performance.now())
      }
    })
  }

  async close(): Promise<void> {
    this.#isOpen = false
    await Promise.all(this.#lanes)
  }

  mark(): number {
    return performance.now()
  }

  /** Waits until an order is acknowledged that began after now. */
  async untilNext(secondsMax: number): Promise<void> {
    // Whatever was on its way when the blow fell does not count.
    await pause(1500)
    const from = performance.now()
    while (performance.now() - from < secondsMax * 1000) {
      if ((this.#at.at(-1) ?? 0) > from) return
      await pause(100)
    }
    throw new Error(`no order within ${secondsMax} s`)
  }

  since(mark: number): Pick<HaEvent, 'longestGapMs' | 'orders' | 'seconds'> {
    const times = this.#at.filter((at) => at >= mark).sort((a, b) => a - b)
    const edges = [mark, ...times, performance.now()]
    const gaps = edges.slice(1).map((at, i) => at - (edges[i] ?? at))
    return {
      longestGapMs: Math.round(Math.max(...gaps)),
      orders: times.length,
      seconds: (performance.now() - mark) / 1000,
    }
  }
}
