import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@hilo/contract/client'
import type { Browser, Page } from 'playwright-core'
import { encode } from 'uqr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawBars, modulesOfEan13 } from '../apps/pos/src/scanner/draw-ean.ts'
import { sql } from '../server/platform/sql.ts'
import { countTo, freeVariants, placesByCode, staffDevice } from './clients.ts'
import { expectAccessible, launchBrowser, type RunningHilo, startHilo } from './harness.ts'
import { articleOf, atTill, closed, escape, quiet } from './pos-steps.ts'

let hilo: RunningHilo
let manager: Client
let valencia: string
let folder: string
let variants: string[]

beforeAll(async () => {
  hilo = await startHilo()
  manager = await staffDevice(hilo, 'manager')
  valencia = (await placesByCode(hilo))['VLC'] ?? ''
  folder = mkdtempSync(join(tmpdir(), 'hilo-camera-'))
  variants = await freeVariants(hilo, 1)
})
afterAll(async () => {
  await hilo?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A film of ten pictures a second that shows these grey values, as a camera delivers it. */
function film({ data, width, height }: { data: Uint8ClampedArray; width: number; height: number }): string {
  const file = join(folder, `${randomUUID()}.y4m`)
  const luma = Buffer.alloc(width * height)
  for (let i = 0; i < luma.length; i++) luma[i] = Math.round(16 + ((data[i * 4] ?? 0) * 219) / 255)
  const picture = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)])
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: 10 }, () => picture)]))
  return file
}
/** The QR in the middle of a picture, twelve pixels a module. */
function drawQr(text: string): { data: Uint8ClampedArray; width: number; height: number } {
  const { data: modules, size } = encode(text, { border: 4 })
  const picture = drawBars('')
  const left = (picture.width - size * 12) / 2
  const top = (picture.height - size * 12) / 2
  for (let y = 0; y < size * 12; y++) {
    for (let x = 0; x < size * 12; x++) {
      const value = modules[Math.floor(y / 12)]?.[Math.floor(x / 12)] ? 20 : 235
      picture.data.set([value, value, value, 255], ((top + y) * picture.width + left + x) * 4)
    }
  }
  return picture
}
const withFilm = (file: string) =>
  launchBrowser([
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ])
const openCamera = async (page: Page) => page.getByRole('button', { name: 'Escanear con la cámara' }).click()
async function inBrowser(started: Promise<Browser>, run: (page: Page) => Promise<void>, permissions: string[] = []) {
  const browser = await started
  const { context, page } = await atTill(browser, hilo, valencia)
  await context.grantPermissions(permissions, { origin: hilo.url })
  await run(page)
  await context.close()
  await browser.close()
}

test('an EAN-13 before the camera is in the basket, and the camera is let go', async () => {
  const [variantId = ''] = variants
  await countTo(hilo, manager, variantId, { VLC: 3 })
  const { title } = await articleOf(hilo, variantId)
  const { gtin } = await hilo.db.one<{ gtin: string }>(sql`select gtin from catalog.variant where id = ${variantId}`)
  await inBrowser(
    withFilm(film(drawBars(modulesOfEan13(gtin)))),
    async (page) => {
      await page.evaluate(`{
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
        window.tracks = []
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await ask(wish)
          window.tracks.push(...stream.getTracks())
          return stream
        }
      }`)
      await openCamera(page)
      await closed(page)
      await page.locator('.t-line', { hasText: title }).waitFor()
      await quiet(page)
      expect((await page.locator('.t-line .t-count').first().textContent())?.trim()).toBe('1')
      expect(await page.evaluate('window.tracks.map(({ readyState }) => readyState)')).toEqual(['ended'])
    },
    ['camera'],
  )
})

test('a QR on the customer’s phone is read, too: a basket code nobody has is said to be unknown', async () => {
  await inBrowser(
    withFilm(film(drawQr('HILO:C:ZZZZ9999'))),
    async (page) => {
      await openCamera(page)
      await page.getByText('Ninguna cesta abierta tiene el código ZZZZ9999').waitFor()
    },
    ['camera'],
  )
})

test('where the camera is not allowed the till says so and where to allow it', async () => {
  await inBrowser(
    launchBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny']),
    async (page) => {
      await openCamera(page)
      await page.locator('.t-sheet .h-note', { hasText: 'La cámara no está permitida' }).waitFor()
      await expectAccessible(page)
      await escape(page)
    },
  )
})

test('a device without a camera says so, and the keyboard serves as well', async () => {
  await inBrowser(
    launchBrowser(['--use-fake-ui-for-media-stream']),
    async (page) => {
      await openCamera(page)
      await page.locator('.t-sheet .h-note', { hasText: 'Este aparato no tiene cámara libre' }).waitFor()
      await escape(page)
    },
    ['camera'],
  )
})
