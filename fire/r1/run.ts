import { startSimulator } from '../../server/connectors/payment-simulator/index.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import { FailoverClient, type PerTry, type Tally } from '../lib/client.ts'
import { type Cluster, simulatorSecret, startCluster } from '../lib/cluster.ts'
import { type Unrest, untilQuiet } from '../lib/quiet.ts'
import { randomOf } from '../lib/random.ts'
import { putAhead } from '../lib/shared-clock.ts'
import { runVerify } from '../lib/verify.ts'
import { makeWorld, type World } from '../lib/world.ts'
import { type Outcome, visit } from './buyers.ts'
import { type Buyer, type Plan, type PlanSize, planFire, type Strike } from './plan.ts'
import { findOrders, findStock, judge, type Verdict } from './referee.ts'

export type R1Size = PlanSize & {
  servers: number
  atOnce: number
  perPlace: number
  quietSeconds: number
  /** Share of answers that get lost between server and buyer. */
  answersLost: number
}
/** What may be planted to see whether the referee notices. */
export type R1Plant = {
  perTry?: PerTry
  patienceMs?: number
  postgres?: Readonly<Record<string, string>>
  /** SQL run on the database before the doors open. */
  script?: string
}
export type R1Result = {
  seed: number
  size: R1Size
  verdict: Verdict
  seconds: number
  quietSeconds: number
  unrest: Unrest | null
  killed: Cluster['killed']
  starts: number
  tally: Tally
  /** Exit code and words of `hilo verify`. */
  verify: { ok: boolean; said: string }
  folder: string
}

/** Holds at tills live for half an hour; what nobody paid for is free again after it. */
const holdsAreOverMs = 35 * 60_000
const minuteMs = 60_000
/** Buyers that a strike waits for the next sale. */
const waitForSale = 15

/** Full size of the issue: 20 articles with one unit in each of five places, 500 buyers each. */
export const fullSize: R1Size = {
  buyers: 10_000,
  articles: 20,
  places: 5,
  perPlace: 1,
  serverKills: 20,
  databaseKills: 10,
  servers: 3,
  atOnce: 48,
  quietSeconds: 60,
  answersLost: 0.03,
}
/** What every test run can afford. */
export const reducedSize: R1Size = {
  ...fullSize,
  buyers: 240,
  articles: 4,
  serverKills: 4,
  databaseKills: 3,
  servers: 2,
  atOnce: 24,
}

/**
 * R1: buyers over web, tills and a channel race for few units while servers and PostgreSQL are killed; then holds lapse, and who is
 * still waiting takes what is left. Nothing may be sold twice, lost, doubled or left over.
 */
export async function runR1(
  seed: number,
  size: R1Size,
  { say = () => undefined, plant = {} }: { say?: (text: string) => void; plant?: R1Plant } = {},
): Promise<R1Result> {
  const plan = planFire(seed, size)
  let cluster: Cluster | undefined
  let turn = 0
  const simulator = await startSimulator({
    secret: simulatorSecret,
    seed,
    slowMs: 2500,
    webhookUrl: () => {
      const at = cluster?.servers[turn++ % cluster.servers.length]
      return `${at?.url}/api/payments/webhooks/simulator`
    },
    faults: { lose: 0.1, repeat: 0.5, copies: 3, delayMsMax: 300 },
  })
  let world: World | undefined
  try {
    cluster = await startCluster(
      { servers: size.servers, payments: simulator.url, ...(plant.postgres ? { postgres: plant.postgres } : {}) },
      async (url) => {
        world = await makeWorld(url, { products: Math.ceil(size.articles / 4), perPlace: size.perPlace })
        if (plant.script) await runScript(url, plant.script)
      },
    )
    if (!world) throw new Error('no world')
    return await burn({ cluster, world, plan, size, say, simulator, plant })
  } finally {
    await simulator.stop()
    await cluster?.stop()
  }
}

type Burning = {
  cluster: Cluster
  world: World
  plan: Plan
  size: R1Size
  say: (text: string) => void
  simulator: Awaited<ReturnType<typeof startSimulator>>
  plant: R1Plant
}

async function burn({ cluster, world, plan, size, say, simulator, plant }: Burning): Promise<R1Result> {
  const line = randomOf(plan.seed).branch('line')
  const losesAnswer = () => line.chance(size.answersLost)
  const client = new FailoverClient(cluster.servers, { losesAnswer, ...plant })
  const db = openDb(cluster.databaseUrl, { poolSize: 2 })
  try {
    const shopping = { client, world }
    say(`${plan.buyers.length} buyers, ${plan.strikes.length} kills, seed ${plan.seed}`)
    const begun = performance.now()
    const outcomes = await storm(plan, size, { shopping, cluster, say })
    const seconds = (performance.now() - begun) / 1000
    say(`told everybody after ${seconds.toFixed(1)} s; waiting for quiet`)
    await simulator.notices.idle()
    const quiet = await untilQuiet(db, size.quietSeconds)
    await putAhead(cluster.clockFile, holdsAreOverMs)
    await untilReleased(db)
    say('holds are over; who still waits takes what is left')
    outcomes.push(...(await lateBuyers(db, plan, { client, world })))
    await putAhead(cluster.clockFile, holdsAreOverMs + minuteMs)
    await simulator.notices.idle()
    const after = await untilQuiet(db, size.quietSeconds)
    const evidence = {
      outcomes,
      orders: await findOrders(db),
      stock: await findStock(db, world),
      provider: simulator.book.totals(),
      wantedInVain: new Set(
        outcomes.flatMap((outcome) =>
          outcome.end === 'refused' ? [world.variantIds[outcome.buyer.article] ?? ''] : [],
        ),
      ),
    }
    for (const defect of client.tally.defects) say(`defect: ${defect}${loggedOf(cluster, defect)}`)
    return {
      seed: plan.seed,
      size,
      verdict: judge(evidence),
      seconds,
      quietSeconds: quiet.ms / 1000,
      unrest: quiet.left ?? after.left,
      killed: cluster.killed,
      starts: cluster.servers.reduce((sum, { starts }) => sum + starts, 0),
      tally: client.tally,
      verify: runVerify(cluster),
      folder: cluster.folder,
    }
  } finally {
    await client.close()
    await db.close()
  }
}

/** What the server wrote down about the request that an answer names. */
function loggedOf(cluster: Cluster, answered: string): string {
  const id = /"requestId":"([^"]+)"/.exec(answered)?.[1]
  const lines =
    id === undefined
      ? []
      : cluster
          .log()
          .split('\n')
          .filter((line) => line.includes(id))
  return lines.map((line) => `\n  ${line.slice(0, 2000)}`).join('')
}

/** Lets so many buyers in at a time, in order, and strikes when their number comes up. */
async function storm(
  plan: Plan,
  { atOnce }: R1Size,
  {
    shopping,
    cluster,
    say,
  }: { shopping: { client: FailoverClient; world: World }; cluster: Cluster; say: (text: string) => void },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const strikes = [...plan.strikes]
  const dueDatabases: Extract<Strike, { what: 'database' }>[] = []
  const strikeDue = (n: number) => {
    while (strikes[0] !== undefined && strikes[0].when <= n) {
      const strike = strikes.shift()
      if (strike?.what === 'server') cluster.killServer(strike.at)
      else if (strike) dueDatabases.push(strike)
    }
  }
  let next = 0
  const oneAfterTheOther = async () => {
    for (let buyer = plan.buyers[next++]; buyer !== undefined; buyer = plan.buyers[next++]) {
      strikeDue(buyer.n)
      const outcome = await visit(buyer, shopping)
      outcomes.push(outcome)
      // The database dies the moment an order was acknowledged, or soon after where nobody buys any more.
      const due = dueDatabases[0]
      if (due && (outcome.end === 'bought' || buyer.n > due.when + waitForSale)) {
        dueDatabases.shift()
        cluster.killDatabase(due.how, due.at)
      }
      if (outcomes.length % 1000 === 0) say(`${outcomes.length} buyers done`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther))
  return outcomes
}

/** Holds that ran out are released by a job within seconds. */
async function untilReleased(db: Db): Promise<void> {
  for (let look = 0; look < 100; look++) {
    const { live } = await db.one<{ live: number }>(
      sql`select count(*)::int as live from inventory.reservation where status = 'live'`,
    )
    if (live === 0) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Those who were refused while somebody else's hold was in the way ask again, until an article is gone or nobody has any. */
async function lateBuyers(db: Db, plan: Plan, shopping: { client: FailoverClient; world: World }): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let n = plan.buyers.length
  for (const { variantId, left } of await findStock(db, shopping.world)) {
    for (let unit = 0; unit < left; unit++) {
      const buyer: Buyer = {
        n: n++,
        by: 'channel',
        article: shopping.world.variantIds.indexOf(variantId),
        place: 1,
        delivery: 'delivery',
        card: 'tok_ok',
        doubleClick: false,
        clears: true,
      }
      outcomes.push(await visit(buyer, shopping))
    }
  }
  return outcomes
}

async function runScript(url: string, text: string): Promise<void> {
  const db = openDb(url, { poolSize: 1 })
  await db.script(text)
  await db.close()
}
