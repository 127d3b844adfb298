import type { Order } from '@hilo/contract'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { closed, escape, field, finish, patience, pay, putIn, quiet, scan, soldNumber } from './pos-steps.ts'

type Walk = {
  page: Page
  /** On a phone the basket is a screen of its own. */
  phone: boolean
  /** A web order that waits in this shop. */
  waiting: Order
  /** An article that lies here, and one of which the shop has none. */
  sku: string
  missingSku: string
  /** Looks at the screen that is shown now. */
  check(name: string): Promise<void>
}

/** Waits until nothing is on its way any more. */
async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.h-loading:not([hidden])').count(), patience).toBe(0)
}

/** Opens every screen and sheet of the till, in every state that a sale passes through, and looks at each. */
export async function walk(given: Walk): Promise<void> {
  await browse(given)
  await basket(given)
  await people(given)
  await money(given)
  await places(given)
  await receipts(given)
  await rest(given)
}

const toBasket = async ({ page, phone }: Walk) => {
  if (phone && !(await page.locator('.t-side[data-open]').isVisible())) await page.locator('.t-peek').click()
}
const toWorld = async ({ page, phone }: Walk) => {
  if (phone && (await page.locator('.t-side[data-open]').isVisible())) await page.locator('.t-back').click()
}

async function browse({ page, sku, check }: Walk): Promise<void> {
  await page.locator('.t-tiles button').first().waitFor()
  await check('nothing typed')
  await page.locator('.t-tiles button').nth(1).click()
  await page.locator('.t-result').first().waitFor()
  await settled(page)
  await check('a collection')
  await page.locator('.t-shelf button').click()
  await field(page).fill('camisa')
  await page.locator('.t-result').first().waitFor()
  await settled(page)
  await check('search')
  await page.locator('.t-result').first().click()
  await page.locator('.t-elsewhere li').first().waitFor()
  await page.locator('.t-parity').waitFor()
  await settled(page)
  await check('a product')
  await escape(page)
  await field(page).fill('xqzw')
  await page.locator('.h-empty').first().waitFor()
  await check('nothing found')
  await field(page).fill(sku)
  await page.locator('.t-plus').waitFor()
  await check('a code')
}

async function basket(given: Walk): Promise<void> {
  const { page, sku, missingSku, check } = given
  await toBasket(given)
  await check('an empty basket')
  await toWorld(given)
  await putIn(page, missingSku)
  await putIn(page, sku)
  await toBasket(given)
  await page.locator('.t-short').first().waitFor()
  await check('a basket with a piece that is not here')
  await page.locator('.t-line .t-lineunits button').first().click()
  await expect.poll(() => page.locator('.t-line:not([data-gift])').count(), patience).toBe(1)
  await quiet(page)
  await page.locator('.t-choices button').first().click()
  await page.locator('.t-kinds').waitFor()
  await check('taken now')
  await page.locator('.t-kinds label').nth(1).click()
  await page.locator('.t-options label').first().waitFor()
  await check('collected')
  await page.locator('.t-kinds label').nth(2).click()
  await page.locator('.t-address').waitFor()
  await check('sent home')
  await escape(page)
  await page.locator('.t-choices button').nth(1).click()
  await page.locator('[role="dialog"] form input').fill('NADA')
  await page.keyboard.press('Enter')
  await page.locator('.t-sheet .t-cards li').waitFor()
  await check('a coupon that does not count')
  await page.locator('.t-sheet .t-cards li button').click()
  await expect.poll(() => page.locator('.t-sheet .t-cards li').count(), patience).toBe(0)
  await escape(page)
}

async function people(given: Walk): Promise<void> {
  const { page, check } = given
  await toBasket(given)
  await page.locator('.t-customer').click()
  await page.locator('[role="dialog"] input[type="search"]').fill('Marta')
  await page.locator('.t-person').first().waitFor()
  await check('people found')
  await page.locator('.t-person').first().click()
  await page.locator('.t-card .t-cardcols').waitFor()
  await settled(page)
  await check('the hand-off card')
  await page.locator('[role="dialog"] footer button').first().click()
  await page.locator('.t-form').waitFor()
  await check('a new customer')
  await escape(page)
}

async function money(given: Walk): Promise<void> {
  const { page, check } = given
  await toBasket(given)
  await quiet(page)
  await pay(page)
  await check('paying')
  await page.locator('.t-ways input[inputmode="decimal"]').fill('1')
  await page.keyboard.press('Enter')
  await page.locator('.t-tenders li').waitFor()
  await check('a part of it paid')
  await page.locator('.t-notes button').nth(1).click()
  await page.locator('.t-payfoot .t-pay:not(:disabled)').waitFor()
  await check('all of it paid')
  await finish(page).click()
  await page.locator('.t-paper').waitFor()
  expect(await soldNumber(page)).toMatch(/^H-/)
  await check('the sale is done')
  await page.locator('.t-mail input').fill('axe@example.com')
  await page.locator('.t-mail button').click()
  await page.locator('.t-sheet .h-note[data-tone="kept"]').waitFor()
  await check('the receipt is sent')
  await page.locator('.t-payfoot .t-pay').click()
  await closed(page)
}

async function places(given: Walk): Promise<void> {
  const { page, waiting, sku, check } = given
  await putIn(page, sku)
  await toBasket(given)
  await page.locator('.t-basket header button').nth(1).click()
  await page.locator('.t-qr').waitFor()
  await check('sent to a phone')
  await escape(page)
  await page.locator('.t-basket header button').nth(2).click()
  await expect.poll(() => page.locator('.t-line').count(), patience).toBe(0)
  await toWorld(given)
  await page.keyboard.press('F4')
  await page.locator('.t-cards li').first().waitFor()
  await check('baskets')
  await page.keyboard.press('F6')
  await page.locator('.t-cards li').first().waitFor()
  await settled(page)
  await check('pickups')
  await field(page).fill(waiting.number ?? '')
  await page.locator('.t-pickup form').waitFor()
  await check('a pickup')
  await page.locator('.t-pickup form input').fill('ZZZZ9999')
  await page.keyboard.press('Enter')
  await page.locator('.t-pickup [role="alert"]').waitFor()
  await check('a wrong code')
}

async function receipts({ page, check }: Walk): Promise<void> {
  await page.keyboard.press('F8')
  await page.locator('.t-person').first().waitFor()
  await check('the last sales')
  await page.locator('.t-person').first().click()
  await page.locator('.t-return .t-lineunits button').nth(1).click()
  await page.locator('.t-condition').waitFor()
  await page.locator('.t-return .t-row button').first().click()
  await page.locator('.t-return footer button:not(:disabled)').waitFor()
  await check('a return')
  await page.locator('.t-order button').click()
  await page.locator('.t-paper').waitFor()
  await check('an earlier receipt')
  await escape(page)
  await page.locator('.t-return footer button').click()
  await page.locator('.t-paper').waitFor()
  await check('a return is done')
}

async function rest({ page, check }: Walk): Promise<void> {
  await page.keyboard.press('F1')
  await page.locator('.t-keys').waitFor()
  await check('the keys')
  await escape(page)
  await page.keyboard.press('F2')
  await page.route('**/api/**', (route) => route.abort('connectionrefused'))
  await scan(page, '8400000000000')
  await page.locator('.t-away p').waitFor()
  await check('the server is away')
  await page.unroute('**/api/**')
  await page.locator('.t-away p').waitFor({ state: 'detached' })
}
