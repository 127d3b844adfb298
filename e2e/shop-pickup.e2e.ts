import { describe, expect, test } from 'vitest'
import { reportShort } from '../server/fulfillment/index.ts'
import { systemClock } from '../server/platform/clock.ts'
import { sql } from '../server/platform/sql.ts'
import {
  collectAt,
  layOut,
  payAndReturn,
  putIntoBasket,
  readOrder,
  shopper,
  somethingToBuy,
  tellWho,
} from './shop-steps.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()

describe('S35 buy on the web, collect at the nearest shop', () => {
  test('shops come nearest first by postal code, each with its hours and when it would be there', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url })
    const thing = await somethingToBuy(hilo.url, 'mujer')
    await layOut(hilo, systemClock, thing.variantId, { VLC: 2, GET: 5 })
    await page.goto(`/products/${thing.handle}?color=${thing.color}&size=${thing.size}`)
    await page.locator('#near').fill('46001')
    await page.locator('.near button[type="submit"]').click()
    await page.locator('.near label', { hasText: 'Cerca de' }).waitFor()
    expect(new URL(page.url()).searchParams.has('near')).toBe(false)
    const shops = page.locator('.where-list > .knot').filter({ has: page.locator('.where-more', { hasText: 'km' }) })
    const names = await shops.locator('strong').allTextContents()
    expect(names[0]).toContain('Valencia')
    expect(await shops.count()).toBe(5)
    // On the shelf in Valencia: a filled knot. Elsewhere it must be brought: an open one, with another day.
    expect(await shops.nth(0).getAttribute('class')).toContain('kept')
    expect(await shops.nth(1).getAttribute('class')).toContain('owed')
    for (const text of await shops.locator('.where-when').allTextContents()) expect(text.trim()).not.toBe('')
    await putIntoBasket(page, thing)
    await page.goto('/checkout')
    await page.locator('#kind-pickup').check()
    expect(await page.locator('#places strong').first().textContent()).toContain('Valencia')
    await tellWho(page, { email: 'cerca@correo.example' })
    await collectAt(page, 'VLC')
    await payAndReturn(page)
    expect(await page.locator('.part-box').textContent()).toContain('Valencia')
    expect((await readOrder(page)).code).not.toBeNull()
    await context.close()
  })
})

describe('S25 the shopper asks for shop 1, the goods are in shop 3', () => {
  test('the choice is said before paying: shop 3 earlier, or shop 1 by transfer; the order names the chosen shop and day', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, size: 'phone' })
    const thing = await somethingToBuy(hilo.url, 'hombre')
    await layOut(hilo, systemClock, thing.variantId, { BIO: 1 })
    await putIntoBasket(page, thing)
    await page.goto('/checkout')
    await tellWho(page, { email: 'tres@correo.example' })
    await page.locator('#kind-pickup').check()
    const bilbao = page.locator('.option', { has: page.locator('#place-BIO') })
    const valencia = page.locator('.option', { has: page.locator('#place-VLC') })
    expect(await bilbao.textContent()).toContain('Está todo en la tienda')
    expect(await valencia.textContent()).toContain('Traemos')
    await collectAt(page, 'VLC')
    const plan = page.locator('[data-part="plan"]')
    expect(await plan.textContent()).toContain('Bilbao')
    // The other way stands beside it as a button, and one press takes it.
    await plan.locator('button[name="alternative"]', { hasText: 'Bilbao' }).click()
    await page.locator('#place-BIO:checked').waitFor()
    await collectAt(page, 'VLC')
    await page.locator('#place-VLC:checked').waitFor()
    await payAndReturn(page)
    const part = page.locator('.part-box')
    expect(await part.textContent()).toContain('Valencia')
    // Law 8: nothing says "ready" before a person at that shop has set it aside.
    expect(await part.getAttribute('class')).not.toContain('ready')
    expect(await page.locator('.thread .knot[aria-current="step"]').textContent()).toContain('Apartado')
    expect(await part.textContent()).toContain('Espera a nuestro aviso')
    await context.close()
  })

  test('a size that is nowhere can be looked at, cannot be bought, and names the colours that have it', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url })
    const thing = await somethingToBuy(hilo.url, 'mujer', 6)
    await layOut(hilo, systemClock, thing.variantId, {})
    await page.goto(`/products/${thing.handle}?color=${thing.color}&size=${thing.size}`)
    expect(await page.locator('button#add').isDisabled()).toBe(true)
    expect(await page.locator('button#add').textContent()).toBe('Agotado')
    expect(await page.locator(`[id="v-size-${thing.size}"]`).getAttribute('class')).toContain('gone')
    await context.close()
  })
})

describe('S25 a unit is missing at the shop after the sale', () => {
  test('the holder is told before leaving home, chooses without an account, and the order follows the choice', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, size: 'phone', javaScript: false })
    const email = 'falta@correo.example'
    const thing = await somethingToBuy(hilo.url, 'mujer')
    await layOut(hilo, systemClock, thing.variantId, { VLC: 1, BIO: 1 })
    await putIntoBasket(page, thing)
    await page.goto('/checkout')
    await tellWho(page, { email })
    await collectAt(page, 'VLC', false)
    await payAndReturn(page)
    const order = page.url()
    const part = await hilo.db.one<{ id: string; orderLineId: string }>(sql`
      select f.id, l.order_line_id as "orderLineId" from fulfillment.fulfillment_order f
        join fulfillment.fulfillment_line l on l.fulfillment_order_id = f.id
        join orders.customer_order o on o.id = f.order_id where o.contact->>'email' = ${email}`)
    await hilo.db.transaction((tx) =>
      reportShort(tx, systemClock, {
        id: part.id,
        orderLineId: part.orderLineId,
        units: 1,
        actorId: 'system:test',
      }),
    )
    const { body } = await hilo.db.one<{ body: string }>(sql`
      select text_body as body from platform.mail_message where to_address = ${email} and text_body like '%/shortages/%'`)
    await page.goto(/https?:\S+\/shortages\/\S+/.exec(body)?.[0] ?? '')
    expect(await page.locator('h1').textContent()).toBe('Nos falta una cosa')
    await page.locator('.option', { hasText: 'Bilbao' }).locator('input').check()
    await page.locator('main form button').click()
    await page.locator('h1', { hasText: 'Queda así' }).waitFor()
    await page.goto(order)
    expect(await page.locator('.order-parts').textContent()).toContain('Bilbao')
    await context.close()
  })
})
