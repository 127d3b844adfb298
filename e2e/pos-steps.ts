import { randomUUID } from 'node:crypto'
import type { Order } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { buyOnline, home, webCart } from './clients.ts'
import { type RunningHilo, visitor } from './harness.ts'

const password = 'una-frase-larga-de-prueba'
type Options = { language?: 'es' | 'en'; size?: 'phone' | 'tablet' | 'desk'; theme?: 'light' | 'dark' }

/** How long a state may take to come about on a busy machine. */
export const patience = { timeout: 15_000 }

/** A till that stands in this shop, with somebody of the demo's staff signed in and nothing in the basket. */
export async function atTill(
  browser: Browser,
  hilo: RunningHilo,
  locationId: string,
  { role = 'counter', ...options }: Options & { role?: 'counter' | 'manager' } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const made = await visitor(browser, { url: hilo.url, ...options })
  await signIn(made.context, hilo, role)
  await made.context.addInitScript(
    `localStorage.setItem('hilo-till-place', ${JSON.stringify(JSON.stringify(locationId))})`,
  )
  await made.page.goto('/pos')
  await made.page.locator('.t-till').waitFor()
  return made
}

async function signIn(context: BrowserContext, hilo: RunningHilo, role: string): Promise<void> {
  const member = hilo.staff.find((each) => each.role === role)
  if (!member) throw new Error(`the demo has no ${role}`)
  const call = (path: string, data: object) =>
    context.request.post(`${hilo.url}${path}`, { data, headers: { 'idempotency-key': randomUUID() } })
  const own = await call('/api/staff/login', { email: member.email, password })
  if (own.ok()) return
  await call('/api/staff/login', { email: member.email, password: member.oneTimePassword })
  const chosen = await call('/api/staff/login/password', { password })
  expect(chosen.ok()).toBe(true)
}

/** What a hand scanner does: types the code faster than any person, then Enter. */
export async function scan(page: Page, code: string): Promise<void> {
  const keys = JSON.stringify([...code, 'Enter'])
  await page.evaluate(`{
    const at = document.activeElement ?? document.body
    for (const key of ${keys}) at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  }`)
}

/** The field of the place of work that is open. */
export const field = (page: Page) => page.locator('.t-world input[type="search"]')

/** Finds an article by its code and puts one into the basket. */
export async function putIn(page: Page, sku: string): Promise<void> {
  await field(page).fill(sku)
  const row = page.locator('.t-results li', { hasText: sku })
  await row.locator('.t-plus').click()
  await page.locator('.t-line').last().waitFor({ state: 'attached' })
  await quiet(page)
}

/** Waits until the basket has answered. */
export async function quiet(page: Page): Promise<void> {
  await page.locator('.t-basket .h-loading[hidden]').waitFor({ state: 'attached' })
}

/** Opens the sheet that takes money. */
export async function pay(page: Page): Promise<void> {
  await page.locator('.t-basket .t-pay').click()
  await page.locator('.t-paysums').waitFor()
}

/** The big key at the lower right of the sheet that is open. */
export const finish = (page: Page) => page.locator('.t-payfoot .t-pay')

/** SKU, title and price of a variant as the counter knows it. */
export async function articleOf(hilo: RunningHilo, variantId: string): Promise<{ sku: string; title: string }> {
  return hilo.db.one(sql`
    select v.sku, p.title ->> 'es' as title from catalog.variant v join catalog.product p on p.id = v.product_id
     where v.id = ${variantId}`)
}

/** What really happened to the basket or order with this number: money and state in the books. */
export async function booksOfOrder(
  hilo: RunningHilo,
  number: string,
): Promise<{
  id: string
  status: string
  totalMinor: number
  capturedMinor: number
  refundedMinor: number
  payments: number
}> {
  return hilo.db.one(sql`
    select o.id, o.status, o.total_minor as "totalMinor",
           coalesce((select sum(p.captured_minor) from payments.payment p where p.order_id = o.id), 0)::int as "capturedMinor",
           coalesce((select sum(r.amount_minor) from payments.refund r join payments.payment p on p.id = r.payment_id
                      where p.order_id = o.id and r.status <> 'failed'), 0)::int as "refundedMinor",
           (select count(*) from payments.payment p where p.order_id = o.id and p.status = 'captured')::int as payments
      from orders.customer_order o where o.number = ${number}`)
}

/** The number on the sheet that says the sale is done. */
export async function soldNumber(page: Page): Promise<string> {
  const text = await page.locator('.t-ordernumber').textContent()
  const number = /H-\d+/.exec(text ?? '')?.[0] ?? ''
  expect(number).toMatch(/^H-\d+$/)
  return number
}

/** Orders with this article since then; the demo's history has some before. */
export async function soldSince(hilo: RunningHilo, variantId: string, since: Date): Promise<number> {
  const { n } = await hilo.db.one<{ n: number }>(sql`
    select count(distinct o.id)::int as n from orders.customer_order o join orders.order_line l on l.order_id = o.id
     where l.variant_id = ${variantId} and o.created_at >= ${since} and o.status in ('placed', 'completed')`)
  return n
}

export async function onHand(hilo: RunningHilo, variantId: string, locationId: string): Promise<number> {
  const row = await hilo.db.maybeOne<{ n: number }>(sql`
    select on_hand as n from inventory.stock_level where variant_id = ${variantId} and location_id = ${locationId}`)
  return row?.n ?? 0
}

/** Pixels by which the page is wider than the window. */
export async function sideways(page: Page): Promise<number> {
  return (await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')) as number
}

/** Waits until the sheet that lay over the till is gone. */
export async function closed(page: Page): Promise<void> {
  await page.locator('[role="dialog"]').waitFor({ state: 'detached' })
}

/** Escape, and the sheet is gone. */
export async function escape(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await closed(page)
}

/** Mails to this address, oldest first. */
export async function mailsTo(
  hilo: RunningHilo,
  to: string,
): Promise<{ subject: string; text: string; html: string; language: string }[]> {
  return hilo.db.many(sql`
    select subject, text_body as text, html_body as html, language
      from platform.mail_message where to_address = ${to} order by created_at, id`)
}

/** An order of this article that waits in this shop under this name of a shelf; answers it with its pickup code. */
export async function waiting(
  clients: { web: Client; staff: Client },
  { variantId, locationId, bin, units = 1 }: { variantId: string; locationId: string; bin: string; units?: number },
): Promise<{ order: Order; code: string }> {
  const { web, staff } = clients
  const order = await buyOnline(web, await webCart(web, variantId, units), { kind: 'pickup', locationId })
  return { order, code: await setAside(staff, order.id, bin) }
}

/** Picks everything of an order's pickup and puts it on the shelf of this name; answers the pickup code. */
export async function setAside(staff: Client, orderId: string, bin: string): Promise<string> {
  const order = await staff.get<Order>(`/api/admin/orders/${orderId}`)
  const part = order.fulfillments.find(({ kind, status }) => kind === 'pickup' && status !== 'canceled')
  for (const line of part?.lines ?? [])
    await staff.post(`/api/admin/fulfillment/${part?.id}/pick`, { orderLineId: line.orderLineId, units: line.units })
  await staff.post(`/api/admin/fulfillment/${part?.id}/set-aside`, { bin })
  return part?.pickupCode ?? ''
}

/** A web order that was sent home and has arrived. */
export async function delivered(clients: { web: Client; staff: Client }, variantId: string, units = 1): Promise<Order> {
  const { web, staff } = clients
  const order = await buyOnline(web, await webCart(web, variantId, units), { kind: 'delivery', address: home })
  const [sent] = (await staff.get<Order>(`/api/admin/orders/${order.id}`)).fulfillments
  for (const line of sent?.lines ?? [])
    await staff.post(`/api/admin/fulfillment/${sent?.id}/pick`, { orderLineId: line.orderLineId, units: line.units })
  for (const step of ['pack', 'ship', 'delivered']) await staff.post(`/api/admin/fulfillment/${sent?.id}/${step}`, {})
  return order
}
