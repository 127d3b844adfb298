import type { APIResponse, BrowserContext, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { expectAccessible, sizes } from './harness.ts'
import {
  booksOf,
  collectAt,
  payAndReturn,
  putIntoBasket,
  readOrder,
  shopper,
  sideways,
  somethingToBuy,
  tellWho,
  toucher,
} from './shop-steps.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()

/** JavaScript that travelled for this page, in bytes as they came over the wire. */
async function scriptBytes(page: Page): Promise<number> {
  const bytes = (await page.evaluate(
    "performance.getEntriesByType('resource').filter((entry) => new URL(entry.name).pathname.endsWith('.js')).map((entry) => entry.encodedBodySize)",
  )) as number[]
  return bytes.reduce((sum, size) => sum + size, 0)
}

describe('S02 a whole purchase', () => {
  test.each(Object.keys(sizes) as (keyof typeof sizes)[])(
    'at the size of a %s, from the home page to the pickup code',
    async (size) => {
      const { context, page } = await shopper(browser, { url: hilo.url, size })
      const email = `${size}@correo.example`
      const thing = await somethingToBuy(hilo.url, 'mujer')
      await page.goto('/')
      await page.locator('.menu a', { hasText: 'Mujer' }).click()
      await page.locator(`a[href*="/products/${thing.handle}"]`).first().click()
      await page.waitForURL(`**/products/${thing.handle}*`)
      expect(await scriptBytes(page)).toBeLessThanOrEqual(15 * 1024)
      await putIntoBasket(page, thing)
      await page.locator('a[href="/cart"]').first().click()
      await page.locator('a[href="/checkout"]').click()
      await tellWho(page, { email })
      await collectAt(page, 'VLC')
      await payAndReturn(page)
      expect((await readOrder(page)).code).toMatch(/\w{4,}/)
      expect(await booksOf(hilo, email)).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
      expect(await sideways(page)).toBe(0)
      await context.close()
    },
  )

  test.each(['phone', 'tablet', 'desk'] as const)('by touch alone, on a %s', async (size) => {
    const { context, page } = await toucher(browser, { url: hilo.url, size })
    const email = `dedo-${size}@correo.example`
    const thing = await somethingToBuy(hilo.url, 'hombre')
    const tap = (selector: string) => page.locator(selector).first().tap()
    await page.goto('/')
    await tap('.menu a[href="/collections/hombre"]')
    await page.waitForURL('**/collections/hombre')
    await tap(`a[href*="/products/${thing.handle}"]`)
    await page.waitForURL(`**/products/${thing.handle}*`)
    await tap(`[id="v-color-${thing.color}"]`)
    await page.waitForURL((url) => url.searchParams.get('color') === thing.color)
    await tap(`[id="v-size-${thing.size}"]`)
    await page.waitForURL((url) => url.searchParams.get('size') === thing.size)
    await tap('form button#add')
    await tap('[data-part="buy"] .notice.good a')
    await tap('a[href="/checkout"]')
    await tellWho(page, { email })
    await tap('label.option:has(#kind-pickup)')
    await tap('label.option:has(#place-SVQ)')
    await page.locator('[data-part="plan"] .notice').waitFor()
    // A thumb needs 44 pixels: everything that is pressed on this page has them.
    const small = await page.locator('main a.link, main button:visible, main label.option').evaluateAll((all) =>
      all.flatMap((each) => {
        const { height, width } = each.getBoundingClientRect()
        return height > 0 && width > 0 && height < 43.5 && !each.matches('.hidden-text')
          ? [each.outerHTML.slice(0, 80)]
          : []
      }),
    )
    expect(small).toEqual([])
    await tap('#pay')
    await page.waitForURL(/\/sim\/payments/)
    await tap('button[value="approve"]')
    await page.waitForURL(/\/orders\//)
    expect(await booksOf(hilo, email)).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
    await context.close()
  })

  test('without JavaScript, from the home page to the pickup code', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, size: 'phone', javaScript: false })
    const email = 'sinscript@correo.example'
    const thing = await somethingToBuy(hilo.url, 'mujer')
    await page.goto('/')
    await page.locator('.menu a', { hasText: 'Mujer' }).click()
    await page.locator(`a[href*="/products/${thing.handle}"]`).first().click()
    await putIntoBasket(page, thing)
    await page.locator('[data-part="buy"] .notice.good a').click()
    await page.locator('.stepper button').nth(1).click()
    expect(await page.locator('.stepper-units').textContent()).toBe('2')
    await page.locator('.stepper button').nth(0).click()
    await page.locator('a[href="/checkout"]').click()
    await tellWho(page, { email })
    await collectAt(page, 'BIO', false)
    await payAndReturn(page)
    const { code } = await readOrder(page)
    expect(code).toMatch(/\w{4,}/)
    // The page does not change by itself; a link reads it again.
    await page.locator('.order-thread a', { hasText: 'Ver cómo va ahora' }).click()
    expect((await readOrder(page)).code).toBe(code)
    expect(await booksOf(hilo, email)).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
    await context.close()
  })

  test('without JavaScript, sent home, in English: the new total is shown before it is charged', async () => {
    const { context, page } = await shopper(browser, {
      url: hilo.url,
      size: 'phone',
      language: 'en',
      javaScript: false,
    })
    // Below the value from which delivery is free, so that being sent home costs something.
    const thing = await somethingToBuy(hilo.url, 'bano')
    expect(thing.priceMinor).toBeLessThan(6000)
    await putIntoBasket(page, thing, '/en')
    await page.goto('/en/checkout')
    await tellWho(page, { name: 'Ada Byron', email: 'ada@correo.example' })
    await page.locator('#kind-delivery').check()
    await page.locator('#line1').fill('Calle Mayor 1')
    await page.locator('#postalCode').fill('28013')
    await page.locator('#city').fill('Madrid')
    const before = amountIn(await page.locator('#pay').textContent())
    await page.locator('#pay').click()
    // Nothing was ordered yet: the button and a sentence name the new total.
    const after = amountIn(await page.locator('#pay').textContent())
    expect(after - before).toBe(495)
    expect(await page.locator('.notice[role="alert"]').textContent()).toBe(
      `With this delivery the total is €${(after / 100).toFixed(2)}. If that is fine, press pay again.`,
    )
    expect(await booksOf(hilo, 'ada@correo.example')).toEqual({ placed: 0, capturedMinor: 0 })
    await page.locator('#pay').click()
    await page.locator('button[value="approve"]').click()
    await page.waitForURL(/\/en\/orders\//)
    expect(await page.locator('h1').textContent()).toBe('Thank you, Ada')
    expect(await booksOf(hilo, 'ada@correo.example')).toEqual({ placed: 1, capturedMinor: after })
    await context.close()
  })

  test('by keyboard alone', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, size: 'desk' })
    const thing = await somethingToBuy(hilo.url, 'mujer')
    const go = async (selector: string, key: 'Enter' | ' ' = 'Enter') => {
      await tabTo(page, selector)
      await page.keyboard.press(key === ' ' ? 'Space' : key)
    }
    await page.goto(`/products/${thing.handle}`)
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').getAttribute('class')).toBe('skip')
    await page.keyboard.press('Enter')
    await go(`[id="v-color-${thing.color}"]`)
    await page.waitForURL((url) => url.searchParams.get('color') === thing.color)
    await go(`[id="v-size-${thing.size}"]`)
    await page.waitForURL((url) => url.searchParams.get('size') === thing.size)
    await page.locator('form button#add').waitFor()
    await go('button#add')
    await page.locator('[data-part="buy"] .notice.good').waitFor()
    await go('[data-part="buy"] .notice a')
    await go('a[href="/checkout"]')
    await tabTo(page, '#name')
    await page.keyboard.type('Berta Tecla')
    await tabTo(page, '#email')
    await page.keyboard.type('berta@correo.example')
    await go('#kind-pickup', ' ')
    await tabTo(page, 'input[name="place"]')
    await page.keyboard.press('Space')
    await page.locator('[data-part="plan"] .notice').waitFor()
    await go('#pay')
    await page.waitForURL(/\/sim\/payments/)
    await go('button[value="approve"]')
    await page.waitForURL(/\/orders\//)
    expect(await booksOf(hilo, 'berta@correo.example')).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
    await context.close()
  })

  test.each([
    [
      'es',
      '',
      'El pago ha sido rechazado. Prueba con otra tarjeta. No se ha cobrado nada y tus artículos siguen reservados por ahora.',
    ],
    ['en', '/en', 'The payment was declined. Try another card. Nothing was charged and your goods stay held for now.'],
  ] as const)(
    'a declined card leaves the basket as it was, says so in %s, and the second card pays once',
    async (language, prefix, sentence) => {
      const { context, page } = await shopper(browser, { url: hilo.url, language })
      const email = `segunda-${language}@correo.example`
      const thing = await somethingToBuy(hilo.url, 'hombre')
      await putIntoBasket(page, thing, prefix)
      await page.goto(`${prefix}/checkout`)
      await tellWho(page, { email })
      await collectAt(page, 'MAD')
      await page.locator('#pay').click()
      await page.locator('button[value="decline"]').click()
      await page.waitForURL(/\/checkout$/)
      // Back in the same language, with the reason where the eye falls first.
      expect(new URL(page.url()).pathname).toBe(`${prefix}/checkout`)
      expect(await page.locator('[role="alert"]').allTextContents()).toEqual([sentence])
      expect(await booksOf(hilo, email)).toEqual({ placed: 0, capturedMinor: 0 })
      await payAndReturn(page)
      expect(new URL(page.url()).pathname.startsWith(`${prefix}/orders/`)).toBe(true)
      expect(await booksOf(hilo, email)).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
      await context.close()
    },
  )

  test.each([
    ['es', '', 'Preguntamos al banco', 'Hay un pago a medias de esta cesta. Tus artículos siguen reservados.'],
    ['en', '/en', 'We are asking the bank', 'A payment of this basket is under way. Your items are still held.'],
  ] as const)(
    'while the bank has not answered the shopper is told so in %s, nothing is ordered or lost, and the page leads on by itself',
    async (language, prefix, title, sentence) => {
      const { context, page } = await shopper(browser, { url: hilo.url, language })
      const email = `espera-${language}@correo.example`
      const thing = await somethingToBuy(hilo.url, 'mujer')
      await putIntoBasket(page, thing, prefix)
      await page.goto(`${prefix}/checkout`)
      await tellWho(page, { email })
      await collectAt(page, 'VLC')
      const answer = await (await checkoutSender(context, page, 'tok_pending'))()
      expect(answer.status()).toBe(303)
      await page.goto(answer.headers()['location'] ?? '')
      expect(await page.locator('h1').textContent()).toBe(title)
      await expectAccessible(page)
      expect(await booksOf(hilo, email)).toEqual({ placed: 0, capturedMinor: 0 })
      const other = await context.newPage()
      await other.goto(`${prefix}/cart`)
      expect(await other.locator('.notice.owed p').textContent()).toBe(sentence)
      // The bank decides: the page that waited shows the order without a touch.
      const { id } = await hilo.db.one<{ id: string }>(sql`
        select coalesce(p.provider_ref, p.id) as id from payments.payment p join orders.customer_order o on o.id = p.order_id where o.contact->>'email' = ${email}`)
      await context.request.post(`${hilo.url}/sim/payments/pay/${id}`, {
        form: { decision: 'approve' },
        maxRedirects: 0,
      })
      await page.waitForURL(/\/orders\//)
      expect(await booksOf(hilo, email)).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
      await context.close()
    },
  )

  test('a form with nothing in it is answered by one sentence beside each field, and mended fields are no longer marked', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, size: 'phone' })
    await putIntoBasket(page, await somethingToBuy(hilo.url, 'mujer'))
    await page.goto('/checkout')
    await page.locator('#pay').click()
    await page.locator('.notice.bad').waitFor()
    expect(await page.locator('.notice.bad strong').textContent()).toBe('Antes de pagar, revisa esto:')
    expect(await page.locator('.field-error').allTextContents()).toEqual([
      'Escribe tu nombre, para entregártelo a ti.',
      'Escribe tu correo: ahí va la confirmación.',
      'Elige si lo recoges o te lo llevamos.',
    ])
    await page.locator('#name').fill('Marta Ibáñez')
    expect(await page.locator('#name-error').count()).toBe(0)
    expect(await page.locator('[data-fault]').count()).toBe(2)
    await page.locator('#email').fill('marta@correo')
    await page.locator('#phone').fill('12')
    await page.locator('#kind-delivery').check()
    expect(await page.locator('.notice.bad').count()).toBe(0)
    await page.locator('#postalCode').fill('46')
    await page.locator('#pay').click()
    await page.locator('#line1-error').waitFor()
    expect(await page.locator('.field-error').allTextContents()).toEqual([
      'Ese correo no está completo. Tiene esta forma: nombre@correo.es',
      'El teléfono necesita al menos 9 cifras.',
      'Escribe la calle y el número.',
      'El código postal tiene cinco cifras.',
      'Escribe la población.',
    ])
    await context.close()
  })
})

describe('once only', () => {
  test('two presses of the same form, a reload and a repeat of it make one order and one charge', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, javaScript: false })
    const email = 'doble@correo.example'
    const thing = await somethingToBuy(hilo.url, 'mujer')
    await putIntoBasket(page, thing)
    await page.goto('/checkout')
    await tellWho(page, { email })
    await collectAt(page, 'VLC', false)
    // Sent twice at once and once more after the answer.
    const send = await checkoutSender(context, page, 'tok_ok')
    const answers = [...(await Promise.all([send(), send()])), await send()]
    expect(answers.map((answer) => answer.status())).toEqual([303, 303, 303])
    // The press that came second may be told to wait for the first one's answer; both end at the same order.
    const ends: string[] = []
    for (const answer of answers) {
      await page.goto(answer.headers()['location'] ?? '')
      await page.waitForURL(/\/orders\//)
      ends.push(new URL(page.url()).pathname)
    }
    expect(ends).toEqual([ends[0], ends[0], ends[0]])
    expect(await booksOf(hilo, email)).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
    await page.reload()
    expect(await booksOf(hilo, email)).toEqual({ placed: 1, capturedMinor: thing.priceMinor })
    await page.goto('/checkout')
    expect(new URL(page.url()).pathname).toBe(ends[0])
    await context.close()
  })
})

/** The amount that a text names, in minor units. */
function amountIn(text: string | null): number {
  const digits = /(\d+)[.,](\d{2})/.exec(text ?? '')
  if (!digits) throw new Error(`no amount in ${text}`)
  return Number(`${digits[1]}${digits[2]}`)
}

/** Sends the checkout form exactly as the browser would, as often as asked, with the card of this name. */
async function checkoutSender(
  context: BrowserContext,
  page: Page,
  cardToken: string,
): Promise<() => Promise<APIResponse>> {
  const fields = (await page.evaluate(
    "Object.fromEntries(new FormData(document.querySelector('form[data-checkout]')))",
  )) as Record<string, string>
  const path = new URL(page.url()).pathname
  return () => context.request.post(path, { form: { ...fields, action: 'place', cardToken }, maxRedirects: 0 })
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 160; presses++) {
    if ((await page.locator(selector).and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not reach ${selector}`)
}
