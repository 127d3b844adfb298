import { randomUUID } from 'node:crypto'
import type { Cart, Order, PlaceAnswer } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import { beforeAll, expect, test } from 'vitest'
import { verify } from '../server/verify/index.ts'
import { availableNow, buyOnline, device, staffDevice, webCart } from './clients.ts'
import { visitor } from './harness.ts'
import { browser, hilo, manager, next, openCounter, sevilla, valencia } from './pos-stand.ts'
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
  setAside,
  soldNumber,
} from './pos-steps.ts'

let counter: Client
openCounter(10)
beforeAll(async () => {
  counter = await staffDevice(hilo, 'counter')
})

const alertText = '.t-world [role="alert"]'

test('S11: a web basket is opened at the till by telephone, one piece swapped, part paid, the rest paid online; units stay held', async () => {
  const [kept, gone, swapped] = [await next({ VLC: 2 }), await next({ VLC: 2 }), await next({ VLC: 2 })]
  const web = device(hilo.url)
  const cart = await web.post<Cart>('/api/store/carts', {
    lines: [
      { variantId: kept.variantId, units: 1 },
      { variantId: gone.variantId, units: 1 },
    ],
    contact: { name: 'Rosa Verdú', email: 'rosa.verdu@correo.example', phone: '612 345 678' },
  })
  const free = async (variantId: string) => (await availableNow(device(hilo.url), variantId)).total
  const { context, page } = await atTill(browser, hilo, valencia)
  await page.keyboard.press('F4')
  await page.locator('.t-world input[type="search"]').fill('612 345 678')
  const found = page.locator('.t-cards li', { hasText: 'Rosa Verdú' })
  expect(await found.textContent()).toMatch(/Empezada en (?!web)/)
  await found.getByRole('button').click()
  await page.locator('.t-line', { hasText: kept.title }).first().waitFor()
  expect([await free(kept.variantId), await free(gone.variantId)]).toEqual([1, 1])

  await page.keyboard.press('F2')
  await putIn(page, swapped.sku)
  await page.locator('.t-line').nth(2).waitFor()
  // The second line is the piece that stays in the shop; sizes of one thing share their title.
  await page.locator('.t-line').nth(1).locator('.t-lineunits button').first().click()
  await expect.poll(() => page.locator('.t-line:not([data-gift])').count(), patience).toBe(2)
  await quiet(page)
  expect([await free(kept.variantId), await free(gone.variantId), await free(swapped.variantId)]).toEqual([1, 2, 1])

  await page.locator('.t-choices button').first().click()
  await page.locator('.t-kinds label').nth(1).click()
  await page.locator('.t-options label', { hasText: 'esta tienda' }).click()
  await page.locator('.t-sheet .h-note[data-tone="kept"]').waitFor()
  await page.getByRole('button', { name: 'Listo' }).click()
  await quiet(page)
  expect(await page.locator('.t-choices button').first().textContent()).toContain('Recoge en Valencia')

  await pay(page)
  await page.locator('.t-ways input[inputmode="decimal"]').fill('10')
  await page.locator('.t-ways button', { hasText: 'Efectivo' }).last().click()
  await page.getByRole('button', { name: 'El resto lo paga por la web' }).click()
  const number = await soldNumber(page)
  const half = await booksOfOrder(hilo, number)
  expect(half).toMatchObject({ status: 'placed', capturedMinor: 1000, payments: 1 })
  expect([await free(kept.variantId), await free(swapped.variantId)]).toEqual([1, 1])

  const link = (await page.locator('.t-link').getAttribute('href')) ?? ''
  const token = link.split('/').at(-1) ?? ''
  const answer = await device(hilo.url).post<PlaceAnswer>(`/api/store/orders/${token}/pay`, { cardToken: 'tok_ok' })
  expect(answer.status).toBe('placed')
  await page.locator('.h-note', { hasText: 'Pagado por la web' }).waitFor()
  expect(await booksOfOrder(hilo, number)).toMatchObject({ capturedMinor: half.totalMinor, payments: 2 })
  expect([await free(kept.variantId), await free(gone.variantId), await free(swapped.variantId)]).toEqual([1, 2, 1])
  expect((await web.get<Cart>(`/api/store/carts/${cart.id}`).catch(() => undefined))?.status ?? 'placed').toBe('placed')
  await context.close()
})

test('a basket of the counter goes to the customer’s phone: the code on the screen opens it there, its units held', async () => {
  const { variantId, sku, title } = await next({ VLC: 1 })
  const { context, page } = await atTill(browser, hilo, valencia)
  await putIn(page, sku)
  await page.locator('.t-basket header button').nth(1).click()
  const code = (await page.locator('.t-code').textContent())?.trim() ?? ''
  const phone = await visitor(browser, { url: hilo.url, size: 'phone' })
  await phone.page.goto((await page.locator('.t-qr').getAttribute('alt')) ?? '')
  const opens = phone.page.locator('main form button[type="submit"], main form button:not([type])').first()
  if (new URL(phone.page.url()).pathname.endsWith('/open')) await opens.click()
  await phone.page.waitForURL(/\/cart$/)
  expect(await phone.page.locator('main').textContent()).toContain(title)
  expect((await availableNow(device(hilo.url), variantId)).total).toBe(0)
  await page.getByRole('button', { name: 'Siguiente cliente' }).click()
  expect(await page.locator('.t-line').count()).toBe(0)
  expect(code.length).toBeGreaterThanOrEqual(6)
  await phone.context.close()
  await context.close()
})

test('a pickup is handed over by its QR: what to fetch and from where, once only', async () => {
  const { variantId, title } = await next({ VLC: 2 })
  const web = device(hilo.url)
  const order = await buyOnline(web, await webCart(web, variantId), { kind: 'pickup', locationId: valencia })
  const code = await setAside(counter, order.id, 'B7')
  const { context, page } = await atTill(browser, hilo, valencia)
  await scan(page, `HILO:P:${code}`)
  const card = page.locator('.t-pickup', { hasText: order.number ?? '' })
  await card.waitFor()
  expect(await card.textContent()).toContain('B7')
  expect(await card.locator('.t-fetch').textContent()).toContain(title)
  await card.getByRole('button', { name: 'Entregar' }).click()
  await page.locator('.mantine-Notification-root', { hasText: order.number ?? '' }).waitFor()
  // The order follows what was handed over, a moment later.
  const status = async () => (await manager.get<Order>(`/api/admin/orders/${order.id}`)).status
  await expect.poll(status).toBe('completed')
  expect(await onHand(hilo, variantId, valencia)).toBe(1)
  await scan(page, `HILO:P:${code}`)
  await page.locator('.t-pickup', { hasText: 'Ya se entregó' }).waitFor()
  expect(await page.getByRole('button', { name: 'Entregar' }).count()).toBe(0)
  await context.close()
})

test('the code of another shop is refused with the shop where the order waits', async () => {
  const { variantId } = await next({ SVQ: 1 })
  const web = device(hilo.url)
  const order = await buyOnline(web, await webCart(web, variantId), { kind: 'pickup', locationId: sevilla })
  const code = await setAside(counter, order.id, 'A1')
  const { context, page } = await atTill(browser, hilo, valencia)
  await scan(page, `HILO:P:${code}`)
  const words = await page.locator(alertText).textContent()
  expect(words).toContain('Este pedido espera en otra tienda')
  expect(words).toContain('Sevilla')
  expect(await onHand(hilo, variantId, sevilla)).toBe(1)
  await context.close()
})

test('what is still due is taken before the goods are handed over', async () => {
  const { variantId } = await next({ VLC: 1 })
  const cart = await counter.post<Cart>('/api/pos/carts', {
    locationId: valencia,
    lines: [{ variantId, units: 1 }],
    contact: { name: 'Pau Sempere', email: `${randomUUID()}@example.com`, phone: '' },
    delivery: { kind: 'pickup', locationId: valencia },
  })
  const placed = await counter.post<PlaceAnswer>(`/api/pos/carts/${cart.id}/place`, {
    expectedTotalMinor: cart.totalMinor,
    tenders: [{ method: 'cash', amountMinor: 500 }],
    restOnline: true,
  })
  if (placed.status !== 'placed') throw new Error(`the sale is ${placed.status}`)
  const code = await setAside(counter, placed.order.id, 'C2')
  const { context, page } = await atTill(browser, hilo, valencia)
  await scan(page, `HILO:P:${code}`)
  const card = page.locator('.t-pickup')
  await card.getByText('Falta por pagar').waitFor()
  expect(await card.getByRole('button', { name: 'Entregar' }).count()).toBe(0)
  await card.locator('.h-note button').click()
  await page.locator('.t-paysums').waitFor()
  // Money is on the counter: a scan and a key change nothing.
  await scan(page, code)
  await page.keyboard.press('F2')
  await page.getByText('Termina el cobro antes de escanear otro artículo').waitFor()
  await page.locator('.t-notes button').first().click()
  await finish(page).dblclick({ force: true })
  await page.locator('.t-ordernumber').waitFor()
  expect(await booksOfOrder(hilo, placed.order.number ?? '')).toMatchObject({
    capturedMinor: cart.totalMinor,
    payments: 2,
  })
  await page.locator('.t-payfoot .t-pay').click()
  await card.getByRole('button', { name: 'Entregar' }).click()
  await expect
    .poll(async () => (await manager.get<Order>(`/api/admin/orders/${placed.order.id}`)).status, patience)
    .toBe('completed')
  await context.close()
})

test('a web order comes back at the counter: one of two, in cash, with a proof, back on this shelf', async () => {
  const { variantId, title } = await next({ VLC: 2 })
  const web = device(hilo.url)
  const order = await delivered({ web, staff: manager }, variantId, 2)
  const before = await onHand(hilo, variantId, valencia)
  const line = order.lines.find((entry) => entry.variantId === variantId)

  const { context, page } = await atTill(browser, hilo, valencia)
  await scan(page, order.number ?? '')
  const form = page.locator('.t-return')
  await form.locator('.t-line', { hasText: title }).locator('.t-lineunits button').last().click()
  await form.getByRole('button', { name: 'Talla' }).click()
  await form.getByText('En efectivo').click()
  await page.getByRole('button', { name: 'Aceptar la devolución' }).dblclick()
  await page.locator('.t-paper', { hasText: 'Devolución' }).waitFor()
  const books = await booksOfOrder(hilo, order.number ?? '')
  expect(books.refundedMinor).toBe((line?.totalMinor ?? 0) / 2)
  expect(await onHand(hilo, variantId, valencia)).toBe(before + 1)
  const after = await manager.get<Order>(`/api/admin/orders/${order.id}`)
  expect(after.returns).toHaveLength(1)
  expect(after.returns[0]).toMatchObject({ locationId: valencia, refundMethod: 'cash', reason: 'Talla' })
  await context.close()
})

test('after all of this hilo verify finds every law kept', async () => {
  const wrong = async () => (await verify(hilo.db)).checks.filter(({ count }) => count > 0)
  await expect.poll(wrong, { timeout: 10_000, interval: 500 }).toEqual([])
})
