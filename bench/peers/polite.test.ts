import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoliteClient, secondsToWait } from './polite.ts'

let server: Server
let origin: string
/** What the shop answers to one call after the other; the last one from then on. */
let answers: { status: number; retryAfter?: string }[]
let asked: number

beforeEach(async () => {
  asked = 0
  server = createServer((_, response) => {
    const { status, retryAfter } = answers[Math.min(asked, answers.length - 1)] ?? { status: 200 }
    asked += 1
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

test('who is told to come back later does so and is served', async () => {
  answers = [{ status: 503, retryAfter: '0' }, { status: 429, retryAfter: '0' }, { status: 200 }]
  const client = new PoliteClient(origin, 1)
  expect((await client.call('GET', '/')).status).toBe(200)
  expect([asked, client.sentAway]).toEqual([3, 2])
  await client.close()
})

test('a refusal, or an error that names no time, is final', async () => {
  answers = [{ status: 503 }, { status: 409, retryAfter: '1' }]
  const client = new PoliteClient(origin, 1)
  expect((await client.call('GET', '/')).status).toBe(503)
  expect((await client.call('GET', '/')).status).toBe(409)
  expect([asked, client.sentAway]).toEqual([2, 0])
  await client.close()
})

test('when time is up nobody waits any longer, neither for an answer nor to ask again', async () => {
  answers = [{ status: 503, retryAfter: '60' }]
  const client = new PoliteClient(origin, 1)
  const call = expect(client.call('GET', '/')).rejects.toThrow('time is up')
  while (client.sentAway === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await client.giveUp()
  await call
  expect(asked).toBe(1)
})

test('the time to wait is told in seconds or as a date, and is never longer than a minute', () => {
  const told = (value: unknown, status = 503) => secondsToWait({ status, headers: { 'retry-after': value } })
  expect(told('7')).toBe(7)
  expect(told('900')).toBe(60)
  expect(told(new Date(Date.now() + 30_000).toUTCString())).toBeGreaterThan(25)
  expect(told(new Date(Date.now() - 30_000).toUTCString())).toBe(0)
  expect([told(undefined), told('soon'), told('7', 500)]).toEqual([null, null, null])
})
