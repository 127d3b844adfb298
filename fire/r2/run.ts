import { startSimulator } from '../../server/connectors/payment-simulator/index.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import { FailoverClient, type Tally } from '../lib/client.ts'
import { type Cluster, simulatorSecret, startCluster } from '../lib/cluster.ts'
import { type Cpu, cpuBetween } from '../lib/cpu.ts'
import { untilQuiet } from '../lib/quiet.ts'
import { randomOf } from '../lib/random.ts'
import { putAhead } from '../lib/shared-clock.ts'
import { runVerify } from '../lib/verify.ts'
import { makeWorld, openStaffSession, type World } from '../lib/world.ts'
import { BadDay } from './bad-day.ts'
import { type Watched, watchTransactions } from './open-transactions.ts'
import { type PayerEnd, pay } from './payers.ts'
import { type Payer, planPayers, type ShareOf } from './plan.ts'
import { judgeCharges, type R2Verdict, readBooks } from './referee.ts'

export type R2Size = {
  payers: number
  /** Charges whose answers an outage of the provider swallowed, all to be found out when it is over. */
  backlog: number
  atOnce: number
  servers: number
  shares: ShareOf
  answersLost: number
  callsLost: number
  /** How long the servers wait for an answer of the provider. */
  timeoutMs: number
  /** How long to look for quiet before the clock goes on a step, in seconds: longer than a lost answer is waited for. */
  turnSeconds: number
}
export type R2Result = {
  seed: number
  size: R2Size
  verdict: R2Verdict
  ends: Record<string, number>
  /** Charges a second that were found out after the outage, and orders a second that were placed with them. */
  drained: {
    charges: number
    seconds: number
    perSecond: number
    /** Of the first nine in ten: the rest waits for answers that got lost once more. */
    mostPerSecond: number
    ordersPerSecond: number
    /** Processor time until the last order was placed, in milliseconds a charge. */
    cpuMs: Cpu
  }
  watched: Watched
  callsLost: number
  calls: number
  notices: number
  refunds: number
  seconds: number
  tally: Tally
  verify: { ok: boolean; said: string }
  folder: string
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

export const fullPayments: R2Size = {
  payers: 2000,
  backlog: 1500,
  atOnce: 32,
  servers: 2,
  shares: { late: 0.05, gone: 0.002 },
  answersLost: 0.1,
  callsLost: 0.02,
  timeoutMs: 2000,
  turnSeconds: 3,
}
export const reducedPayments: R2Size = {
  ...fullPayments,
  payers: 60,
  backlog: 60,
  atOnce: 16,
  shares: { late: 0.05, gone: 0 },
  // Most of its time would go by in waiting for answers that never come.
  timeoutMs: 1400,
  turnSeconds: 1.6,
}

/**
 * R2: a provider on its worst day. Answers get lost, notices come three times and in any order, some banks are away for a day, buyers
 * want their money back in between, and then the line to it is down for a while. In the end each charge has a named end and every
 * book closes.
 */
export async function runR2(
  seed: number,
  size: R2Size,
  { say = () => undefined }: { say?: (text: string) => void } = {},
): Promise<R2Result> {
  const random = randomOf(seed)
  const day = new BadDay(random.branch('line'), { answers: size.answersLost, calls: size.callsLost })
  let cluster: Cluster | undefined
  let turn = 0
  const simulator = await startSimulator({
    secret: simulatorSecret,
    seed,
    webhookUrl: () => `${cluster?.servers[turn++ % cluster.servers.length]?.url}/api/payments/webhooks/simulator`,
    faults: day.faults,
    interfere: day.interfere,
  })
  day.knows(simulator.book)
  let world: World | undefined
  try {
    const { servers, timeoutMs: paymentsTimeoutMs } = size
    cluster = await startCluster({ servers, payments: simulator.url, paymentsTimeoutMs }, async (url) => {
      world = await makeWorld(url, { products: 1, perPlace: 1_000_000 })
    })
    if (!world) throw new Error('no world')
    const db = openDb(cluster.databaseUrl, { poolSize: 2 })
    const client = new FailoverClient(cluster.servers)
    try {
      return await livethrough({ cluster, world, day, size, seed, say, simulator, db, client })
    } finally {
      await client.close()
      await db.close()
    }
  } finally {
    await simulator.stop()
    await cluster?.stop()
  }
}

type Scene = {
  cluster: Cluster
  world: World
  day: BadDay
  size: R2Size
  seed: number
  say: (text: string) => void
  simulator: Awaited<ReturnType<typeof startSimulator>>
  db: Db
  client: FailoverClient
}

async function livethrough(scene: Scene): Promise<R2Result> {
  const { cluster, day, size, seed, say, simulator, db, client } = scene
  const begun = performance.now()
  const payers = planPayers(seed, size.payers + size.backlog + 1, size.shares)
  say('one purchase with a slow provider, looking for open transactions')
  const watched = await slowPurchase(scene, { ...payers[0], bank: 'open', card: 'page', regret: 'all' } as Payer)
  say(`${size.payers} payers, seed ${seed}`)
  const ends = await letIn(scene, payers.slice(1, 1 + size.payers), 3)
  const clock = new Forward(cluster.clockFile)
  await settle(scene, clock, { stepMs: 2 * minuteMs, turnsMax: 20 })
  say(`the line to the provider goes down for ${size.backlog} payers`)
  const { drained, waiting } = await outage(scene, clock, payers.slice(1 + size.payers))
  ends.push(...waiting)
  say(`${drained.charges} charges found out in ${drained.seconds.toFixed(1)} s; a day goes by`)
  await settle(scene, clock, { stepMs: 10 * minuteMs, turnsMax: 5 })
  await clock.by(dayMs)
  day.nextDay()
  simulator.notices.release()
  await settle(scene, clock, { stepMs: 10 * minuteMs, turnsMax: 30 })
  const gone = await countOpen(db)
  // Who never answers is asked some thirty times, an hour apart in the end; then a person is told.
  if (gone > 0) await settle(scene, clock, { stepMs: 65 * minuteMs, turnsMax: 45 }, 0)
  const listed = await attentionList(scene, clock)
  const refunds = simulator.book.totals().refunds
  return {
    seed,
    size,
    verdict: judgeCharges(await readBooks(db, simulator.book, listed)),
    ends: tallyOf(ends),
    drained,
    watched,
    callsLost: day.lost,
    calls: day.calls,
    notices: simulator.notices.sent,
    refunds,
    seconds: (performance.now() - begun) / 1000,
    tally: client.tally,
    verify: runVerify(cluster),
    folder: cluster.folder,
  }
}

/** Puts the clock forward, never back. */
class Forward {
  readonly #file: string
  aheadMs = 0
  constructor(file: string) {
    this.#file = file
  }
  async by(ms: number): Promise<void> {
    this.aheadMs += ms
    await putAhead(this.#file, this.aheadMs)
  }
}

/** A purchase and its refund, alone in the shop, while the provider takes its time over every call. */
async function slowPurchase({ db, day, client, world, simulator }: Scene, payer: Payer): Promise<Watched> {
  day.slowMs = 900
  const watched = await watchTransactions(db, day, async () => {
    await pay(payer, { client, world, asks: 30 })
    await simulator.notices.idle()
    await untilQuiet(db, 15)
  })
  day.slowMs = 0
  return watched
}

async function letIn({ client, world, size, say }: Scene, payers: readonly Payer[], asks: number): Promise<PayerEnd[]> {
  const ends: PayerEnd[] = []
  const queue = payers.values()
  const oneAfterTheOther = async () => {
    for (const payer of queue) {
      ends.push(await pay(payer, { client, world, asks }))
      if (ends.length % 500 === 0) say(`${ends.length} payers done`)
    }
  }
  await Promise.all(Array.from({ length: size.atOnce }, oneAfterTheOther))
  return ends
}

/** Every charge of these payers is made and not heard of; then the line is back, and how fast is the truth known? */
async function outage(scene: Scene, clock: Forward, payers: readonly Payer[]) {
  const { db, day, simulator } = scene
  const before = await countOpen(db)
  day.isOut = true
  const open = payers.map((payer) => ({ ...payer, bank: 'open', card: 'tok_ok' }) as Payer)
  const waiting = await letIn(scene, open, 0)
  const charges = (await countOpen(db)) - before
  day.isOut = false
  await clock.by(minuteMs)
  const cpuBefore = scene.cluster.cpu()
  const begun = performance.now()
  simulator.notices.release()
  const passed = () => (performance.now() - begun) / 1000
  const times = { most: 0, all: 0 }
  // Whoever's answer is lost now is asked again some seconds later: the clock goes with the machine's, half a minute a second.
  for (let look = 0; look < 1200; look++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    if (look % 10 === 9) await clock.by(minuteMs / 2)
    const left = (await countOpen(db)) - before
    if (times.most === 0 && left <= charges / 10) times.most = passed()
    if (times.all === 0 && left <= 0) times.all = passed()
    if (times.all > 0 && (await countDrafts(db)) === 0) break
  }
  const { servers, database, others } = cpuBetween(cpuBefore, scene.cluster.cpu())
  const each = (seconds: number) => (seconds * 1000) / charges
  const seconds = times.all || passed()
  return {
    waiting,
    drained: {
      charges,
      seconds,
      perSecond: charges / seconds,
      mostPerSecond: (charges * 0.9) / (times.most || seconds),
      ordersPerSecond: charges / passed(),
      cpuMs: { servers: each(servers), database: each(database), others: each(others) },
    },
  }
}

async function countOpen(db: Db): Promise<number> {
  const { open } = await db.one<{ open: number }>(sql`
    select count(*)::int as open from payments.payment
     where status in ('pending', 'authorized', 'unknown') and next_check_at is not null`)
  return open
}

async function countDrafts(db: Db): Promise<number> {
  const { drafts } = await db.one<{ drafts: number }>(sql`
    select count(*)::int as drafts from orders.customer_order o
     where o.status = 'draft' and exists (select 1 from payments.payment p where p.order_id = o.id and p.status = 'captured')`)
  return drafts
}

/** Lets time go by in steps until everything that can be known is known. Short looks for quiet are made more often. */
async function settle(
  { db, simulator, size: { turnSeconds } }: Scene,
  clock: Forward,
  { stepMs, turnsMax }: { stepMs: number; turnsMax: number },
  openMax?: number,
): Promise<void> {
  for (let turn = 0; turn < turnsMax * (fullPayments.turnSeconds / turnSeconds); turn++) {
    await simulator.notices.idle()
    const unreachable = openMax ?? (await countAway(db, simulator))
    const { left } = await untilQuiet(db, turnSeconds, unreachable)
    if (left === null) return
    await clock.by(stepMs)
  }
}

/** Open charges of which the provider cannot say anything now. */
async function countAway(db: Db, { notices }: Scene['simulator']): Promise<number> {
  return Math.min(await countOpen(db), notices.kept)
}

/** What the console shows to the people who settle such things. */
async function attentionList({ client, db }: Scene, { aheadMs }: Forward): Promise<Set<string>> {
  const cookie = await openStaffSession(db, { now: () => new Date(Date.now() + aheadMs) })
  const listed = new Set<string>()
  let cursor = ''
  for (;;) {
    const { status, body } = await client.ask<{ items: { id: string }[]; next: string | null }>({
      method: 'GET',
      path: `/api/admin/payments/attention?limit=100${cursor}`,
      headers: { cookie },
    })
    if (status !== 200) throw new Error(`the list of payments to settle answered ${status}: ${JSON.stringify(body)}`)
    for (const { id } of body.items) listed.add(id)
    if (body.next === null) return listed
    cursor = `&cursor=${body.next}`
  }
}

function tallyOf(ends: readonly PayerEnd[]): Record<string, number> {
  const words = ends.map(({ end, why, regretted }) =>
    end === 'refused' ? `refused: ${why}` : `${end}${regretted ? ', regretted' : ''}`,
  )
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, list]) => [word, list.length]))
}
