import { randomUUID } from 'node:crypto'
import { subscribers } from '../../server/app.ts'
import {
  messageOf,
  type Row,
  type Step,
  type StepWorld,
  stepsIn,
  untilSettled,
} from '../../server/idempotency-steps.ts'
import { customerCookie } from '../../server/idempotency-steps-settling.ts'
import { aShop } from '../../server/orders/testing.ts'
import type { Clock } from '../../server/platform/clock.ts'
import type { Db } from '../../server/platform/db.ts'
import { drainEvents } from '../../server/platform/subscribers.ts'
import { createApiKey } from '../../server/staff/index.ts'
import { aStaffCookie } from '../../server/staff/testing.ts'
import type { Recorded } from './fuzz.ts'
import { apiSecret } from './process.ts'

/** A small shop in an empty, migrated database, and the day that is lived in it: one good call after the other. */
export async function openDay(db: Db, clock: Clock): Promise<StepWorld> {
  const shop = await aShop(db, clock, { units: 1000 })
  const system = { kind: 'system', name: 'fire' } as const
  const { key } = await db.transaction((tx) =>
    createApiKey(tx, clock, system, { name: 'fire', channelId: 'mercado', scopes: ['orders:write'] }),
  )
  const { cookie } = await aStaffCookie(db, clock, 'owner')
  const customer = await customerCookie(db, clock, 'clara@correo.es')
  const leaving = await customerCookie(db, clock, 'lola@correo.es')
  const channel = { authorization: `Bearer ${key}` }
  return { shop, owner: { cookie }, channel, customer, leaving, secret: apiSecret, kept: {} }
}

/** A call of the day, ready to be sent. */
export type DayCall = { method: 'POST'; url: string } & ReturnType<typeof messageOf>

/** Lives the day against `base`; `send` may do what it likes with a call, as long as it gives a good answer in the end. */
export async function liveDay(
  { db, clock, world }: { db: Db; clock: Clock; world: StepWorld },
  send: (call: DayCall, step: Step) => Promise<{ status: number; body: Row }>,
): Promise<Recorded[]> {
  const recorded: Recorded[] = []
  for (const step of stepsIn(world)) {
    await step.prepare?.(db, clock)
    const url = step.url.replaceAll(/:(\w+)/g, (_all, name: string) => world.kept[name] ?? 'missing')
    const call: DayCall = { method: 'POST', url, ...messageOf(step) }
    const { status, body } = await send(call, step)
    if (status !== (step.status ?? 200)) throw new Error(`${url} answered ${status}: ${JSON.stringify(body)}`)
    step.keep?.(body)
    await untilSettled(step, db)
    if (call.payload === undefined) recorded.push({ ...call, json: call.json ?? {}, answer: body })
    await drainEvents(db, clock, subscribers)
  }
  return recorded
}

type Sent = Pick<DayCall, 'url' | 'json' | 'headers'> & Partial<Pick<DayCall, 'payload'>>

/**
 * Sends one call with a key over the wire, as a good client does: what is answered "not now" is sent again with the same key. A
 * machine that is busy with other tests may be too slow for Hilo's own patience with its database.
 */
export async function post(
  base: string,
  call: Sent,
  key = randomUUID() as string,
): Promise<{ status: number; body: Row }> {
  for (let tries = 1; ; tries++) {
    const answer = await postOnce(base, call, key)
    if (answer.body['code'] !== 'platform.unavailable' || tries === 20) return answer
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

async function postOnce(
  base: string,
  { url, json, payload, headers }: Sent,
  key: string,
): Promise<{ status: number; body: Row }> {
  const response = await fetch(`${base}${url}`, {
    method: 'POST',
    headers: {
      ...headers,
      'idempotency-key': key,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: payload ? new Uint8Array(payload) : json === undefined ? null : JSON.stringify(json),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Row }
}
