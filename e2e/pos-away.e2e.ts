import type { Order } from '@hilo/contract'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { device } from './clients.ts'
import { began, browser, hilo, manager, next, openCounter, valencia } from './pos-stand.ts'
import {
  atTill,
  booksOfOrder,
  delivered,
  finish,
  onHand,
  patience,
  pay,
  putIn,
  quiet,
  scan,
  soldNumber,
  soldSince,
  waiting,
} from './pos-steps.ts'

openCounter(16)

/** Nothing reaches the server any more. @returns how it is there again */
const cutOff = async (page: Page) => {
  await page.route('**/api/**', (route) => route.abort('connectionrefused'))
  return () => page.unroute('**/api/**')
}
/** The server has too much to do and says so, as `platform/shed-answer.ts` does. @returns how it serves again */
const crowd = async (page: Page) => {
  const body = {
    type: '/api/problems/platform.busy',
    code: 'platform.busy',
    status: 503,
    retry: 'later',
    retryAfterSeconds: 1,
  }
  await page.route('**/api/**', (route) =>
    route.fulfill({
      status: 503,
      headers: { 'retry-after': '1', 'content-type': 'application/problem+json' },
      body: JSON.stringify({ ...body, title: 'Ahora mismo se le pide a Hilo más de lo que puede' }),
    }),
  )
  return () => page.unroute('**/api/**')
}
/** The server does it, and its answer is lost on the way: the first time only. @returns the keys that were sent */
const loseAnswer = async (page: Page, url: string): Promise<string[]> => {
  const keys: string[] = []
  await page.route(url, async (route) => {
    if (route.request().method() === 'GET') return route.continue()
    keys.push(route.request().headers()['idempotency-key'] ?? '')
    if (keys.length > 1) return route.continue()
    await route.fetch()
    return route.abort('connectionreset')
  })
  return keys
}
const away = (page: Page) => page.locator('.t-away p')

test('while the server is away the till says so, keeps the basket and what is scanned, and goes on by itself', async () => {
  const [there, first, second] = [await next(), await next(), await next()]
  const { context, page } = await atTill(browser, hilo, valencia)
  await putIn(page, there.sku)
  const back = await cutOff(page)
  for (const { sku } of [first, second, second]) await scan(page, sku)
  await away(page).waitFor()
  await expect.poll(() => away(page).textContent(), patience).toContain('Esperan 3 cambios de la cesta')
  expect(await away(page).textContent()).toContain('La cesta no se pierde')
  expect(await page.locator('.t-line').count()).toBe(1)
  await back()
  await page.locator('.t-line', { hasText: second.title }).last().waitFor()
  await away(page).waitFor({ state: 'detached' })
  await quiet(page)
  expect((await page.locator('.t-line:not([data-gift]) .t-count').allTextContents()).map(Number)).toEqual([1, 1, 2])
  await context.close()
})

test('while the server has too much to do the till says so, keeps what is scanned and sells it once there is time', async () => {
  const [there, first] = [await next(), await next()]
  const { context, page } = await atTill(browser, hilo, valencia)
  await putIn(page, there.sku)
  const served = await crowd(page)
  await scan(page, first.sku)
  await away(page).waitFor()
  await expect.poll(() => away(page).textContent(), patience).toContain('Espera 1 cambio de la cesta')
  expect(await away(page).textContent()).toContain('Hay demasiado trabajo a la vez; las cajas van primero.')
  await served()
  await page.locator('.t-line', { hasText: first.title }).last().waitFor()
  await away(page).waitFor({ state: 'detached' })
  await pay(page)
  await page.locator('.t-notes button').first().click()
  await finish(page).click()
  await page.locator('.t-paper').waitFor()
  expect(await soldSince(hilo, first.variantId, began)).toBe(1)
  await context.close()
})

test('a lost answer to a scan is asked for again: the article is in the basket once', async () => {
  const [first, second] = [await next(), await next()]
  const { context, page } = await atTill(browser, hilo, valencia)
  const opened = await loseAnswer(page, '**/api/pos/carts')
  await scan(page, first.sku)
  await page.locator('.t-line').first().waitFor()
  const added = await loseAnswer(page, '**/api/pos/carts/*/lines')
  await scan(page, second.sku)
  await page.locator('.t-line').nth(1).waitFor()
  await quiet(page)
  for (const keys of [opened, added]) expect([keys.length, new Set(keys).size]).toEqual([2, 1])
  expect((await page.locator('.t-line:not([data-gift]) .t-count').allTextContents()).map(Number)).toEqual([1, 1])
  await context.close()
})

test('a lost answer to the sale: the till does not know, says so, asks again by itself; one order, one payment', async () => {
  const { variantId, sku } = await next()
  const { context, page } = await atTill(browser, hilo, valencia)
  const keys = await loseAnswer(page, '**/api/pos/carts/*/place')
  await putIn(page, sku)
  await pay(page)
  await page.locator('.t-notes button').first().click()
  await finish(page).click()
  await page.locator('.t-sheet .h-note', { hasText: 'No sabemos todavía si la venta ha terminado' }).waitFor()
  // Nothing may be changed or closed while the question is open.
  await page.keyboard.press('Escape')
  expect(await page.locator('.t-tenders button').isDisabled()).toBe(true)
  expect(await soldSince(hilo, variantId, began)).toBe(1)
  await page.locator('.t-paper').waitFor()
  expect(await page.locator('.t-sheettitle').textContent()).toBe('Venta terminada')
  // Asked again with the same key, or found among the finished baskets: never another request.
  expect(new Set(keys).size).toBe(1)
  expect(await soldSince(hilo, variantId, began)).toBe(1)
  expect(await booksOfOrder(hilo, await soldNumber(page))).toMatchObject({ payments: 1, status: 'completed' })
  await context.close()
})

test('a server that goes away before the sale reaches it: the sale is made when it is back, once', async () => {
  const { variantId, sku } = await next()
  const { context, page } = await atTill(browser, hilo, valencia)
  await putIn(page, sku)
  await pay(page)
  await page.locator('.t-notes button').first().click()
  const back = await cutOff(page)
  await finish(page).click()
  await away(page).waitFor()
  expect(await soldSince(hilo, variantId, began)).toBe(0)
  await back()
  await page.locator('.t-paper').waitFor()
  expect(await booksOfOrder(hilo, await soldNumber(page))).toMatchObject({ payments: 1, status: 'completed' })
  expect(await onHand(hilo, variantId, valencia)).toBe(4)
  await context.close()
})

test('a till that reloads before the answer comes finds its sale finished, not an empty basket', async () => {
  const { variantId, sku } = await next()
  const { context, page } = await atTill(browser, hilo, valencia)
  await page.route('**/api/pos/carts/*/place', async (route) => {
    await route.fetch()
    return route.abort('connectionreset')
  })
  await putIn(page, sku)
  await pay(page)
  await page.locator('.t-notes button').first().click()
  await finish(page).click()
  await page.getByRole('button', { name: 'Volver a preguntar ahora' }).waitFor()
  await page.reload()
  await page.locator('.t-paper').waitFor()
  expect(await booksOfOrder(hilo, await soldNumber(page))).toMatchObject({ payments: 1, status: 'completed' })
  expect(await soldSince(hilo, variantId, began)).toBe(1)
  await context.close()
})

test('a lost answer to a hand-over and to a return: each is asked for again by itself and happens once', async () => {
  const [collected, back] = [await next(), await next()]
  const clients = { web: device(hilo.url), staff: manager }
  const pickup = await waiting(clients, { variantId: collected.variantId, locationId: valencia, bin: 'E1' })
  const order = await delivered(clients, back.variantId)
  const { context, page } = await atTill(browser, hilo, valencia)
  const given = await loseAnswer(page, '**/api/pos/pickups/hand-over')
  await scan(page, `HILO:P:${pickup.code}`)
  await page.locator('.t-pickup').getByRole('button', { name: 'Entregar' }).click()
  await page.locator('.t-pickup .h-note', { hasText: 'No sabemos todavía' }).waitFor()
  // The list is read anew and the answer is asked for again: whichever comes first says that it is done.
  const told = page.locator('.mantine-Notification-root', { hasText: pickup.order.number ?? '' })
  await told
    .or(page.locator('.t-pickup', { hasText: 'Ya se entregó' }))
    .first()
    .waitFor()
  expect(new Set(given).size).toBe(1)
  const statusOf = async () => (await manager.get<Order>(`/api/admin/orders/${pickup.order.id}`)).status
  await expect.poll(statusOf, patience).toBe('completed')

  const taken = await loseAnswer(page, '**/api/pos/orders/*/returns')
  await scan(page, order.number ?? '')
  const form = page.locator('.t-return')
  await form.locator('.t-lineunits button').last().click()
  await form.getByRole('button', { name: 'Talla' }).click()
  await page.getByRole('button', { name: 'Aceptar la devolución' }).click()
  await page.locator('.t-return .h-note', { hasText: 'No sabemos todavía' }).waitFor()
  await page.locator('.t-paper', { hasText: 'Devolución' }).waitFor()
  expect([taken.length, new Set(taken).size]).toEqual([2, 1])
  expect((await manager.get<Order>(`/api/admin/orders/${order.id}`)).returns).toHaveLength(1)
  await context.close()
})
