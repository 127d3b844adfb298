/**
 * Every screen of console, till and shop in both themes, at both ends of the sizes and in both languages: no barrier that axe can
 * find, nothing to scroll sideways, no error in the browser's console, no request that failed. The sweeps beside each face look at
 * light on a desk in Spanish and dark on a phone in English; this one turns the pairs round and takes both languages.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { placesByCode } from './clients.ts'
import { atConsole } from './console-steps.ts'
import { expectAccessible, launchBrowser, type RunningHilo, sizes, startHilo } from './harness.ts'
import { articleOf, atTill, putIn } from './pos-steps.ts'
import { putIntoBasket, shopper, sideways, somethingToBuy } from './shop-steps.ts'

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

const looks = [
  { theme: 'dark', size: 'desk' },
  { theme: 'light', size: 'phone' },
] as const

/** Opens the screen in each look and checks it. */
async function inEveryLook(page: Page, open: () => Promise<unknown>): Promise<void> {
  for (const { theme, size } of looks) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.setViewportSize(sizes[size])
    await open()
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
    await settled(page)
    await expectAccessible(page)
    expect(await sideways(page), `${page.url()} ${theme} ${size}`).toBe(0)
  }
}

/** Waits until colours that change with the theme have arrived; what turns for ever is not waited for. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(100)
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime))
    .map((each) => each.finished.catch(() => undefined)))`)
}

const asItStands = async () => undefined

/** Gathers what the browser complains about from now on. An address that does not exist may say so. */
function complaintsOf(page: Page): string[] {
  const found: string[] = []
  const isMeant = (url: string) => /nowhere|no-such-page/.test(url)
  page.on('console', (message) => {
    if (message.type() === 'error' && !isMeant(message.location().url)) found.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => found.push(`${page.url()}: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 400 && !isMeant(response.url())) found.push(`${response.status()} ${response.url()}`)
  })
  page.on('requestfailed', (request) => {
    // A page that is left stops what it was loading.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') found.push(`failed ${request.url()}`)
  })
  return found
}

const consolePages = [
  '/',
  '/promotions/new',
  '/imports',
  '/imports/new',
  '/customers/new',
  '/customers/duplicates',
  '/products/new',
  '/products/collections',
  '/stock/transfers',
  '/stock/transfers/new',
  '/stock/conflicts',
  '/settings/account',
  '/settings/places',
  '/settings/pools',
  '/settings/payments',
  '/settings/webhooks',
  '/settings/keys',
  '/settings/mail',
  '/settings/audit',
  '/settings/system',
  '/nowhere',
]
const consoleLists = ['/orders', '/picking', '/stock', '/products', '/customers', '/promotions', '/team']
const shopPages = [
  '/',
  '/collections/mujer',
  '/search?q=camiza+lino',
  '/search?q=zzzzz',
  '/shops',
  '/help/delivery',
  '/orders',
  '/account',
  '/cart/open',
  '/no-such-page',
]

describe.each(['es', 'en'] as const)('every screen, %s', (language) => {
  test('console', { timeout: 400_000 }, async () => {
    const { context, page } = await atConsole(browser, hilo, { language })
    const complaints = complaintsOf(page)
    for (const path of consolePages) {
      await inEveryLook(page, async () => {
        await page.goto(`/console${path}`)
        await page.locator('main h1:visible, main h2:visible').first().waitFor()
      })
    }
    for (const path of consoleLists) {
      await inEveryLook(page, async () => {
        await page.goto(`/console${path}`)
        await page.locator('tbody tr').first().click()
        await page.locator('.c-pane').waitFor()
      })
    }
    expect(complaints).toEqual([])
    await context.close()
  })

  test('till', { timeout: 200_000 }, async () => {
    const { ['VLC']: place = '' } = await placesByCode(hilo)
    const { context, page } = await atTill(browser, hilo, place, { role: 'manager', language })
    const complaints = complaintsOf(page)
    await inEveryLook(page, asItStands)
    const thing = await somethingToBuy(hilo.url, 'mujer')
    const { sku } = await articleOf(hilo, thing.variantId)
    await putIn(page, sku)
    await inEveryLook(page, asItStands)
    await page.locator('.t-basket .t-pay').click()
    await page.locator('.t-paysums').waitFor()
    await inEveryLook(page, asItStands)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('shop', { timeout: 300_000 }, async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, language })
    const complaints = complaintsOf(page)
    const prefix = language === 'en' ? '/en' : ''
    for (const path of shopPages) {
      await inEveryLook(page, () => page.goto(`${prefix}${path}`))
    }
    await putIntoBasket(page, await somethingToBuy(hilo.url, 'mujer'), prefix)
    await inEveryLook(page, asItStands)
    for (const path of ['/cart', '/cart/share', '/checkout']) {
      await inEveryLook(page, () => page.goto(`${prefix}${path}`))
    }
    expect(complaints).toEqual([])
    await context.close()
  })
})
