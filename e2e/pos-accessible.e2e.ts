import type { Cart, Order } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buyOnline, countTo, device, freeVariants, placesByCode, staffDevice, webCart } from './clients.ts'
import { expectAccessible, launchBrowser, type RunningHilo, startHilo, visitor } from './harness.ts'
import { articleOf, atTill, finish, pay, putIn, quiet, sideways, soldNumber } from './pos-steps.ts'

let hilo: RunningHilo
let browser: Browser
let manager: Client
let variants: string[]
let valencia: string

beforeAll(async () => {
  hilo = await startHilo()
  browser = await launchBrowser()
  manager = await staffDevice(hilo, 'manager')
  variants = await freeVariants(hilo, 4)
  valencia = (await placesByCode(hilo))['VLC'] ?? ''
})
afterAll(async () => {
  await browser?.close()
  await hilo?.close()
})

/** A web order that waits in this shop, so that pickups and returns have something to show. */
async function waitingOrder(variantId: string): Promise<Order> {
  await countTo(hilo, manager, variantId, { VLC: 3 })
  const web = device(hilo.url)
  const order = await buyOnline(web, await webCart(web, variantId), { kind: 'pickup', locationId: valencia })
  const [part] = (await manager.get<Order>(`/api/admin/orders/${order.id}`)).fulfillments
  for (const line of part?.lines ?? [])
    await manager.post(`/api/admin/fulfillment/${part?.id}/pick`, { orderLineId: line.orderLineId, units: line.units })
  await manager.post(`/api/admin/fulfillment/${part?.id}/set-aside`, { bin: 'A1' })
  return order
}

/** Opens every screen and sheet of the till and looks at each. */
async function walk(page: Page, size: string, order: Order, sku: string, check: () => Promise<void>): Promise<void> {
  const phone = size === 'phone'
  const toBasket = async () => {
    if (phone && !(await page.locator('.t-side[data-open]').isVisible())) await page.locator('.t-peek').click()
  }
  const close = async () => {
    await page.keyboard.press('Escape')
    await page.locator('[role="dialog"]').waitFor({ state: 'detached' })
  }
  await check()
  await page.locator('.t-world input[type="search"]').fill('camisa')
  await page.locator('.t-results li').first().waitFor()
  await check()
  await page.locator('.t-result').first().click()
  await page.locator('.t-elsewhere li').first().waitFor()
  await check()
  await close()
  await putIn(page, sku)
  await toBasket()
  await check()
  for (const at of [0, 1]) {
    await page.locator('.t-choices button').nth(at).click()
    await page.locator('[role="dialog"] .t-sheet').waitFor()
    if (at === 0) {
      await page.locator('.t-kinds label').nth(2).click()
      await check()
      await page.locator('.t-kinds label').nth(1).click()
    }
    await check()
    await close()
  }
  await page.locator('.t-customer').click()
  await page.locator('[role="dialog"] input[type="search"]').fill('Marta')
  await page.locator('.t-person').first().click()
  await page.locator('.t-card .t-cardcols').waitFor()
  await check()
  await close()
  await toBasket()
  await quiet(page)
  await pay(page)
  await check()
  await page.locator('.t-notes button').nth(1).click()
  await finish(page).click()
  await page.locator('.t-paper').waitFor()
  expect(await soldNumber(page)).toMatch(/^H-/)
  await check()
  await page.locator('.t-payfoot .t-pay').click()
  for (const key of ['F4', 'F6', 'F8', 'F1']) {
    await page.keyboard.press(key)
    await page.waitForLoadState('networkidle')
    if (key === 'F6') await page.locator('.t-cards li').first().waitFor()
    if (key === 'F8') {
      await page.locator('.t-world input[type="search"]').fill(order.number ?? '')
      await page.locator('.t-return').waitFor()
    }
    await check()
  }
}

describe.each([
  ['light', 'phone', 'es'],
  ['dark', 'phone', 'en'],
  ['light', 'desk', 'en'],
  ['dark', 'desk', 'es'],
  ['light', 'tablet', 'es'],
] as const)('every screen of the till, %s, %s, %s', (theme, size, language) => {
  test('has no barrier that axe can find, no sideways scrolling, no refused script', async () => {
    const [waiting = '', sold = ''] = variants
    const order = await waitingOrder(waiting)
    await countTo(hilo, manager, sold, { VLC: 3 })
    const { sku } = await articleOf(hilo, sold)
    const { context, page } = await atTill(browser, hilo, valencia, { theme, size, language })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await walk(page, size, order, sku, async () => {
      await expectAccessible(page)
      expect(await sideways(page), page.url()).toBe(0)
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
    })
    expect(complaints).toEqual([])
    await context.close()
  })
})

test('somebody without a mouse sells: search, add, pay, finish with the keyboard alone', async () => {
  const [, , variantId = ''] = variants
  await countTo(hilo, manager, variantId, { VLC: 2 })
  const { sku } = await articleOf(hilo, variantId)
  const { context, page } = await atTill(browser, hilo, valencia)
  await page.keyboard.press('F2')
  await page.keyboard.type(sku, { delay: 60 })
  await page.waitForTimeout(100)
  await page.keyboard.press('Enter')
  await page.locator('.t-line').first().waitFor()
  await quiet(page)
  await page.keyboard.press('F9')
  await page.locator('.t-notes button').first().and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await finish(page).focus()
  await page.keyboard.press('Enter')
  await page.locator('.t-paper').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('[role="dialog"]').waitFor({ state: 'detached' })
  expect(await page.locator('.t-line').count()).toBe(0)
  await context.close()
})

test('who is not signed in sees one key and no shop’s figures', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const { context, page } = await visitor(browser, { url: hilo.url, theme, size: 'phone' })
    await page.goto('/pos')
    await page.locator('a.t-big').waitFor()
    await expectAccessible(page)
    await expect(device(hilo.url).post<Cart>('/api/pos/carts', { locationId: valencia })).rejects.toMatchObject({
      body: { status: 401 },
    })
    await context.close()
  }
})
