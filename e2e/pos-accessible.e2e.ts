import type { Cart } from '@hilo/contract'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { device } from './clients.ts'
import { expectAccessible, visitor } from './harness.ts'
import { walk } from './pos-screens.ts'
import { browser, hilo, manager, next, openCounter, valencia } from './pos-stand.ts'
import { atTill, sideways, waiting } from './pos-steps.ts'

openCounter(18)

/**
 * Keys that a thumb cannot hit: narrower or lower than 44 px. A radio that is drawn by its label counts as the label; links inside a
 * sentence are text.
 */
async function smallKeys(page: Page): Promise<string[]> {
  return (await page.evaluate(`[...document.querySelectorAll('button, a.t-big, [role="button"], label:has(input[type="radio"].h-sr), input:not([type="radio"])')]
    .filter((e) => e.checkVisibility() && !e.closest('.mantine-Notification-root') && !e.closest('.mantine-SegmentedControl-root'))
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 1 && (width < 43.5 || height < 43.5))
    .map(([e, { width, height }]) => [e.tagName, e.className, e.getAttribute('aria-label') ?? e.textContent, Math.round(width), Math.round(height)].join(' '))`)) as string[]
}

/** Text that is cut off inside a key. */
async function cutOff(page: Page): Promise<string[]> {
  return (await page.evaluate(`[...document.querySelectorAll('button .mantine-Button-label, .t-pay, .t-tabs button')]
    .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
    .map((e) => e.textContent)`)) as string[]
}

describe.each([
  ['light', 'desk', 'es'],
  ['dark', 'desk', 'en'],
  ['light', 'phone', 'en'],
  ['dark', 'phone', 'es'],
  ['light', 'tablet', 'en'],
  ['dark', 'tablet', 'es'],
] as const)('every screen of the till, %s, %s, %s', (theme, size, language) => {
  test('has no barrier that axe can find, no sideways scrolling, no key too small or cut off, no refused script', async () => {
    const [kept, sold, missing] = [await next({ VLC: 3 }), await next({ VLC: 6 }), await next({ SVQ: 2 })]
    const { order } = await waiting(
      { web: device(hilo.url), staff: manager },
      { variantId: kept.variantId, locationId: valencia, bin: 'A1' },
    )
    const { context, page } = await atTill(browser, hilo, valencia, { theme, size, language })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await walk({
      page,
      phone: size === 'phone',
      waiting: order,
      sku: sold.sku,
      missingSku: missing.sku,
      check: async (name) => {
        await expectAccessible(page)
        expect(await sideways(page), name).toBe(0)
        expect(await smallKeys(page), name).toEqual([])
        expect(await cutOff(page), name).toEqual([])
        expect(await page.locator('html').getAttribute('lang')).toBe(language)
      },
    })
    expect(complaints).toEqual([])
    await context.close()
  }, 300_000)
})

test('who is not signed in sees one key and no shop’s figures', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const { context, page } = await visitor(browser, { url: hilo.url, theme, size: 'phone' })
    await page.goto('/pos')
    await page.locator('a.t-big').waitFor()
    await expectAccessible(page)
    expect(await smallKeys(page)).toEqual([])
    await expect(device(hilo.url).post<Cart>('/api/pos/carts', { locationId: valencia })).rejects.toMatchObject({
      body: { status: 401 },
    })
    await context.close()
  }
})

test('who may act for several shops chooses one, in both themes and languages', async () => {
  for (const [theme, language] of [
    ['light', 'es'],
    ['dark', 'en'],
  ] as const) {
    const { context, page } = await atTill(browser, hilo, valencia, { role: 'manager', theme, language, size: 'phone' })
    await page.locator('.t-placename').click()
    await page.locator('.t-places button').nth(4).waitFor()
    await expectAccessible(page)
    expect(await sideways(page)).toBe(0)
    await page.locator('.t-places button', { hasText: 'Sevilla' }).click()
    await page.locator('.t-placename', { hasText: 'Sevilla' }).waitFor()
    await context.close()
  }
})
