import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { atConsole } from './console-steps.ts'
import { expectAccessible } from './harness.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()

const pages = [
  '/promotions/new',
  '/imports/new',
  '/customers/new',
  '/customers/duplicates',
  '/products/new',
  '/products/collections',
  '/stock/transfers',
  '/stock/conflicts',
  '/settings/account',
  '/settings/places',
  '/settings/lanes',
  '/settings/pools',
  '/settings/payments',
  '/settings/webhooks',
  '/settings/keys',
  '/settings/mail',
  '/settings/audit',
  '/system',
  '/nowhere',
]
/** Lists whose first row opens beside them. */
const lists = ['/orders', '/picking', '/picking/shortages', '/stock', '/products', '/customers', '/promotions', '/team']

/** Pixels by which the page is wider than its window, or a list wider than its place. */
async function sideways(page: Page): Promise<number> {
  return Number(
    await page.evaluate(`Math.max(...[document.documentElement, ...document.querySelectorAll('.h-tablewrap')]
      .map((box) => box.scrollWidth - box.clientWidth))`),
  )
}

/** What a thumb cannot hit: lower than 44 px. Ticks and radios count as the line they stand in; small crosses reach beyond their box. */
async function lowKeys(page: Page): Promise<string[]> {
  return (await page.evaluate(`[...document.querySelectorAll('button, a.c-primary, a.c-quiet, [role="menuitem"], input, select, textarea')]
    .filter((e) => e.checkVisibility({ opacityProperty: true }) && !/^(checkbox|radio|file)$/.test(e.type) && !e.closest('.h-table th, [aria-hidden="true"]') &&
      !e.matches('.mantine-InputClearButton-root, .mantine-Pill-remove, .mantine-MultiSelect-inputField, .mantine-PasswordInput-innerInput, .mantine-PasswordInput-visibilityToggle, .c-chip button, .c-linklike'))
    .filter((e) => e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().height < 43.5)
    .map((e) => [e.tagName, e.className, e.getAttribute('aria-label') ?? e.textContent, Math.round(e.getBoundingClientRect().height)].join(' '))`)) as string[]
}

/** Everything that was asked for is there, type is drawn in its own letters, and nothing moves any more. */
async function settled(page: Page): Promise<void> {
  const isSettled = `document.fonts.status === 'loaded' &&
    document.querySelector('[aria-busy="true"], .h-loading:not([hidden])') === null &&
    document.getAnimations().every(({ playState, effect }) =>
      playState !== 'running' || effect.getComputedTiming().iterations === Infinity)`
  await expect.poll(() => page.evaluate(isSettled), { timeout: 30_000, interval: 50 }).toBe(true)
}

describe.each([
  ['light', 'desk', 'es'],
  ['dark', 'phone', 'en'],
] as const)('every screen of the console, %s, %s, %s', (theme, size, language) => {
  test('has no barrier that axe can find, no sideways scrolling, no key too low for a thumb, no refused script', {
    timeout: 300_000,
  }, async () => {
    const { context, page } = await atConsole(browser, hilo, { theme, size, language })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    const check = async () => {
      await settled(page)
      // Everything that is found is told at the end, so that one run shows all of it.
      await expectAccessible(page).catch((found: Error & { actual?: unknown }) =>
        complaints.push(`${found.message} ${String(found.actual)}`),
      )
      if (size === 'phone')
        for (const key of await lowKeys(page)) complaints.push(`${page.url()} has a low key: ${key}`)
      if ((await sideways(page)) !== 0) complaints.push(`${page.url()} scrolls sideways`)
    }
    await check()
    for (const path of pages) {
      await page.goto(`/console${path}`)
      await page.locator('main h1:visible, main h2:visible').first().waitFor()
      await check()
    }
    for (const path of lists) {
      await page.goto(`/console${path}`)
      await page.locator('tbody tr').first().waitFor()
      await check()
      await page.locator('tbody tr').first().click()
      await page.locator('.c-pane').waitFor()
      await check()
    }
    expect(complaints).toEqual([])
    await context.close()
  })
})
