import { describe, expect, test } from 'vitest'
import { systemClock } from '../server/platform/clock.ts'
import { layOut, putIntoBasket, shopper, somethingToBuy, tellWho } from './shop-steps.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()

/** An amount as the shop writes it. */
function money(language: 'es' | 'en', minor: number): string {
  return new Intl.NumberFormat(language === 'es' ? 'es-ES' : 'en-GB', { style: 'currency', currency: 'EUR' }).format(
    minor / 100,
  )
}

describe('S37 a basket begun on the phone continues on the computer', () => {
  test('by the short code, joined with what the computer already had', async () => {
    const phone = await shopper(browser, { url: hilo.url, size: 'phone' })
    const desk = await shopper(browser, { url: hilo.url, size: 'desk' })
    const shirt = await somethingToBuy(hilo.url, 'mujer')
    const towel = await somethingToBuy(hilo.url, 'bano')
    await putIntoBasket(phone.page, shirt)
    await putIntoBasket(desk.page, towel)
    await phone.page.goto('/cart')
    await phone.page.locator('a[href="/cart/share"]').click()
    await phone.page.locator('main form button').click()
    const code = (await phone.page.locator('#share-code').textContent()) ?? ''
    expect(code.replace(/\s/g, '')).toMatch(/^[0-9A-Z]{8}$/)
    await desk.page.goto('/cart/open')
    await desk.page.locator('#code').fill(code.toLowerCase())
    await desk.page.locator('main form button').click()
    await desk.page.waitForURL(/\/cart$/)
    const lines = await desk.page
      .locator('.line-title a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    expect(lines.sort()).toEqual([`/products/${shirt.handle}`, `/products/${towel.handle}`].sort())
    // The code opens once: whoever finds it later finds nothing.
    const stranger = await shopper(browser, { url: hilo.url })
    await stranger.page.goto('/cart/open')
    await stranger.page.locator('#code').fill(code)
    await stranger.page.locator('main form button').click()
    expect(await stranger.page.locator('#code-error').textContent()).toMatch(/código/i)
    await Promise.all([phone, desk, stranger].map(({ context }) => context.close()))
  })

  test('by the link, which asks before it opens, in the language of the reader', async () => {
    const phone = await shopper(browser, { url: hilo.url, size: 'phone', javaScript: false })
    const desk = await shopper(browser, { url: hilo.url, language: 'en', javaScript: false })
    const thing = await somethingToBuy(hilo.url, 'hombre')
    await putIntoBasket(phone.page, thing)
    await phone.page.goto('/cart/share')
    await phone.page.locator('main form button').click()
    const link = (await phone.page.locator('#share-link').getAttribute('href')) ?? ''
    await desk.page.goto('/help/care?lang=en')
    await desk.page.goto(link)
    expect(new URL(desk.page.url()).pathname).toBe('/en/cart/open')
    await desk.page.locator('main form button').click()
    await desk.page.waitForURL(/\/en\/cart$/)
    expect(await desk.page.locator('.line').count()).toBe(1)
    expect(await desk.page.locator('.bag-count').textContent()).toBe('1')
    await Promise.all([phone, desk].map(({ context }) => context.close()))
  })
})

describe('the basket', () => {
  test('units are changed and removed in place, and the count in the head follows', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url })
    await putIntoBasket(page, await somethingToBuy(hilo.url, 'mujer'))
    await page.goto('/cart')
    await page.locator('.stepper button').nth(1).click()
    await page.locator('.stepper-units', { hasText: '2' }).waitFor()
    expect(await page.locator('.bag-count').textContent()).toBe('2')
    await page.locator('.stepper button').nth(0).click()
    await page.locator('.stepper-units', { hasText: '1' }).waitFor()
    await page.locator('.stepper button').nth(0).click()
    await page.locator('.loose').waitFor()
    expect(await page.locator('.bag-count').count()).toBe(0)
    await context.close()
  })

  test.each([
    [
      'es',
      '',
      'No conocemos este código. Comprueba cómo está escrito.',
      (missing: string) => `Te faltan ${missing} en artículos de esta promoción.`,
    ],
    [
      'en',
      '/en',
      'We do not know this code. Check how it is written.',
      (missing: string) => `You are ${missing} short in items of this promotion.`,
    ],
  ] as const)(
    'a coupon that does not hold says why in %s, one that does says what it gives',
    async (language, prefix, unknown, missing) => {
      const { context, page } = await shopper(browser, { url: hilo.url, language })
      const towel = await somethingToBuy(hilo.url, 'bano')
      await putIntoBasket(page, towel, prefix)
      await page.goto(`${prefix}/cart`)
      await page.locator('.coupon-box summary').click()
      await page.locator('#coupon').fill('NOEXISTE')
      await page.locator('#coupon-go').click()
      await page.locator('#coupon-error').waitFor()
      expect(await page.locator('#coupon-error').textContent()).toBe(unknown)
      expect(await page.locator('#coupon').inputValue()).toBe('NOEXISTE')
      // A slip of the pen is not carried along.
      expect(await page.locator('.coupon').count()).toBe(0)
      await page.locator('#coupon').fill('bienvenida')
      await page.locator('#coupon-go').click()
      await page.locator('.coupon').waitFor()
      // 50 euros are asked for; what counts is the goods before promotions.
      const short = money(language, 5000 - towel.priceMinor)
      expect(await page.locator('.coupon .small').textContent()).toBe(missing(short))
      expect(await page.locator('#coupon-error').count()).toBe(0)
      expect(await page.locator('.coupon.on').count()).toBe(0)
      for (let units = 1; units * towel.priceMinor < 5000; units++) {
        await page.locator('.stepper button').nth(1).click()
        await page.locator('.stepper-units', { hasText: String(units + 1) }).waitFor()
      }
      await page.locator('.coupon.on', { hasText: 'BIENVENIDA' }).waitFor()
      expect(await page.locator('.reason').last().textContent()).toBe(language === 'es' ? 'Bienvenida' : 'Welcome')
      await context.close()
    },
  )
})

describe('what sending a basket costs', () => {
  test('below 60 € the basket says what is missing, from 60 € on every way is free with its reason', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url })
    const towel = await somethingToBuy(hilo.url, 'bano', 12)
    await page.goto(`/products/${towel.handle}`)
    expect(await page.locator('.where-list .where-when').first().textContent()).toBe(money('es', 495))
    await putIntoBasket(page, towel)
    await page.goto('/cart')
    expect(await page.locator('.ways').textContent()).toBe(
      `Recogerlo en tienda es gratis; enviarlo a casa, desde ${money('es', 495)}. Con ${money('es', 6000 - towel.priceMinor)} más, el envío es gratis.`,
    )
    await page.goto('/checkout')
    expect(await page.locator('[data-part="option-price"]').textContent()).toBe(`desde ${money('es', 495)}`)
    await page.goto('/cart')
    for (let units = 1; units * towel.priceMinor < 6000; units++) {
      await page.locator('.stepper button').nth(1).click()
      await page.locator('.stepper-units', { hasText: String(units + 1) }).waitFor()
    }
    expect(await page.locator('.ways').textContent()).toBe('Recogerlo en tienda o recibirlo en casa es gratis.')
    await page.goto('/checkout')
    expect(await page.locator('[data-part="option-price"]').textContent()).toBe('Gratis')
    expect(await page.locator('.one-way').textContent()).toBe(
      'El pedido va junto: entero a una tienda o entero a tu casa. Para repartirlo, haz dos pedidos.',
    )
    await page.locator('#kind-delivery').check()
    const ways = page.locator('[data-part="delivery-options"] .option')
    expect(await ways.count()).toBe(2)
    for (const way of await ways.all()) {
      expect(await way.locator('.aside').textContent()).toContain('Gratis')
      expect(await way.locator('.kept-text').textContent()).toBe('Envío gratis desde 60 €')
    }
    await context.close()
  })

  test('a basket of which a piece is gone names the piece, what is left and what to do, before anything is paid', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, language: 'en' })
    const [scarce, plenty] = [await somethingToBuy(hilo.url, 'mujer'), await somethingToBuy(hilo.url, 'hombre')]
    await putIntoBasket(page, scarce, '/en')
    await putIntoBasket(page, plenty, '/en')
    await layOut(hilo, systemClock, scarce.variantId, {})
    await page.goto('/en/checkout')
    await tellWho(page)
    await page.locator('#kind-pickup').check()
    await page.locator('#place-VLC').check()
    const plan = page.locator('[data-part="plan"] .notice.bad')
    await plan.waitFor()
    expect(await plan.locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^.+: none left, and you asked for 1\.$/),
    ])
    expect(await plan.textContent()).toContain('Remove it or lower the quantity and go on with the rest.')
    await plan.locator('a', { hasText: 'Back to the basket' }).click()
    await page.waitForURL(/\/en\/cart$/)
    expect(await page.locator('.line .field-error').allTextContents()).toHaveLength(1)
    await context.close()
  })
})

describe('S27 an incentive of one channel, seen from the web', () => {
  test('the web shows its 20 % with the reason, and says honestly what only the shops give', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url })
    const towel = await somethingToBuy(hilo.url, 'bano')
    await page.goto(`/products/${towel.handle}`)
    expect(await page.locator('.incentive:not(.elsewhere)').first().textContent()).toContain('20 %')
    await putIntoBasket(page, towel)
    await page.goto('/cart')
    expect(await page.locator('.reason').first().textContent()).toMatch(/20/)
    const paid = await page.locator('#total').textContent()
    const off = Math.round(towel.priceMinor * 0.2)
    expect(paid?.replace(/\s/g, '')).toBe(
      new Intl.NumberFormat('es-ES', { style: 'currency', currency: 'EUR' })
        .format((towel.priceMinor - off) / 100)
        .replace(/\s/g, ''),
    )
    // Enough for the mug of the shops: the web does not give it, and says so.
    for (let units = 1; units * (towel.priceMinor - off) < 9500; units++) {
      await page.locator('.stepper button').nth(1).click()
      await page.locator('.stepper-units', { hasText: String(units + 1) }).waitFor()
    }
    expect(await page.locator('.hints').textContent()).toContain('taza')
    expect(await page.locator('.line', { hasText: 'Te lo regalamos' }).count()).toBe(0)
    await context.close()
  })
})
