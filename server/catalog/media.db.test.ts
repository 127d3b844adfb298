import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { aProduct, type MadeProduct } from '../pricing/testing.ts'
import { owner, type TestApp, testApp } from '../pricing/testing-app.ts'
import { addMedia, fetchDuePictures } from './media.ts'

let t: TestDatabase
let shop: TestApp
let product: MadeProduct
let server: Server
let drawn = 0
const dataDir = mkdtempSync(join(tmpdir(), 'hilo-media-'))
const png = () =>
  sharp({ create: { width: 1200, height: 1500, channels: 3, background: '#2f5d8a' } })
    .withExif({ IFD0: { Artist: 'Somebody' } })
    .png()
    .toBuffer()

beforeAll(async () => {
  t = await testDatabase()
  shop = await testApp(t.db, t.clock, {
    drawPicture: async ({ name, width }) => {
      drawn += 1
      if (name !== 'shirt/anil/front') return undefined
      return sharp({ create: { width, height: width, channels: 3, background: '#fff' } })
        .webp()
        .toBuffer()
    },
  })
  product = await aProduct(t.db, t.clock)
  server = createServer(async (request, response) => {
    if (request.url === '/good.png') response.writeHead(200, { 'content-type': 'image/png' }).end(await png())
    else if (request.url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>no</p>')
    else if (request.url === '/broken.png')
      response.writeHead(200, { 'content-type': 'image/png' }).end('not a picture')
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.close()
  await shop.close()
  await t.close()
  rmSync(dataDir, { recursive: true })
})

const addressOf = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
const statusOf = async (id: string) =>
  t.db.one<{
    status: string
    error: string | null
    picture: string | null
    attempts: number
    width: number | null
    color: string | null
  }>(sql`select status, error, picture, attempts, width, color from catalog.media where id = ${id}`)

describe('pictures that an import names', () => {
  const bring = (path: string) =>
    t.db.transaction((tx) =>
      addMedia(tx, t.clock, product.id, { sourceUrl: path.startsWith('/') ? addressOf(path) : path }),
    )
  const fetchAll = async (allow: boolean) => {
    const fetchOptions = { timeoutMs: 5000, ...(allow ? { allow: (address: string) => address === '127.0.0.1' } : {}) }
    while ((await fetchDuePictures(t.db, t.clock, { dataDir, fetchOptions })) > 0);
  }

  test('are fetched, written anew without what the camera noted, and shown', async () => {
    const id = await bring('/good.png')
    await fetchAll(true)
    const row = await statusOf(id)
    expect(row).toMatchObject({ status: 'ready', width: 1200, error: null })
    const stored = sharp(join(dataDir, 'media', String(row.picture)))
    const metadata = await stored.metadata()
    expect([metadata.format, 'exif' in metadata]).toEqual(['webp', false])
  })

  test('a missing one is tried again with growing pauses, then given up, and nothing else waits for it', async () => {
    const id = await bring('/missing.png')
    await fetchAll(true)
    expect(await statusOf(id)).toMatchObject({ status: 'pending', attempts: 1, error: 'Error: HTTP 404' })
    await fetchAll(true)
    expect((await statusOf(id)).attempts).toBe(1)
    for (let n = 0; n < 8; n++) {
      t.clock.advance(3_600_000)
      await fetchAll(true)
    }
    expect(await statusOf(id)).toMatchObject({ status: 'failed', attempts: 6 })
  })

  test('what is no picture, or lies inside our own network, is refused at once', async () => {
    const ids = [await bring('/page'), await bring('/broken.png')]
    await fetchAll(true)
    const inside = [await bring('/good.png?inside'), await bring('http://169.254.169.254/latest/meta-data/')]
    await fetchAll(false)
    for (const id of [...ids, ...inside])
      expect(await statusOf(id)).toMatchObject({ status: 'failed', attempts: 1, picture: null })
  })
})

describe('/media', () => {
  const get = (url: string, accept = 'image/avif,image/webp') => shop.app.inject({ url, headers: { accept } })

  test('an upload is served in the widths a browser asks for, in the format it knows, for ever', async () => {
    shop.as(owner)
    const boundary = 'x'
    const payload = Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`,
      ),
      await png(),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ])
    const made = await shop.app.inject({
      method: 'POST',
      url: `/api/admin/products/${product.id}/media`,
      payload,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    expect(made.statusCode).toBe(201)
    const { url } = made.json<{ url: string }>()
    const small = await get(`${url}?w=320`)
    expect([small.statusCode, small.headers['content-type'], small.headers['cache-control']]).toEqual([
      200,
      'image/avif',
      'public, max-age=31536000, immutable',
    ])
    expect(await sharp((await get(`${url}?w=320`, 'image/webp')).rawPayload).metadata()).toMatchObject({
      format: 'webp',
      width: 320,
      height: 400,
    })
    const bad = await shop.app.inject({
      method: 'POST',
      url: `/api/admin/products/${product.id}/media`,
      payload: payload.toString('latin1').replace(/PNG/, 'XXX'),
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    expect([bad.statusCode, bad.json().code]).toEqual([422, 'catalog.picture_refused'])
  })

  test('a drawn picture is drawn once, however many ask', async () => {
    drawn = 0
    const answers = await Promise.all(Array.from({ length: 5 }, () => get('/media/demo/shirt/anil/front?w=160')))
    await get('/media/demo/shirt/anil/front?w=160')
    expect([drawn, ...answers.map(({ statusCode }) => statusCode)]).toEqual([1, 200, 200, 200, 200, 200])
    expect(readdirSync(join(shop.dataDir, 'cache', 'media')).length).toBeGreaterThan(0)
  })

  test('other widths, unknown names and ways out of the folder are refused', async () => {
    expect((await get('/media/demo/shirt/anil/front?w=161')).json().code).toBe('catalog.width_unknown')
    for (const url of [
      '/media/demo/none',
      '/media/p/aa/none.webp',
      '/media/%2e%2e/%2e%2e/etc/passwd',
      '/media/..%2f..%2fsecret',
      '/media/p/../../secret',
      '/media/',
    ]) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 404])
    }
    expect(existsSync(join(shop.dataDir, 'media', 'secret'))).toBe(false)
  })
})
