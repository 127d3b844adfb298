import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { expectAccessible, launchBrowser, type RunningHilo, startHilo } from './harness.ts'
import { collectAt, payAndReturn, putIntoBasket, shopper, sideways, somethingToBuy, tellWho } from './shop-steps.ts'

let hilo: RunningHilo
let browser: Browser
beforeAll(async () => {
  hilo = await startHilo()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await hilo?.close()
})

const pages = [
  '/',
  '/collections/mujer',
  '/collections/mujer?color=anil',
  '/search?q=camiza+lino',
  '/search?q=zzzzz',
  '/shops',
  '/help/delivery',
  '/orders',
  '/account',
  '/cart/open',
  '/no-such-page',
]

describe.each([
  ['light', 'phone', 'es'],
  ['dark', 'desk', 'en'],
] as const)('every page of the shop, %s, %s, %s', (theme, size, language) => {
  test('has no barrier that axe can find, no sideways scrolling, no refused script', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, theme, size, language })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    const prefix = language === 'en' ? '/en' : ''
    const check = async () => {
      await expectAccessible(page)
      expect(await sideways(page), page.url()).toBe(0)
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
    }
    for (const path of pages) {
      await page.goto(`${prefix}${path}`)
      await check()
    }
    const thing = await somethingToBuy(hilo.url, 'mujer')
    await putIntoBasket(page, thing, prefix)
    await check()
    for (const path of ['/cart', '/cart/share', '/checkout']) {
      await page.goto(`${prefix}${path}`)
      await check()
    }
    await page.locator('#pay').click()
    await page.locator('.notice.bad').waitFor()
    await check()
    await tellWho(page, { email: `${theme}@correo.example` })
    await collectAt(page, 'VLC')
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

test('an account is opened by the code of a mail, and news can be taken and given up there', async () => {
  const { context, page } = await shopper(browser, { url: hilo.url })
  await page.goto('/account')
  await page.locator('#email').fill('nueva@correo.example')
  await page.locator('main form button').first().click()
  await page.locator('#code').waitFor()
  const { body } = await hilo.db.one<{ body: string }>(sql`
    select text_body as body from platform.mail_message where to_address = 'nueva@correo.example' order by created_at desc limit 1`)
  const code = /\b\d{6}\b/.exec(body)?.[0] ?? ''
  await page.locator('#code').fill(code === '111111' ? '222222' : '111111')
  await page.locator('main form button').first().click()
  await page.locator('#code-error').waitFor()
  await page.locator('#code').fill(code)
  await page.locator('main form button').first().click()
  await page.locator('#account-orders').waitFor()
  await expectAccessible(page)
  await page.locator('button', { hasText: 'Sí, quiero recibirlas' }).click()
  await page.locator('button', { hasText: 'Darme de baja' }).click()
  expect(await page.locator('.notice').textContent()).toContain('Dado de baja')
  await page.locator('button', { hasText: 'Salir' }).click()
  await page.locator('#email').waitFor()
  await context.close()
})
