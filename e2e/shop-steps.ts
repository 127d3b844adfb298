import type { AvailabilityAnswer, StoreProduct, StoreProducts } from '@hilo/contract'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { availability, changeStock } from '../server/inventory/index.ts'
import type { Clock } from '../server/platform/clock.ts'
import { sql } from '../server/platform/sql.ts'
import { type RunningHilo, sizes, visitor } from './harness.ts'

/** Steps that several shop journeys share. Each acts as a shopper does: what can be seen, clicked and typed. */

/** A visitor of the shop. A page may take long the first time: its pictures are drawn when they are first asked for. */
export async function shopper(browser: Browser, options: Parameters<typeof visitor>[1]): ReturnType<typeof visitor> {
  const made = await visitor(browser, options)
  made.context.setDefaultTimeout(30_000)
  made.context.setDefaultNavigationTimeout(60_000)
  return made
}

/** A visitor who has nothing but their fingers: every press is a tap. */
export async function toucher(
  browser: Browser,
  { url, size }: { url: string; size: keyof typeof sizes },
): ReturnType<typeof visitor> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: sizes[size],
    hasTouch: true,
    isMobile: true,
    locale: 'es-ES',
    timezoneId: 'Europe/Madrid',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(30_000)
  context.setDefaultNavigationTimeout(60_000)
  return { context, page: await context.newPage() }
}

/** One size of one product of a collection that can be had, by the public API; `units` are free over all places. */
export async function somethingToBuy(
  url: string,
  collection: string,
  units = 4,
): Promise<{ handle: string; variantId: string; color: string; size: string; priceMinor: number }> {
  const { items } = (await (
    await fetch(`${url}/api/store/products?collection=${collection}&limit=24`)
  ).json()) as StoreProducts
  for (const card of items) {
    const product = (await (await fetch(`${url}/api/store/products/${card.handle}`)).json()) as StoreProduct
    const keys = product.options.map((option) => option.key)
    if (
      !keys.includes('color') ||
      !keys.includes('size') ||
      (product.options.find((option) => option.key === 'size')?.values.length ?? 0) < 2
    )
      continue
    const stock = (await (
      await fetch(`${url}/api/store/availability?variants=${product.variantIds.slice(0, 100).join(',')}`)
    ).json()) as AvailabilityAnswer
    for (const variant of product.variants) {
      if ((stock.variants.find((each) => each.variantId === variant.id)?.total ?? 0) < units || !variant.price) continue
      const value = (key: string) => variant.optionValues[keys.indexOf(key)] ?? ''
      return {
        handle: product.handle,
        variantId: variant.id,
        color: value('color'),
        size: value('size'),
        priceMinor: variant.price.effectiveMinor,
      }
    }
  }
  throw new Error(`the demo has nothing in ${collection} with ${units} free units`)
}

/** Puts exactly these free units of a variant on the shelves, by place code; every other place has none. */
export async function layOut(
  hilo: RunningHilo,
  clock: Clock,
  variantId: string,
  shelves: Record<string, number>,
): Promise<void> {
  const places = await hilo.db.many<{ id: string; code: string }>(sql`select id, code from inventory.location`)
  await hilo.db.transaction(async (tx) => {
    await tx.run(sql`update inventory.stock_level set safety_stock = 0 where variant_id = ${variantId}`)
    const now = (await availability(tx, { variantIds: [variantId] })).get(variantId)
    const items = places.flatMap(({ id, code }) => {
      const quantity = (shelves[code] ?? 0) - (now?.places.find((place) => place.locationId === id)?.atp ?? 0)
      return quantity === 0 ? [] : [{ variantId, locationId: id, quantity, reason: 'laid out for a test' }]
    })
    await changeStock(tx, clock, { items, kind: 'adjusted', actorId: 'system:test' })
  })
}

/** Product page to basket, choosing colour and size. */
export async function putIntoBasket(
  page: Page,
  thing: { handle: string; color: string; size: string },
  prefix = '',
): Promise<void> {
  await page.goto(`${prefix}/products/${thing.handle}`)
  await page.locator(`[id="v-color-${thing.color}"]`).click()
  await page.waitForURL((url) => url.searchParams.get('color') === thing.color)
  await page.locator(`[id="v-size-${thing.size}"]`).click()
  await page.waitForURL((url) => url.searchParams.get('size') === thing.size)
  await page.locator('button#add').click()
  await page.locator('[data-part="buy"] .notice.good').waitFor()
}

/** Fills the first part of checkout. */
export async function tellWho(
  page: Page,
  { name = 'Marta Ibáñez Roca', email = 'marta@correo.example' } = {},
): Promise<void> {
  await page.locator('#name').fill(name)
  await page.locator('#email').fill(email)
}

/** Chooses a shop by its code and waits until the page has said when it will be there. */
export async function collectAt(page: Page, code: string, scripted = true): Promise<void> {
  await page.locator('#kind-pickup').check()
  await page.locator(`#place-${code}`).check()
  if (scripted) await page.locator('[data-part="plan"] .notice').waitFor()
}

/** Pays on the provider's page and returns to the order. Without script the first press only shows the new total. */
export async function payAndReturn(page: Page): Promise<void> {
  await page.locator('#pay').click()
  await page.locator('button[value="approve"]').click()
  await page.waitForURL(/\/orders\//)
}

/** What the order page says: number and pickup code. */
export async function readOrder(page: Page): Promise<{ number: string; code: string | null }> {
  const number = /H-\d+/.exec((await page.locator('main').textContent()) ?? '')?.[0] ?? ''
  expect(number).toMatch(/^H-\d+$/)
  const code = page.locator('[data-pickup-code]')
  return { number, code: (await code.count()) > 0 ? ((await code.first().textContent())?.trim() ?? null) : null }
}

/** Orders and captured money of one person's mail address: what really happened. */
export async function booksOf(hilo: RunningHilo, email: string): Promise<{ placed: number; capturedMinor: number }> {
  const rows = await hilo.db.many<{ captured: number }>(sql`
    select coalesce((select sum(p.captured_minor) from payments.payment p where p.order_id = o.id), 0)::int as captured
      from orders.customer_order o where o.contact->>'email' = ${email} and o.status = 'placed'`)
  return { placed: rows.length, capturedMinor: rows.reduce((sum, row) => sum + row.captured, 0) }
}

/** Pixels by which the page is wider than the window; 0 when nothing must be scrolled sideways. */
export async function sideways(page: Page): Promise<number> {
  return Math.max(0, (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number)
}
