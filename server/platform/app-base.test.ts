/** What the log says when an answer or a request breaks off: over a real connection, which tests with `inject` do not have. */
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createBase } from './app-base.ts'
import { Raced } from './together.ts'

type Line = { level: number; msg: string; code?: string; err?: unknown; res?: { statusCode: number } }
const written: string[] = []
const lines = () => written.map((line) => JSON.parse(line) as Line)

let app: FastifyInstance
let port = 0
/** Told when a route has begun; a slow answer goes on once it is let. */
let begun = Promise.withResolvers<void>()
let goOn = Promise.withResolvers<void>()
/** Told when the server knows that the caller is gone. */
let gone = Promise.withResolvers<void>()

beforeAll(async () => {
  app = await createBase({
    logLevel: 'debug',
    trustProxy: false,
    publicUrl: 'http://localhost',
    ratePerMinute: 1000,
    logTo: { write: (line) => void written.push(line) },
  })
  app.addHook('onRequest', async (_request, reply) => void reply.raw.once('close', () => gone.resolve()))
  // A long answer, which is packed as it is sent; and rows on their way, as exports have them.
  app.post('/long', async () => {
    begun.resolve()
    await goOn.promise
    return { text: 'áéíóú '.repeat(200_000) }
  })
  app.post('/rows', async (_request, reply) => {
    async function* rows() {
      begun.resolve()
      await goOn.promise
      for (let n = 0; n < 1000; n++) yield 'a;b;c\n'.repeat(2000)
    }
    return reply.type('text/csv').send(Readable.from(rows()))
  })
  app.get('/broken', async (_request, reply) => {
    const rows = new Readable({ read: () => undefined })
    setImmediate(() =>
      rows.destroy(Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })),
    )
    return reply.type('text/csv').send(rows)
  })
  app.post('/raced', async () => {
    throw new Raced('others were quicker each time')
  })
  app.post('/takes', async (request) => request.body)
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as { port: number }).port
})
afterAll(() => app?.close())
beforeEach(() => {
  written.length = 0
  begun = Promise.withResolvers()
  goOn = Promise.withResolvers()
  gone = Promise.withResolvers()
})

const ask = (text: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text)
      resolve(socket)
    })
    socket.once('error', reject)
  })

async function noted(msg: string): Promise<Line> {
  return vi.waitFor(() => {
    const found = lines().find((line) => line.msg === msg)
    if (!found) throw new Error(`not in the log: ${msg}\n${written.join('')}`)
    return found
  })
}

test.each([
  ['/long', 'br'],
  ['/long', 'gzip'],
  ['/rows', 'br'],
  ['/rows', 'identity'],
])('a reader who leaves before the answer of %s is there (%s) is no defect of ours', async (url, encoding) => {
  const head = `POST ${url} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept-encoding: ${encoding}`
  const socket = await ask(`${head}\r\ncontent-length: 2\r\n\r\n{}`)
  await begun.promise
  socket.destroy()
  await gone.promise
  goOn.resolve()
  const { level, err, code } = await noted('the reader left before the end')
  expect([level, err, code]).toEqual([20, undefined, 'ERR_STREAM_PREMATURE_CLOSE'])
  expect(lines().filter((line) => line.level > 30)).toEqual([])
})

test('who loses the network in the middle of sending is no defect of ours', async () => {
  const head =
    'POST /takes HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n'
  const socket = await ask(`${head}{"name":"An`)
  await noted('incoming request')
  socket.destroy()
  expect((await noted('the reader left before the end')).level).toBe(20)
  expect(lines().filter((line) => line.level > 30)).toEqual([])
})

test('an answer of ours that breaks off while somebody waits for it stays a defect', async () => {
  const socket = await ask('GET /broken HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const { level, err } = await noted('request failed')
  expect([level, err]).toEqual([50, expect.objectContaining({ message: 'Premature close', stack: expect.any(String) })])
  socket.destroy()
})

test('who was overtaken each time is asked to come again, which is no defect', async () => {
  const answer = await app.inject({ method: 'POST', url: '/raced', headers: { 'accept-language': 'en' } })
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json()).toMatchObject({ code: 'platform.unavailable' })
})
