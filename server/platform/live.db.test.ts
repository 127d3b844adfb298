import { get as httpGet } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Live } from './live.ts'
import { emit, relayOnce } from './outbox.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

let t: TestDatabase
let app: FastifyInstance
let live: Live
let port: number

beforeAll(async () => {
  t = await testDatabase()
  live = new Live(t.db)
  app = Fastify()
  app.get('/events', async (request, reply) => {
    const last = request.headers['last-event-id']
    await live.open(reply, () => true, typeof last === 'string' ? last : undefined)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
  live.start(20)
})
afterAll(async () => {
  live?.stop()
  await app?.close()
  await t?.close()
})

/** Moves `count` events into the log, in one transaction. */
async function happen(count: number): Promise<void> {
  await t.db.transaction(async (tx) => {
    for (let at = 0; at < count; at++)
      await emit(tx, t.clock, 'orders.placed', { subjectId: 'ord_live', payload: {} as never })
  })
  while ((await relayOnce(t.db))?.length);
  live.wake()
}

/** Listens from `last` until `until` ids came or the connection is cut after `forMs`; gives the ids in their order. */
function listen(last: number | undefined, { until = Number.POSITIVE_INFINITY, forMs = 60_000 }): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const heard: number[] = []
    let text = ''
    const headers = last === undefined ? {} : { 'last-event-id': String(last) }
    const request = httpGet({ port, path: '/events', headers, agent: false }, (response) => {
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) {
          const id = /^id: (\d+)\nevent: /.exec(block)?.[1]
          if (id !== undefined) heard.push(Number(id))
        }
        if (heard.length >= until) end()
      })
      response.on('error', end)
    })
    const timer = setTimeout(end, forMs)
    let ended = false
    function end() {
      if (ended) return
      ended = true
      clearTimeout(timer)
      request.destroy()
      resolve(heard)
    }
    request.on('error', (error) => (ended ? undefined : reject(error)))
  })
}

test('a listener who is cut off fifty times while events come hears every event once, in order', async () => {
  await happen(1)
  let writing = true
  const writer = (async () => {
    while (writing) await happen(3)
  })()
  const company = [listen(1, { until: 1500 }), listen(1, { until: 1500 })]
  const heard: number[] = []
  for (let cut = 0; cut < 50; cut++) heard.push(...(await listen(heard.at(-1) ?? 1, { forMs: 15 + ((cut * 7) % 60) })))
  while ((heard.at(-1) ?? 0) < 1600) heard.push(...(await listen(heard.at(-1) ?? 1, { until: 200 })))
  writing = false
  await writer
  expect(heard).toEqual(Array.from(heard, (_, at) => at + 2))
  expect(heard.length).toBeGreaterThan(1500)
  for (const other of await Promise.all(company)) expect(other.slice(0, 1500)).toEqual(heard.slice(0, 1500))
}, 120_000)

test('many who come at once while events are written all hear the same', async () => {
  const from = (await listen(0, { until: 1600 })).at(-1) ?? 0
  const listeners = Array.from({ length: 30 }, async (_, at) => {
    await new Promise((resolve) => setTimeout(resolve, at * 7))
    return listen(from, { until: 300 })
  })
  for (let round = 0; round < 60; round++) await happen(10)
  for (const heard of await Promise.all(listeners))
    expect(heard.slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, at) => from + 1 + at))
}, 60_000)

test('who was away for thousands of events gets all of them', async () => {
  const [first = 0] = await listen(0, { until: 1 })
  for (let round = 0; round < 6; round++) await happen(1000)
  const heard = await listen(first, { until: 6000 })
  expect(heard.slice(0, 6000)).toEqual(Array.from({ length: 6000 }, (_, at) => first + 1 + at))
}, 60_000)

test('nobody stays in the list of listeners after hanging up', async () => {
  await expect.poll(() => live.listeners, { timeout: 5000 }).toBe(0)
})
