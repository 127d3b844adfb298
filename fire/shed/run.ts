import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { percentile } from '../../bench/lib/load.ts'
import { startSimulator } from '../../server/connectors/payment-simulator/index.ts'
import { openDb } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import { type Cluster, simulatorSecret, startCluster } from '../lib/cluster.ts'
import { freePortFrom } from '../lib/ports.ts'
import { untilQuiet } from '../lib/quiet.ts'
import { runVerify } from '../lib/verify.ts'
import { makeWorld, type World } from '../lib/world.ts'
import { Caller, type Kind, kinds, type Tally } from './caller.ts'
import type { CrowdData, Shift, ShiftResult } from './crowd.ts'

export type ShedSize = {
  /** How many times what the server can do; each is a phase of its own, with a pause after it. */
  times: readonly number[]
  seconds: number
  calmSeconds: number
  tills: number
  sheds: boolean
  /** Visits a second that the server can do, where another run has found it out; else it is found out first. */
  capacityPerSecond?: number
}
export const reducedShed: ShedSize = { times: [6], seconds: 4, calmSeconds: 2, tills: 4, sheds: true }
export const fullShed: ShedSize = { times: [2, 5], seconds: 10, calmSeconds: 6, tills: 4, sheds: true }

export type KindFigure = { served: number; refused: number; unanswered: number; p50Ms: number; p99Ms: number }
/** Sentences about what went wrong in a run that sheds; none when all is well. */
export function shedFaults({ size, phases, faults, lost, untold, unknown, verify }: ShedResult): string[] {
  const found = faults.map((fault) => `not an answer that is allowed: ${fault}`)
  if (lost.length > 0) found.push(`lost: ${lost.join(', ')}`)
  if (untold > unknown) found.push(`${untold} orders that nobody was told of`)
  if (!verify.ok) found.push(`hilo verify disagrees:\n${verify.said}`)
  const calm = phases[0]
  for (const { name, times, figures } of phases) {
    const { till } = figures
    if (till.refused + till.unanswered > 0)
      found.push(`${name}: ${till.refused + till.unanswered} calls of tills were not served`)
    // Without shedding they wait for six seconds and more. How much less it is belongs to a quiet machine, and to the full form's figures.
    const tillMsMax = 2 * (calm?.figures.till.p99Ms ?? 0) + 2000
    if (till.p99Ms > tillMsMax)
      found.push(`${name}: tills waited ${Math.round(till.p99Ms)} ms, at most ${Math.round(tillMsMax)} was allowed`)
    const refused = kinds.reduce((sum, kind) => sum + figures[kind].refused, 0)
    if (times > 1 && refused === 0) found.push(`${name}: nobody was refused, so it was no rush`)
  }
  const last = phases.at(-1)
  if (last && kinds.some((kind) => last.figures[kind].refused > 0))
    found.push(`${last.name}: somebody was still refused`)
  return size.sheds ? found : []
}

export type PhaseResult = {
  name: string
  /** How many times what the server can do came; 0: as much as it can do. */
  times: number
  visitsPerSecond: number
  ordersPerSecond: number
  salesPerSecond: number
  figures: Record<Kind, KindFigure>
}
export type ShedResult = {
  seed: number
  size: ShedSize
  capacityPerSecond: number
  phases: PhaseResult[]
  /** From the end of the last rush until calls of every kind were served at once again. */
  recoveredMs: number
  faults: string[]
  acknowledged: number
  lost: string[]
  /** Orders nobody was told of, and calls without an answer that may have made one. */
  untold: number
  unknown: number
  verify: { ok: boolean; said: string }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
/** Visitors at once who keep a server busy to the full: orders that arrive together cost less, so few would not. */
const fullHouse = 64
/** Ports of its own, so that no other run's buyers come in. */
const firstPort = 4205
/** Pause of a cashier between two sales, in milliseconds. */
const nextCustomerMs = 150

/** A crowd of several times what one server can do, while tills go on selling. */
export async function runShed(
  seed: number,
  size: ShedSize,
  say: (text: string) => void = () => undefined,
): Promise<ShedResult> {
  let cluster: Cluster | undefined
  const simulator = await startSimulator({
    secret: simulatorSecret,
    seed,
    webhookUrl: () => `${cluster?.servers[0]?.url}/api/payments/webhooks/simulator`,
  })
  let world: World | undefined
  try {
    const options = {
      servers: 1,
      ports: [await freePortFrom(firstPort)],
      payments: simulator.url,
      paymentsTimeoutMs: 30_000,
      env: { HILO_SHED: size.sheds ? 'on' : 'off' },
    }
    cluster = await startCluster(options, async (url) => {
      world = await makeWorld(url, { products: 8, perPlace: 1_000_000 })
    })
    return await rush({ seed, size, cluster, world: world as World, say })
  } finally {
    await simulator.stop()
    await cluster?.stop()
  }
}

type Rush = { seed: number; size: ShedSize; cluster: Cluster; world: World; say: (text: string) => void }

async function rush({ seed, size, cluster, world, say }: Rush): Promise<ShedResult> {
  const url = cluster.servers[0]?.url ?? ''
  const crowd = fork(join(import.meta.dirname, 'crowd.ts'), {
    env: { ...process.env, FIRE_CROWD: JSON.stringify({ url, world, seed } satisfies CrowdData) },
    serialization: 'advanced',
  })
  const tills = new Caller(url, size.tills)
  const db = openDb(cluster.databaseUrl, { poolSize: 2, statementTimeoutMs: 60_000 })
  try {
    const told = new Set<string>()
    let unknown = 0
    const work = async (name: string, times: number, shift: Shift): Promise<PhaseResult> => {
      say(name)
      tills.take()
      const counter = sell(tills, world, { count: size.tills, seconds: shift.seconds })
      const [result, sold] = await Promise.all([send(crowd, shift), counter])
      for (const id of [...result.acknowledged, ...sold]) told.add(id)
      unknown += result.unknown
      faults.push(...result.faults, ...tills.faults)
      return phaseOf(name, times, { result, till: tills.take().till, sales: sold.length })
    }
    const faults: string[] = []
    await work('warming up', 0, { seconds: size.calmSeconds / 2, atOnce: fullHouse })
    const full = await work('as much as it can do', 0, { seconds: size.calmSeconds, atOnce: fullHouse })
    const capacity = size.capacityPerSecond ?? full.visitsPerSecond
    const phases = [full]
    let recoveredMs = 0
    for (const times of size.times) {
      phases.push(await work(`${times} times as much`, times, { seconds: size.seconds, perSecond: capacity * times }))
      recoveredMs = Math.max(recoveredMs, await untilServed(url, world))
    }
    phases.push(await work('afterwards', 0, { seconds: size.calmSeconds, atOnce: fullHouse / 8 }))
    await untilQuiet(db, 60)
    const found = await db.many<{ id: string }>(sql`select id from orders.customer_order where status <> 'draft'`)
    const there = new Set(found.map(({ id }) => id))
    return {
      seed,
      size,
      capacityPerSecond: capacity,
      phases,
      recoveredMs,
      faults: [...new Set(faults)],
      acknowledged: told.size,
      lost: [...told].filter((id) => !there.has(id)),
      untold: [...there].filter((id) => !told.has(id)).length,
      unknown,
      verify: runVerify(cluster),
    }
  } finally {
    crowd.kill()
    await tills.close()
    await db.close()
  }
}

function send(crowd: ChildProcess, shift: Shift): Promise<ShiftResult> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`the crowd ended with ${code}`))
    crowd.once('exit', gone)
    crowd.once('message', (result) => {
      crowd.off('exit', gone)
      resolve(result as ShiftResult)
    })
    crowd.send(shift)
  })
}

/** Cashiers who sell one basket after the other for cash. @returns the orders they were told of */
async function sell(
  caller: Caller,
  { staffCookie, locationIds, variantIds }: World,
  { count, seconds }: { count: number; seconds: number },
): Promise<string[]> {
  const end = performance.now() + seconds * 1000
  const sold: string[] = []
  const headers = { cookie: staffCookie }
  const cashier = async (at: number) => {
    while (performance.now() < end) {
      const lines = [{ variantId: variantIds[at % variantIds.length], units: 1 }]
      const body = { locationId: locationIds[1 + (at % 4)], lines }
      const key = () => ({ ...headers, 'idempotency-key': crypto.randomUUID() })
      const opened = await caller.ask({ kind: 'till', method: 'POST', path: '/api/pos/carts', headers: key(), body })
      if (opened?.status !== 201) continue
      const { id, totalMinor } = opened.body as { id: string; totalMinor: number }
      const placed = await caller.ask({
        kind: 'till',
        method: 'POST',
        path: `/api/pos/carts/${id}/place`,
        headers: key(),
        body: { expectedTotalMinor: totalMinor, tenders: [{ method: 'cash', amountMinor: totalMinor }] },
      })
      if (placed?.body['status'] === 'placed') sold.push((placed.body['order'] as { id: string }).id)
      await pause(nextCustomerMs)
    }
  }
  await Promise.all(Array.from({ length: count }, (_, at) => cashier(at)))
  return sold
}

/** Asks for one thing of each kind until all are served. @returns milliseconds it took; a minute at most */
async function untilServed(url: string, { staffCookie }: World): Promise<number> {
  const begun = performance.now()
  const paths = ['/api/store/products/producto-1', '/api/admin/orders?limit=50', '/api/store/places']
  while (performance.now() - begun < 60_000) {
    const answers = await Promise.all(paths.map((path) => fetch(`${url}${path}`, { headers: { cookie: staffCookie } })))
    if (answers.every(({ ok }) => ok)) break
    await pause(100)
  }
  return performance.now() - begun
}

function phaseOf(
  name: string,
  times: number,
  { result, till, sales }: { result: ShiftResult; till: Tally; sales: number },
): PhaseResult {
  const tallies = { ...result.tallies, till }
  return {
    name,
    times,
    visitsPerSecond: result.visits / result.seconds,
    ordersPerSecond: result.inTime / result.seconds,
    salesPerSecond: sales / result.seconds,
    figures: Object.fromEntries(kinds.map((kind) => [kind, figureOf(tallies[kind])])) as Record<Kind, KindFigure>,
  }
}

function figureOf({ ms, refused, unanswered }: Tally): KindFigure {
  const sorted = ms.toSorted((a, b) => a - b)
  return { served: ms.length, refused, unanswered, p50Ms: percentile(sorted, 50), p99Ms: percentile(sorted, 99) }
}
