import { randomInt, randomUUID } from 'node:crypto'
import type { Order, PlaceAnswer } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import { beforeAll, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { verify } from '../server/verify/index.ts'
import { device, staffDevice } from './clients.ts'
import { visitor } from './harness.ts'
import { browser, hilo, manager, next, openCounter, sevilla, valencia } from './pos-stand.ts'
import {
  atTill,
  booksOfOrder,
  closed,
  delivered,
  escape,
  field,
  finish,
  mailsTo,
  onHand,
  patience,
  pay,
  putIn,
  quiet,
  scan,
  soldNumber,
  waiting,
} from './pos-steps.ts'

let counter: Client
openCounter(12)
beforeAll(async () => {
  counter = await staffDevice(hilo, 'counter')
})

const plain = (text: string | null | undefined) => text?.replace(/\s/g, '') ?? ''
const euros = (minor: number, locale = 'es-ES') =>
  plain(new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).format(minor / 100))

test('the receipt goes by mail at the sale, and years later again: printed as a copy, sent in the customer’s language', async () => {
  const { sku, title } = await next({ VLC: 3 })
  const address = `${randomUUID()}@example.com`
  const { context, page } = await atTill(browser, hilo, valencia)
  await putIn(page, sku)
  await pay(page)
  await page.locator('.t-notes button').first().click()
  await finish(page).click()
  await page.locator('.t-paper').waitFor()
  const { totalMinor } = await booksOfOrder(hilo, await soldNumber(page))
  const number = /VLC-\d+/.exec((await page.locator('.t-paper').textContent()) ?? '')?.[0] ?? ''
  await page.locator('.t-mail input').fill(address)
  await page.getByRole('button', { name: 'Enviar recibo' }).dblclick()
  await page.getByText(`Recibo enviado a ${address}`).waitFor()
  const [mail, ...more] = await mailsTo(hilo, address)
  expect(more).toEqual([])
  expect(mail?.subject).toContain(number)
  expect(plain(mail?.text)).toContain(`Total:${euros(totalMinor)}`)
  await escape(page)

  await page.getByRole('button', { name: 'Read in English' }).click()
  await page.keyboard.press('F8')
  await page.getByRole('heading', { name: 'Last sales of this shop' }).waitFor()
  await scan(page, number)
  await page.getByRole('button', { name: 'Print or send the receipt' }).click()
  const paper = page.locator('.t-paper')
  await paper.waitFor()
  expect(await paper.textContent()).toContain('Copy')
  expect(await paper.textContent()).toContain(sku)
  await page.evaluate('{ window.printed = 0; window.print = () => window.printed++ }')
  await page.getByRole('button', { name: 'Print receipt' }).click()
  expect(await page.evaluate('window.printed')).toBe(1)
  await page.locator('.t-mail input').fill(address)
  await page.getByRole('button', { name: 'Send receipt' }).click()
  await page.getByText(`Receipt sent to ${address}`).waitFor()
  const again = (await mailsTo(hilo, address)).at(-1)
  expect(again?.language).toBe('en')
  expect(plain(again?.text)).toContain(`Total:${euros(totalMinor, 'en-GB')}`)
  expect(title).not.toBe('')
  await context.close()
})

/** What a printer would lay out at this moment: what is seen besides the receipt, and where and how wide it lies (80 mm of paper). */
const printed = `(() => {
  const paper = document.querySelector('.t-paper')
  const { x, y, width } = paper.getBoundingClientRect()
  const besides = [...document.querySelectorAll('body *')]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0)
    .filter((e) => !e.closest('.t-paper') && !e.querySelector('.t-paper'))
    .map((e) => e.className)
  return { besides, x, y, isNarrow: Math.round((width / 96) * 25.4) <= 80 }
})()`

test('what prints is the receipt alone, on one page', async () => {
  const { sku } = await next({ VLC: 1 })
  const { context, page } = await atTill(browser, hilo, valencia)
  await putIn(page, sku)
  await pay(page)
  await page.locator('.t-notes button').first().click()
  await finish(page).click()
  await page.locator('.t-paper').waitFor()
  // Without waiting: a printer lays out the first frame.
  await page.emulateMedia({ media: 'print' })
  expect(await page.evaluate(printed)).toEqual({ besides: [], x: 0, y: 0, isNarrow: true })
  const pdf = (await page.pdf({ width: '80mm', height: '297mm' })).toString('latin1')
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
  await context.close()
})

test('S28: whoever says their name at the till has visited the shop, with or without a purchase', async () => {
  const { sku } = await next({ VLC: 2 })
  const { context, page } = await atTill(browser, hilo, valencia)
  const phone = `6${randomInt(10_000_000, 99_999_999)}`
  await page.keyboard.press('F3')
  await page.locator('[role="dialog"] input[type="search"]').fill(phone)
  await page.getByRole('button', { name: 'Nuevo cliente' }).click()
  await page.getByLabel('Nombre', { exact: true }).fill('Amparo Lluch')
  await page.keyboard.press('Enter')
  await closed(page)
  await page.locator('.t-customer', { hasText: 'Amparo Lluch' }).waitFor()
  const visits = () =>
    hilo.db.many<{ note: string; place: string }>(sql`
      select e.data ->> 'note' as note, e.data ->> 'locationId' as place from customers.thread_entry e
        join customers.identity i on i.person_id = e.person_id and i.kind = 'phone' and i.value = ${`+34${phone}`}
       where e.kind = 'visit' order by e.seq`)
  await expect.poll(visits, patience).toEqual([{ note: '', place: valencia }])
  await page.keyboard.press('F3')
  await page.locator('.t-card').waitFor()
  await page.getByLabel('Ha venido y no compra').fill('Miró abrigos')
  await page.getByRole('button', { name: 'Anotar visita' }).dblclick()
  await page.getByText('Visita anotada en Valencia').waitFor()
  await expect.poll(visits, patience).toEqual([
    { note: '', place: valencia },
    { note: 'Miró abrigos', place: valencia },
  ])
  await escape(page)
  // The same person in another basket of the same day is the same visit.
  await page.keyboard.press('Shift+F4')
  await putIn(page, sku)
  await page.keyboard.press('F3')
  await page.locator('[role="dialog"] input[type="search"]').fill(phone)
  await page.locator('.t-person', { hasText: 'Amparo Lluch' }).click()
  await page.getByRole('button', { name: 'Es para esta cesta' }).click()
  await closed(page)
  await quiet(page)
  expect(await visits()).toHaveLength(2)
  await context.close()
})

test('a web order comes back at another shop: to the card it was paid with, with a proof by mail', async () => {
  const { variantId, title } = await next({ VLC: 2 })
  const order = await delivered({ web: device(hilo.url), staff: manager }, variantId, 2)
  const before = await onHand(hilo, variantId, sevilla)
  const { context, page } = await atTill(browser, hilo, sevilla, { role: 'manager' })
  await page.keyboard.press('F8')
  await field(page).fill(order.contact.email)
  const form = page.locator('.t-return')
  await form.locator('.t-line', { hasText: title }).locator('.t-lineunits button').last().click()
  await form.getByRole('button', { name: 'Defecto' }).click()
  await form.getByText('Reparar').click()
  await page.getByRole('button', { name: 'Aceptar la devolución' }).dblclick()
  await page.locator('.t-paper', { hasText: 'Al medio de pago original' }).waitFor()
  await page.getByRole('button', { name: 'Enviar recibo' }).click()
  await page.getByText(`Recibo enviado a ${order.contact.email}`).waitFor()
  const after = await manager.get<Order>(`/api/admin/orders/${order.id}`)
  expect(after.returns).toHaveLength(1)
  expect(after.returns[0]).toMatchObject({ locationId: sevilla, refundMethod: 'original', reason: 'Defecto' })
  expect(after.returns[0]?.number).toMatch(/^D-SVQ-/)
  // One half of what two cost; a piece to repair is not for sale.
  const line = order.lines.find((entry) => entry.variantId === variantId)
  const books = () => booksOfOrder(hilo, order.number ?? '')
  await expect.poll(async () => (await books()).refundedMinor, patience).toBe((line?.totalMinor ?? 0) / 2)
  const refund = await hilo.db.one<{ method: string }>(sql`
    select p.method from payments.refund r join payments.payment p on p.id = r.payment_id where p.order_id = ${order.id}`)
  expect(refund.method).toBe('card_online')
  expect(await onHand(hilo, variantId, sevilla)).toBe(before)
  await context.close()
})

test('a pickup is handed over by a typed code: a wrong one is refused and changes nothing, papers serve as well', async () => {
  const [first, second] = [await next({ VLC: 1 }), await next({ VLC: 1 })]
  const clients = { web: device(hilo.url), staff: counter }
  const one = await waiting(clients, { variantId: first.variantId, locationId: valencia, bin: 'D4' })
  const two = await waiting(clients, { variantId: second.variantId, locationId: valencia, bin: 'D5' })
  const { context, page } = await atTill(browser, hilo, valencia)
  await page.keyboard.press('F6')
  await field(page).fill(one.order.number ?? '')
  const card = page.locator('.t-pickup')
  await card.waitFor()
  expect(await card.textContent()).toContain('D4')
  await page.getByLabel('Código del cliente').fill('ZZZZ9999')
  await card.getByRole('button', { name: 'Entregar' }).click()
  await card.locator('[role="alert"]').waitFor()
  expect((await manager.get<Order>(`/api/admin/orders/${one.order.id}`)).fulfillments[0]?.status).toBe('ready')
  await page.getByLabel('Código del cliente').fill(one.code.toLowerCase())
  await card.getByRole('button', { name: 'Entregar' }).click()
  await page.locator('.mantine-Notification-root', { hasText: one.order.number ?? '' }).waitFor()
  const statusOf = async (id: string) => (await manager.get<Order>(`/api/admin/orders/${id}`)).status
  await expect.poll(() => statusOf(one.order.id), patience).toBe('completed')

  await field(page).fill(two.order.number ?? '')
  await card.filter({ hasText: 'D5' }).waitFor()
  await card.getByRole('button', { name: 'Sin código, con un documento' }).click()
  await page.getByLabel('Nombre en el documento').fill('Ana Prat Vidal')
  await card.getByRole('button', { name: 'Entregar' }).click()
  await page.locator('.mantine-Notification-root', { hasText: two.order.number ?? '' }).waitFor()
  await expect.poll(() => statusOf(two.order.id), patience).toBe('completed')
  await context.close()
})

test('what is not here is seen in every shop, arranged for another one, part paid here and the rest by the customer’s phone', async () => {
  const { variantId, sku, title } = await next({ SVQ: 3 })
  const { context, page } = await atTill(browser, hilo, valencia)
  await field(page).fill(sku)
  await page.locator('.t-result', { hasText: sku }).click()
  const row = (name: string) => page.locator('.t-elsewhere li', { hasText: name })
  await row('Sevilla').waitFor()
  await expect.poll(() => row('Sevilla').textContent(), patience).toContain('3 unidades')
  expect(await row('Bilbao').textContent()).toContain('ninguno')
  await page.getByText('En la web, el mismo precio').waitFor()
  await row('Sevilla').getByRole('button').click()
  await closed(page)
  await page.locator('.t-line', { hasText: title }).waitFor()
  await quiet(page)
  expect(await page.locator('.t-choices button').first().textContent()).toContain('Recoge en Sevilla')
  // Paying asks first whom to tell that it is ready.
  await page.locator('.t-basket .t-pay').click()
  await page.getByRole('button', { name: 'Nuevo cliente' }).click()
  await page.getByLabel('Nombre', { exact: true }).fill('Rocío Vega')
  await page.getByLabel('Correo', { exact: true }).fill(`${randomUUID()}@example.com`)
  await page.keyboard.press('Enter')
  await closed(page)
  await quiet(page)
  await pay(page)
  await page.locator('.t-ways input[inputmode="decimal"]').fill('5')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'El resto lo paga por la web' }).click()
  const number = await soldNumber(page)
  expect(await booksOfOrder(hilo, number)).toMatchObject({ status: 'placed', capturedMinor: 500 })
  const phone = await visitor(browser, { url: hilo.url, size: 'phone' })
  await phone.page.goto((await page.locator('.t-qr').getAttribute('alt')) ?? '')
  expect(await phone.page.locator('main').textContent()).toContain(number)
  await phone.context.close()
  const token = ((await page.locator('.t-link').getAttribute('href')) ?? '').split('/').at(-1)
  const paid = await device(hilo.url).post<PlaceAnswer>(`/api/store/orders/${token}/pay`, { cardToken: 'tok_ok' })
  expect(paid.status).toBe('placed')
  await page.getByText('Pagado por la web').first().waitFor()
  const books = await booksOfOrder(hilo, number)
  expect(books).toMatchObject({ capturedMinor: books.totalMinor, payments: 2 })
  expect(await onHand(hilo, variantId, sevilla)).toBe(3)
  await context.close()
})

test('a basket goes to the customer by mail, and closing the sheet takes it back with everything in it', async () => {
  const { sku } = await next({ VLC: 2 })
  const address = `${randomUUID()}@example.com`
  const { context, page } = await atTill(browser, hilo, valencia)
  await putIn(page, sku)
  await page.keyboard.press('Shift+F3')
  await page.locator('.t-qr').waitFor()
  await page.getByLabel('Correo del cliente').fill(address)
  await page.getByRole('button', { name: 'Enviar por correo' }).click()
  await page.getByText(`Enviada a ${address}`).waitFor()
  const [mail] = await mailsTo(hilo, address)
  expect(mail?.text).toMatch(/\/cart\/open\?code=[A-Z0-9]{8}/)
  await escape(page)
  await quiet(page)
  expect(await page.locator('.t-line').count()).toBe(1)
  const cart = await hilo.db.one<{ channel: string; held: number }>(sql`
    select c.channel_id as channel, jsonb_array_length(c.held) as held from orders.cart c where c.contact ->> 'email' = ${address}`)
  expect(cart).toEqual({ channel: 'pos', held: 1 })
  await context.close()
})

test('after all of this hilo verify finds every law kept', async () => {
  const wrong = async () => (await verify(hilo.db)).checks.filter(({ count }) => count > 0)
  await expect.poll(wrong, { timeout: 10_000, interval: 500 }).toEqual([])
})
