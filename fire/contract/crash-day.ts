import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { keysOf, startSimulator } from '../../server/connectors/payment-simulator/index.ts'
import { messageOf, type Row, type StepWorld } from '../../server/idempotency-steps.ts'
import type { Clock } from '../../server/platform/clock.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import { type DayCall, liveDay, openDay, post } from './day.ts'
import { ServerPair } from './pair.ts'
import type { FirePoint } from './plant.ts'
import { apiSecret } from './process.ts'

export type DayResult = {
  /** Rows of every table at the end, but for what is written about answers. */
  rows: Record<string, number>
  calls: number
  deaths: number
  /** What was wrong with a repeat, in words; empty when all is well. */
  faults: string[]
}

type Options = {
  databaseUrl: string
  clock: Clock
  /** Where the server dies at this call; undefined: it does not. */
  pointFor: (call: DayCall, at: number) => FirePoint | undefined
  /** What a caller does with the key after an answer that never came; a planted fault makes a new one. */
  keyAgain?: (key: string) => string
}

/**
 * Lives the day of the shop call by call. At some the server is killed and the call repeated at another process under the same key;
 * every call is repeated once more, and tried with another body.
 */
export async function crashDay({ databaseUrl, clock, pointFor, keyAgain = (key) => key }: Options): Promise<DayResult> {
  const db = openDb(databaseUrl)
  // One that died with the server would forget what it was asked to charge. Notices come from the day itself.
  const payments = await startSimulator({ secret: apiSecret })
  const { apiKey, webhookSecret } = keysOf(apiSecret)
  const servers = new ServerPair(databaseUrl, {
    preload: join(import.meta.dirname, 'plant.ts'),
    env: { FIRE_PAYMENTS: payments.url, FIRE_PAYMENTS_KEY: apiKey, FIRE_PAYMENTS_SECRET: webhookSecret },
  })
  const faults: string[] = []
  let calls = 0
  try {
    const world: StepWorld = await openDay(db, clock)
    await liveDay({ db, clock, world }, async (call, step) => {
      const point = pointFor(call, calls++)
      let key: string = randomUUID()
      if (point !== undefined) {
        await dieAt(servers, call, key, point)
        key = keyAgain(key)
      }
      const { base } = await servers.first()
      const answer = await post(base, call, key)
      const again = await post(base, call, key)
      if (!same(answer, again)) faults.push(`${call.url}: ${told(answer)}, then ${told(again)}`)
      const other = await post(base, { url: call.url, ...messageOf(step, true) }, key)
      if (other.status !== 422 || (!step.onlyBody && other.body['code'] !== 'platform.key_reused'))
        faults.push(`${call.url} with another body: ${told(other)}`)
      return settled(base, answer)
    })
    return { rows: await rowsOf(db), calls, deaths: servers.deaths, faults }
  } finally {
    await servers.stop()
    await payments.stop()
    await db.close()
  }
}

/** A provider that is slow to answer leaves an order to be asked about, as the shop's page does. */
async function settled(base: string, answer: Told): Promise<Told> {
  for (let turn = 0; answer.body['status'] === 'checking' && turn < 60; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    const url = `/api/store/payments/${String(answer.body['paymentId'])}/confirm`
    const next = await post(base, { url, json: {}, headers: {} })
    if (next.body['status'] === 'placed') return { ...next, status: answer.status }
  }
  return answer
}

/** Sends the call to its death: the connection breaks, nobody hears an answer. */
async function dieAt(servers: ServerPair, call: DayCall, key: string, point: FirePoint): Promise<void> {
  const { base } = await servers.first()
  const headers = { ...call.headers, 'x-fire-point': point }
  const heard = await post(base, { ...call, headers }, key).catch(() => undefined)
  if (heard !== undefined) throw new Error(`${call.url} was answered ${told(heard)} instead of dying at ${point}`)
  await servers.replaceFirst()
}

type Told = { status: number; body: Row }
const told = ({ status, body }: Told) => `${status} ${JSON.stringify(body).slice(0, 200)}`

/** Bodies are compared as values: what comes out of the database has its fields in another order. */
function same(one: Told, other: Told): boolean {
  return one.status === other.status && stable(one.body) === stable(other.body)
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/**
 * Not compared: keys themselves; the audit of answers, which a killed server cannot write; sessions; the positions of
 * subscribers; what an import said, whose file a server that died took with it.
 */
const aside = ['idempotency_key', 'audit_entry', 'subscriber', 'import_issue']

async function rowsOf(db: Db): Promise<Record<string, number>> {
  const tables = await db.many<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('platform','staff','catalog','customers','pricing','inventory','payments','fulfillment','orders')
       and tablename <> all (${aside}) and tablename not like '%session%' order by 1`)
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as n from ${name}`)
  const rows = await db.many<{ name: string; n: number }>({
    kind: 'sql',
    parts: [counts.join(' union all ')],
    values: [],
  })
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
}
