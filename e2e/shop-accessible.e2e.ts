import type { Order, OrderSummary } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../server/platform/clock.ts'
import { sql } from '../server/platform/sql.ts'
import { staffDevice } from './clients.ts'
import { expectAccessible, sizes } from './harness.ts'
import {
  collectAt,
  layOut,
  payAndReturn,
  putIntoBasket,
  shopper,
  sideways,
  somethingToBuy,
  tellWho,
} from './shop-steps.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()

const pages = [
  '/',
  '/collections/mujer',
  '/collections/mujer?color=anil&size=m',
  '/collections/mujer?maxPrice=1',
  '/search?q=camiza+lino',
  '/search?q=zzzzz',
  '/search',
  '/shops',
  '/help/delivery',
  '/help/imprint',
  '/help/contact',
  '/orders',
  '/account',
  '/cart',
  '/cart/open',
  '/cart/open?code=ABCD2345',
  '/no-such-page',
  '/500',
]

/** The pages of one order in each state that the demo has: placed, ready, on its way, with the customer, returned, canceled. */
async function orderPages(manager: Client): Promise<string[]> {
  const { items } = await manager.get<{ items: OrderSummary[] }>('/api/admin/orders', {
    query: { limit: 100, channel: 'web' },
  })
  const found = new Map<string, string>()
  for (const { id } of items) {
    const order = await manager.get<Order>(`/api/admin/orders/${id}`)
    const state = [order.status, ...order.fulfillments.map(({ kind, status }) => `${kind} ${status}`)].join(', ')
    const key = order.returns.length > 0 ? `${state}, returned` : state
    if (!found.has(key)) found.set(key, `/orders/${order.token}`)
    if (found.size >= 9) break
  }
  expect([...found.keys()].join('; ')).toMatch(/pickup ready.*|delivery shipped/)
  return [...found.values()]
}

describe.each(['es', 'en'] as const)('every page of the shop, in %s', (language) => {
  test('has no barrier that axe finds in light or dark, scrolls sideways at no size, and runs no refused script', {
    timeout: 600_000,
  }, async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, language, size: 'desk' })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    const prefix = language === 'en' ? '/en' : ''
    const check = async () => {
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
      await page.emulateMedia({ colorScheme: 'light' })
      await expectAccessible(page)
      for (const size of ['tablet', 'phone', 'desk'] as const) {
        await page.setViewportSize(sizes[size])
        expect(await sideways(page), `${page.url()} on a ${size}`).toBe(0)
      }
      // Dark, and as a phone lays it out: what differs there is looked at, too.
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize(sizes.phone)
      await expectAccessible(page)
      await page.setViewportSize(sizes.desk)
    }
    // Chosen as a reader chooses: an order of somebody who reads English then stays in this language.
    await page.goto(`/help/care?lang=${language}`)
    for (const path of pages) {
      await page.goto(`${prefix}${path}`)
      await check()
    }
    for (const path of await orderPages(await staffDevice(hilo, 'manager'))) {
      await page.goto(`${prefix}${path}`)
      await check()
    }
    const { link } = await hilo.db.one<{ link: string }>(sql`
      select text_body as link from platform.mail_message where text_body like '%/shortages/%' order by created_at desc limit 1`)
    await page.goto(`${prefix}${/\/shortages\/[\w-]+/.exec(link)?.[0]}`)
    await check()
    const thing = await somethingToBuy(hilo.url, 'mujer')
    await page.goto(`${prefix}/products/${thing.handle}`)
    await check()
    await putIntoBasket(page, thing, prefix)
    await check()
    const sold = await somethingToBuy(hilo.url, 'hombre')
    await layOut(hilo, systemClock, sold.variantId, {})
    await page.goto(`${prefix}/products/${sold.handle}?color=${sold.color}&size=${sold.size}`)
    await check()
    for (const path of ['/cart', '/checkout']) {
      await page.goto(`${prefix}${path}`)
      await check()
    }
    await page.locator('#pay').click()
    await page.locator('.notice.bad').waitFor()
    await page.locator('#kind-delivery').check()
    await check()
    await tellWho(page, { email: `${language}@correo.example` })
    await collectAt(page, 'VLC')
    await check()
    await page.goto(`${prefix}/cart/share`)
    await page.locator('main form button').click()
    await page.locator('#share-code').waitFor()
    await check()
    await page.goto(`${prefix}/checkout`)
    await page.locator('#pay').click()
    await page.locator('button[value="decline"]').click()
    await page.locator('.notice.bad').waitFor()
    await check()
    await payAndReturn(page)
    await check()
    expect(complaints).toEqual([])
    await context.close()
  })
})

test('the language switch keeps page, filters and basket', async () => {
  const { context, page } = await shopper(browser, { url: hilo.url })
  await page.goto('/collections/mujer?color=anil&sort=newest')
  await page.locator('.top .language').click()
  await page.waitForURL(/\/en\/collections\/mujer/)
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ color: 'anil', sort: 'newest' })
  expect(await page.locator('h1').textContent()).toBe('Women')
  await context.close()
})
