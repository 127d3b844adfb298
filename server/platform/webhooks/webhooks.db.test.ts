import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emit } from '../outbox.ts'
import { sql } from '../sql.ts'
import { type TestDatabase, testDatabase } from '../testing.ts'
import { traceOf } from '../trace.ts'
import { webhookSubscriber } from './queue.ts'
import { type PostWebhook, sendDueWebhooks } from './send.ts'
import { newWebhookSecret } from './sign.ts'

let t: TestDatabase
let receiver: Server
let url: string
let answers: number[] = []
let received: { id: string; type: string; valid: boolean }[] = []
const secret = newWebhookSecret()
const old = newWebhookSecret()

beforeAll(async () => {
  t = await testDatabase()
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const status = answers.shift() ?? 200
      const headers = request.headers as Record<string, string>
      const valid = [secret, old].every((key) => verifies(key, body, headers))
      if (status < 300) received.push({ id: String(headers['webhook-id']), type: JSON.parse(body).type, valid })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
})
afterAll(async () => {
  receiver.close()
  await t.close()
})
beforeEach(() => {
  received = []
  answers = []
})

// The signature carries the test clock's time; the library judges it against the wall clock, so it is told to look at this one.
function verifies(key: string, body: string, headers: Record<string, string>): boolean {
  const signature = new Webhook(key).sign(
    String(headers['webhook-id']),
    new Date(Number(headers['webhook-timestamp']) * 1000),
    body,
  )
  return String(headers['webhook-signature']).split(' ').includes(signature)
}
const post: PostWebhook = async (to, headers, body) => ({
  status: (await fetch(to, { method: 'POST', headers, body })).status,
})
const happen = (subjectId: string) =>
  t.db.transaction((tx) =>
    emit(tx, t.clock, 'customers.person_changed', { subjectId, payload: { personId: subjectId } }),
  )
const endpoint = (id: string) =>
  t.db.run(
    sql`insert into platform.webhook_endpoint (id, url, event_types, secrets) values (${id}, ${url}, array['customers.person_changed'], ${[secret, old]})`,
  )

test('every event reaches the endpoint, signed by both secrets while one is rotated', async () => {
  await endpoint('whe_a')
  await happen('per_1')
  await happen('per_2')
  await t.drain([webhookSubscriber])
  expect(await sendDueWebhooks(t.db, t.clock, post)).toBe(2)
  expect(received.map(({ type, valid }) => [type, valid])).toEqual([
    ['customers.person_changed', true],
    ['customers.person_changed', true],
  ])
  expect(await sendDueWebhooks(t.db, t.clock, post)).toBe(0)
})

test('a receiver that is down for an hour gets all events later, in order for each subject, none twice', async () => {
  for (let i = 0; i < 3; i++) await happen('per_9')
  await t.drain([webhookSubscriber])
  answers = Array(20).fill(503)
  for (let minute = 0; minute < 60; minute++) {
    await sendDueWebhooks(t.db, t.clock, post)
    t.clock.advance(60_000)
  }
  expect(received).toEqual([])
  answers = []
  for (let hour = 0; hour < 30 && received.length < 3; hour++) {
    t.clock.advance(3_600_000)
    while ((await sendDueWebhooks(t.db, t.clock, post)) > 0);
  }
  const seqs = received.map(({ id }) => Number(id.slice(4)))
  expect(seqs).toHaveLength(3)
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
})

test('410 Gone switches the endpoint off with its reason; the log keeps every attempt', async () => {
  await happen('per_10')
  await t.drain([webhookSubscriber])
  answers = [410]
  await sendDueWebhooks(t.db, t.clock, post)
  const row = await t.db.one(
    sql`select status, disabled_reason as reason from platform.webhook_endpoint where id = 'whe_a'`,
  )
  expect(row).toEqual({ status: 'disabled', reason: 'gone' })
  const { n } = await t.db.one<{ n: number }>(
    sql`select count(*)::int as n from platform.webhook_attempt where response_status = 503`,
  )
  expect(n).toBeGreaterThanOrEqual(3)
})

test('attempts at one event bear one trace, each a span of its own, so that a receiver can follow them', async () => {
  await t.db.run(sql`delete from platform.webhook_endpoint`)
  await endpoint('whe_t')
  await happen('per_trace')
  await t.drain([webhookSubscriber])
  const sent: string[] = []
  const failing: PostWebhook = async (_to, headers) => {
    sent.push(headers['traceparent'] ?? '')
    return { status: 500 }
  }
  await sendDueWebhooks(t.db, t.clock, failing)
  t.clock.advance(6_000)
  await sendDueWebhooks(t.db, t.clock, failing)
  const traces = sent.map(traceOf)
  expect(traces.map((trace) => trace?.traceId)).toEqual([traces[0]?.traceId, traces[0]?.traceId])
  expect(traces[0]?.parentId).not.toBe(traces[1]?.parentId)
})
