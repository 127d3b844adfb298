import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { FailoverClient, GaveUp } from './client.ts'

type Seen = { key: string | undefined; body: string }
const open: { client?: FailoverClient; server?: Server } = {}
afterEach(async () => {
  await open.client?.close()
  open.server?.closeAllConnections()
  open.server?.close()
})

/** A server that gives these statuses in turn (0 hangs up), the last one for ever. */
async function serverOf(...statuses: number[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  open.server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const status = statuses[Math.min(seen.length, statuses.length - 1)] ?? 200
      seen.push({ key: request.headers['idempotency-key'] as string, body: Buffer.concat(parts).toString() })
      if (status === 0) request.socket.destroy()
      else response.writeHead(status, { 'content-type': 'application/json' }).end('{"id":"ord_1"}')
    })
  })
  await new Promise<void>((resolve) => {
    open.server?.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(open.server.address() as AddressInfo).port}`, seen }
}
const purchase = { path: '/place', headers: { 'idempotency-key': 'k1' }, body: { units: 1 } }
const nobody = { url: 'http://127.0.0.1:9' }

test('a request that was not answered goes to the next server with the same key and body', async () => {
  const { url, seen } = await serverOf(0, 503, 201)
  open.client = new FailoverClient([nobody, { url }])
  expect((await open.client.ask(purchase)).status).toBe(201)
  expect(seen).toEqual(Array.from({ length: 3 }, () => ({ key: 'k1', body: '{"units":1}' })))
  expect(open.client.tally).toMatchObject({ calls: 1, statuses: { '503': 1, '201': 1, ECONNREFUSED: 3 } })
})

test('a refusal is an answer and is not asked again', async () => {
  const { url, seen } = await serverOf(409)
  open.client = new FailoverClient([{ url }])
  expect((await open.client.ask(purchase)).status).toBe(409)
  expect(seen).toHaveLength(1)
})

test('an answer that is lost on its way was given all the same: the server sees the request again', async () => {
  const { url, seen } = await serverOf(201)
  const lost = [true, false].values()
  open.client = new FailoverClient([{ url }], { losesAnswer: () => lost.next().value ?? false })
  expect((await open.client.ask(purchase)).status).toBe(201)
  expect(seen.map(({ key }) => key)).toEqual(['k1', 'k1'])
})

test('who is never answered gives up and says so', async () => {
  open.client = new FailoverClient([nobody], { patienceMs: 100 })
  await expect(open.client.ask(purchase)).rejects.toBeInstanceOf(GaveUp)
})
