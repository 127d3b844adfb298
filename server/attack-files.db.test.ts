/** Attacks by files and by addresses that people enter, tried on the whole app. */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allJobs, buildApp, subscribers } from '#app'
import { type Config, loadConfig } from '#platform/config'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { pictureBytesMax, storePicture } from './catalog/media.ts'
import { aShop, type World } from './orders/testing.ts'
import { aStaffCookie } from './staff/testing.ts'

let t: TestDatabase
let app: FastifyInstance
let shop: World
let config: Config
let owner: string
const dataDir = mkdtempSync(join(tmpdir(), 'hilo-attack-'))

beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock, { units: 50 })
  const env = { HILO_LOG_LEVEL: 'silent', HILO_RATE_PER_MINUTE: '1000000', HILO_PUBLIC_URL: 'http://tienda.test' }
  config = { ...loadConfig(env, { readOnly: true }), dataDir }
  app = await buildApp({ config, db: t.db, clock: t.clock }, { frontEnds: false })
  await app.ready()
  owner = (await aStaffCookie(t.db, t.clock, 'owner')).cookie
})
afterAll(async () => {
  await app?.close()
  await t?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
let callers = 0
/** Each from an address of its own: limits are tried elsewhere. */
async function send(method: Method, url: string, headers: Record<string, string> = {}, payload?: object | string) {
  const remoteAddress = `10.7.${Math.trunc(++callers / 250)}.${callers % 250}`
  const answer = await app.inject({ method, url, headers, payload, remoteAddress })
  const isJson = String(answer.headers['content-type']).includes('json')
  return {
    status: answer.statusCode,
    headers: answer.headers,
    cookies: answer.cookies,
    text: answer.body,
    body: isJson ? answer.json() : {},
  }
}
describe('files', () => {
  test('no way out of a folder that is served', async () => {
    const ways = [
      '../',
      '..%2f',
      '%2e%2e/',
      '%2e%2e%2f',
      '..%5c',
      '..\\',
      '%252e%252e%252f',
      '....//',
      '%c0%ae%c0%ae/',
      '..%00/',
      '/',
    ]
    for (const base of [
      '/media/',
      '/media/p/',
      '/media/demo/',
      '/reference/',
      '/reference/js/',
      '/api/docs/',
      '/api/problems/',
    ]) {
      for (const way of ways) {
        for (const target of ['etc/passwd', 'package.json', 'secret', 'hilo.env']) {
          const url = `${base}${way.repeat(8)}${target}`
          const { status, text } = await send('GET', url)
          expect([400, 404, 422].includes(status), `${url}: ${status}`).toBe(true)
          expect(text, url).not.toMatch(/root:x:|"workspaces"/)
        }
      }
    }
  })

  test('a picture that is a page as well comes out as a picture only', async () => {
    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#aa3311' } })
    const script = Buffer.from('<html><script>alert(document.domain)</script></html>')
    const inside = await picture
      .clone()
      .png()
      .withExif({ IFD0: { Copyright: script.toString() } })
      .toBuffer()
    const gif = await picture.clone().gif().toBuffer()
    // "GIF89a/*…*/" is a picture to one reader and a program to another.
    const program = Buffer.concat([gif, Buffer.from('*/=1;alert(1)//')])
    for (const polyglot of [
      Buffer.concat([inside, script]),
      Buffer.concat([await picture.clone().jpeg().toBuffer(), script]),
      program,
    ]) {
      const stored = await storePicture(dataDir, polyglot)
      const bytes = await readFile(join(dataDir, 'media', stored.picture))
      expect(bytes.subarray(8, 12).toString()).toBe('WEBP')
      expect(/script|alert/.test(bytes.toString('latin1'))).toBe(false)
      const { headers, status } = await send('GET', `/media/${stored.picture}?w=80`, { accept: 'image/webp' })
      expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([
        200,
        'image/webp',
        'nosniff',
      ])
    }
  })

  test('an upload beyond the limit is cut off, and one that never ends its form is refused', async () => {
    const { id } = await t.db.one<{ id: string }>(sql`select id from catalog.product limit 1`)
    const form = (content: Buffer, end = true) =>
      Buffer.concat([
        Buffer.from(
          '--x\r\ncontent-disposition: form-data; name="file"; filename="../../a.png"\r\ncontent-type: image/png\r\n\r\n',
        ),
        content,
        Buffer.from(end ? '\r\n--x--\r\n' : ''),
      ])
    const upload = async (payload: Buffer) => {
      const headers = { cookie: owner, 'content-type': 'multipart/form-data; boundary=x' }
      const answer = await app.inject({ method: 'POST', url: `/api/admin/products/${id}/media`, headers, payload })
      return answer.statusCode
    }
    expect([413, 422]).toContain(await upload(form(Buffer.alloc(pictureBytesMax + 1))))
    expect([400, 413, 422]).toContain(await upload(form(Buffer.from('half'), false)))
    expect(
      (await t.db.one<{ n: number }>(sql`select count(*)::int as n from catalog.media where product_id = ${id}`)).n,
    ).toBe(0)
  })

  test('what people typed begins no formula in any file that goes out', async () => {
    const hostile = ['=HYPERLINK("http://evil.example","x")', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '＝1', '|cmd']
    for (const [at, name] of hostile.entries()) {
      await send('POST', '/api/admin/customers', { cookie: owner }, { name, email: `f${at}@correo.es` })
      await send('POST', '/api/admin/collections', { cookie: owner }, { title: { es: name } })
      await send('POST', '/api/admin/products', { cookie: owner }, { title: { es: name }, description: { es: name } })
    }
    const started: string[] = []
    let cells = 0
    for (const what of ['products', 'stock', 'customers', 'orders', 'audit']) {
      const { status, text } = await send('GET', `/api/admin/${what}/export`, { cookie: owner })
      expect(status, what).toBe(200)
      for (const cell of text.matchAll(/(?:^|,|\n)"?([=+@\t\r＝＋＠－]|-(?!\d))/g))
        started.push(`${what}: ${text.slice(cell.index, (cell.index ?? 0) + 40)}`)
      cells += text.split(',').length
    }
    expect(started).toEqual([])
    expect(cells).toBeGreaterThan(200)
  })
})

describe('addresses that people enter', () => {
  test('a webhook to our own machine or network never leaves, whatever it is called', async () => {
    let hits = 0
    const canary = createServer((_request, response) => {
      hits += 1
      response.end()
    })
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
    const { port } = canary.address() as AddressInfo
    const tricks = [
      '127.0.0.1',
      'localhost',
      '127.1',
      '2130706433',
      '0x7f000001',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '169.254.169.254',
      '10.0.0.1',
    ]
    for (const host of tricks) {
      const { status } = await send(
        'POST',
        '/api/admin/webhooks',
        { cookie: owner },
        { url: `http://${host}:${port}/`, eventTypes: ['*'] },
      )
      expect([201, 422], host).toContain(status)
    }
    await t.db.transaction((tx) =>
      emit(tx, t.clock, 'inventory.level_changed', {
        subjectId: 'x',
        personId: null,
        payload: { variantId: shop.shirt, locationId: shop.valencia } as never,
      }),
    )
    await t.drain(subscribers)
    const webhooks = allJobs({ config, db: t.db, clock: t.clock }).find(({ name }) => name === 'webhooks')
    await webhooks?.run({ db: t.db, clock: t.clock, log: app.log })
    const { tried } = await t.db.one<{ tried: number }>(
      sql`select count(*)::int as tried from platform.webhook_delivery where attempts > 0`,
    )
    expect(tried).toBeGreaterThan(0)
    expect(hits).toBe(0)
    canary.close()
  })
})
