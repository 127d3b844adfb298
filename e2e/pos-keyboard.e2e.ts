import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { browser, hilo, next, openCounter, valencia } from './pos-stand.ts'
import { atTill, booksOfOrder, closed, escape, field, patience, quiet, scan, soldNumber } from './pos-steps.ts'

openCounter(16)

/** Counts the keys that a person presses from now on; a scanner's are made by the test and do not count. */
const countKeys = async (page: Page) => {
  await page.evaluate(
    '{ window.pressed = 0; addEventListener("keydown", (e) => { if (e.isTrusted) window.pressed++ }, true) }',
  )
  return async () => Number(await page.evaluate('window.pressed'))
}
const hasFocus = (page: Page, selector: string) => page.locator(selector).and(page.locator(':focus')).waitFor()

test('ten articles under the scanner and exact cash: three keys, and the next scan begins the next sale', async () => {
  const articles = []
  for (let i = 0; i < 10; i++) articles.push(await next())
  const { context, page } = await atTill(browser, hilo, valencia)
  const pressed = await countKeys(page)
  for (const { sku } of articles) await scan(page, sku)
  await expect.poll(() => page.locator('.t-line:not([data-gift])').count(), patience).toBe(10)
  await quiet(page)
  await page.keyboard.press('F9')
  await hasFocus(page, '.t-ways input[inputmode="decimal"]')
  await page.keyboard.press('Enter')
  await hasFocus(page, '.t-payfoot .t-pay')
  await page.keyboard.press('Enter')
  await page.locator('.t-paper').waitFor()
  expect(await pressed()).toBe(3)
  const books = await booksOfOrder(hilo, await soldNumber(page))
  expect(books).toMatchObject({ status: 'completed', payments: 1, capturedMinor: books.totalMinor })
  await scan(page, articles[0]?.sku ?? '')
  await closed(page)
  await expect.poll(() => page.locator('.t-line:not([data-gift])').count(), patience).toBe(1)
  await context.close()
})

test('without a pointer: words, a size by arrows, a note typed, the change on the screen, the next customer', async () => {
  const { context, page } = await atTill(browser, hilo, valencia)
  await page.keyboard.press('F2')
  await hasFocus(page, '.t-world input[type="search"]')
  await page.keyboard.type('camiseta', { delay: 60 })
  await page.locator('.t-result').first().waitFor()
  await page.keyboard.press('ArrowDown')
  await hasFocus(page, '.t-result >> nth=0')
  await page.keyboard.press('Enter')
  await page.locator('.t-choice input:focus').waitFor()
  const before = await page.locator('.t-choice input:focus').getAttribute('aria-label')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => page.locator('.t-choice input:focus').getAttribute('aria-label'), patience).not.toBe(before)
  await page.keyboard.press('Enter')
  await closed(page)
  await page.locator('.t-line').first().waitFor()
  await quiet(page)
  await page.keyboard.press('F9')
  await hasFocus(page, '.t-ways input[inputmode="decimal"]')
  await page.keyboard.type('500', { delay: 60 })
  await page.keyboard.press('Enter')
  await hasFocus(page, '.t-payfoot .t-pay')
  expect(await page.locator('.t-paysums [data-change]').count()).toBe(1)
  await page.keyboard.press('F9')
  await page.locator('.t-paper').or(page.locator('[role="alert"]')).first().waitFor()
  await context.close()
})

test('a card by keyboard alone: F9, F10, the slip’s number, Enter, Enter', async () => {
  const { sku } = await next()
  const { context, page } = await atTill(browser, hilo, valencia)
  await scan(page, sku)
  await page.locator('.t-line').first().waitFor()
  await quiet(page)
  await page.keyboard.press('F9')
  await page.locator('.t-paysums').waitFor()
  await page.keyboard.press('F10')
  await hasFocus(page, 'section[aria-label="Tarjeta"] input')
  await page.keyboard.type('0042', { delay: 60 })
  await page.keyboard.press('Enter')
  await hasFocus(page, '.t-payfoot .t-pay')
  await page.keyboard.press('Enter')
  await page.locator('.t-paper', { hasText: 'Tarjeta 0042' }).waitFor()
  await page.keyboard.press('Enter')
  await closed(page)
  expect(await page.locator('.t-line').count()).toBe(0)
  await context.close()
})

test('every place of work and every sheet has its key; Escape closes; the focus is where one types next', async () => {
  const { sku } = await next()
  const { context, page } = await atTill(browser, hilo, valencia)
  for (const [key, name] of [
    ['F4', 'Cestas'],
    ['F6', 'Recogidas'],
    ['F8', 'Recibos y devoluciones'],
    ['F2', 'Vender'],
  ] as const) {
    await page.keyboard.press(key)
    await page.locator('.t-tabs [aria-current]', { hasText: name }).waitFor()
    await hasFocus(page, '.t-world input[type="search"]')
  }
  // Without a basket there is nothing to pay, to send or to put aside.
  for (const key of ['F7', 'F9', 'F10', 'Shift+F3', 'Shift+F4']) await page.keyboard.press(key)
  expect(await page.locator('[role="dialog"]').count()).toBe(0)
  await scan(page, sku)
  await page.locator('.t-line').first().waitFor()
  await quiet(page)
  for (const [key, title] of [
    ['F1', 'Teclas'],
    ['F3', 'Cliente'],
    ['F7', 'Cómo se lo lleva'],
    ['F10', 'Cupón'],
    ['F9', 'Cobrar'],
    ['Shift+F3', 'Enviar la cesta al móvil'],
  ] as const) {
    await page.keyboard.press(key)
    await page.locator('[role="dialog"]', { hasText: title }).waitFor()
    await escape(page)
    await quiet(page)
  }
  expect(await page.locator('.t-line').count()).toBe(1)
  await page.keyboard.press('Shift+F4')
  await expect.poll(() => page.locator('.t-line').count(), patience).toBe(0)
  await page.keyboard.press('F4')
  await page.locator('.t-cards li').first().waitFor()
  await context.close()
})

test('the scanner is told from a person by its speed: in a field, over a sheet, and never while money is counted', async () => {
  const [first, second] = [await next(), await next()]
  const { context, page } = await atTill(browser, hilo, valencia)
  await page.keyboard.press('F4')
  await field(page).pressSequentially('6123', { delay: 70 })
  await page.keyboard.press('Enter')
  expect(await field(page).inputValue()).toBe('6123')
  // As a wedge does it: the keys reach the field that has the focus, then Enter, without a pause.
  await page.evaluate(`{
    const at = document.activeElement
    const code = ${JSON.stringify(first.sku)}
    for (const key of code) at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    at.setRangeText(code, at.value.length, at.value.length, 'end')
    at.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
  }`)
  await page.locator('.t-line', { hasText: first.title }).first().waitFor()
  expect(await field(page).inputValue()).toBe('6123')
  await quiet(page)
  await page.keyboard.press('F3')
  await page.locator('[role="dialog"]').waitFor()
  await scan(page, second.sku)
  await closed(page)
  await page.locator('.t-line').nth(1).waitFor()
  await quiet(page)
  await page.keyboard.press('F9')
  await page.locator('.t-paysums').waitFor()
  await scan(page, second.sku)
  await page.getByText('Termina el cobro antes de escanear otro artículo').waitFor()
  await escape(page)
  expect((await page.locator('.t-line:not([data-gift]) .t-count').allTextContents()).map(Number)).toEqual([1, 1])
  await context.close()
})
