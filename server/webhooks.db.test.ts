/** Webhooks as an operator lives with them: through the API, the process's own job, its guard, and a receiver on this machine. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookDelivery } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp, startWorker, type Worker } from '#app'
import { systemClock } from '#platform/clock'
import { loadConfig } from '#platform/config'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aStaffCookie } from './staff/testing.ts'

type Received = { headers: Record<string, string>; body: string }

let t: TestDatabase
let app: FastifyInstance
let worker: Worker
let receiver: Server
let url: string
let owner: { cookie: string }
let received: Received[] = []
let answers: number[] = []

beforeAll(async () => {
  t = await testDatabase()
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(answers.shift() ?? 204).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  url = `http://127.0.0.1:${port}/hook`
  const config = loadConfig({ HILO_LOG_LEVEL: 'silent', HILO_ALLOW_HOSTS: `127.0.0.1:${port}` }, { readOnly: true })
  const parts = { config, db: t.db, clock: systemClock }
  app = await buildApp(parts, { frontEnds: false })
  worker = startWorker(parts, app)
  owner = { cookie: (await aStaffCookie(t.db, systemClock, 'owner')).cookie }
})
afterAll(async () => {
  await worker?.stop()
  await app?.close()
  receiver?.close()
  await t?.close()
})

async function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object): Promise<T> {
  const answer = await app.inject({ method, url: path, payload, headers: owner })
  expect(answer.statusCode, `${method} ${path}: ${answer.body}`).toBeLessThan(300)
  return (answer.body === '' ? undefined : answer.json()) as T
}

const subscribe = (target = url) =>
  call<{ id: string; secret: string }>('POST', '/api/admin/webhooks', {
    url: target,
    eventTypes: ['customers.person_changed'],
  })
const somebodyNew = (name: string) => call<{ id: string }>('POST', '/api/admin/customers', { name })
const log = async (id: string) =>
  (await call<{ items: WebhookDelivery[] }>('GET', `/api/admin/webhooks/${id}/deliveries`)).items
const heard = async (count: number) => {
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(count)
  return received.at(-1) as Received
}
const verified = (secret: string, { headers, body }: Received) => new Webhook(secret).verify(body, headers)

test('an event is sent signed, retried when refused, logged, sent again on request, and signed with both secrets while one is changed', async () => {
  received = []
  const endpoint = await subscribe()
  const { id } = await somebodyNew('Marta')
  const first = await heard(1)
  expect(verified(endpoint.secret, first)).toMatchObject({ type: 'customers.person_changed', data: { subjectId: id } })
  expect(() => verified(endpoint.secret, { ...first, body: first.body.replace(id, 'per_other') })).toThrow()

  const [delivery] = await log(endpoint.id)
  await expect.poll(async () => (await log(endpoint.id))[0]?.status).toBe('delivered')
  expect(delivery).toMatchObject({ eventType: 'customers.person_changed' })

  await call('POST', `/api/admin/webhooks/${endpoint.id}/deliveries/${delivery?.id}/replay`)
  const replayed = await heard(2)
  expect(replayed.body).toBe(first.body)
  expect(replayed.headers['webhook-id']).toBe(first.headers['webhook-id'])
  expect((await log(endpoint.id))[0]?.replayOf).toBe(delivery?.id)

  const rotated = await call<{ secret: string }>('POST', `/api/admin/webhooks/${endpoint.id}/rotate`)
  expect(rotated.secret).not.toBe(endpoint.secret)
  await somebodyNew('Nuria')
  const both = await heard(3)
  for (const secret of [endpoint.secret, rotated.secret]) expect(() => verified(secret, both)).not.toThrow()

  answers = [500]
  await somebodyNew('Olga')
  await heard(4)
  await expect
    .poll(async () => (await log(endpoint.id))[0], { timeout: 5000 })
    .toMatchObject({ status: 'pending', attempts: 1, log: [{ responseStatus: 500 }] })
  const again = await heard(5)
  expect(JSON.parse(again.body)).toMatchObject({ type: 'customers.person_changed' })
  await call('DELETE', `/api/admin/webhooks/${endpoint.id}`)
}, 60_000)

test('an address of the own network that the operator did not name hears nothing, and the log says why', async () => {
  received = []
  const elsewhere = new URL(url)
  elsewhere.hostname = 'localhost'
  const endpoint = await subscribe(elsewhere.href)
  await somebodyNew('Pilar')
  await expect
    .poll(async () => (await log(endpoint.id))[0]?.log[0]?.error, { timeout: 10_000 })
    .toMatch(/not fetched from here/)
  expect(received).toEqual([])
  await call('DELETE', `/api/admin/webhooks/${endpoint.id}`)
}, 30_000)

test('an event that does not exist is refused by its name', async () => {
  const payload = { url, eventTypes: ['orders.placed', 'orders.plcaed'] }
  const answer = await app.inject({ method: 'POST', url: '/api/admin/webhooks', payload, headers: owner })
  expect([answer.statusCode, answer.json<{ parameter: string }>().parameter]).toEqual([422, 'eventTypes.1'])
})
