import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { atConsole } from './console-steps.ts'
import { expectAccessible, launchBrowser, type RunningHilo, sizes, startHilo } from './harness.ts'

let hilo: RunningHilo
let browser: Browser
let context: BrowserContext
let page: Page
beforeAll(async () => {
  hilo = await startHilo()
  browser = await launchBrowser()
  ;({ context, page } = await atConsole(browser, hilo))
})
afterAll(async () => {
  await context?.close()
  await browser?.close()
  await hilo?.close()
})

const verdict = (on: Page, words: string | RegExp) =>
  on.locator('.y-say h2', { hasText: words }).waitFor({ timeout: 30_000 })

describe('the machine room', () => {
  test('the owner gets there by two keys, reads that all is in order, and has the laws recomputed by the keyboard', async () => {
    await page.locator('main#work').focus()
    await page.keyboard.press('g')
    await page.keyboard.press('y')
    await page.waitForURL(/\/console\/system$/)
    await verdict(page, 'Todo en orden')
    await page.getByText('Aún no se ha comprobado nunca.').waitFor()
    const check = page.getByRole('button', { name: 'Comprobar ahora' })
    await check.focus()
    await page.keyboard.press('Enter')
    await page
      .locator('.y-run')
      .getByText(/^Cuadra todo: \d+ comprobaciones$/)
      .waitFor({ timeout: 60_000 })
    const { total, disagreements } = await hilo.db.one<{ total: number; disagreements: number }>(
      sql`select total, disagreements from system.check_run where status = 'done'`,
    )
    expect(disagreements).toBe(0)
    await page.getByText(`Cuadra todo: ${total} comprobaciones`).waitFor()
    await page.getByRole('button', { name: 'Ver cada comprobación' }).click()
    await expect.poll(() => page.locator('.y-checks li').count()).toBe(total)
  })

  test('figures are those of this shop, and move while one looks', async () => {
    const shop = page.locator('tbody tr', { has: page.getByRole('rowheader', { name: 'Tienda', exact: true }) })
    await Promise.all(Array.from({ length: 40 }, () => fetch(`${hilo.url}/api/store/places`)))
    await expect.poll(async () => shop.locator('td').first().innerText(), { timeout: 15_000 }).not.toBe('0')
    const held = await hilo.db.one<{ n: number }>(
      sql`select count(*)::int as n from inventory.reservation where status = 'live'`,
    )
    const row = page.locator('tbody tr', { has: page.getByRole('rowheader', { name: 'Apartados en cestas' }) })
    expect(await row.locator('td').first().innerText()).toBe(String(held.n))
  })

  test('a follower that fails is told in words without reloading, the rail marks it, and it goes when it is mended', async () => {
    const later = new Date(Date.now() + 3_600_000)
    await hilo.db.run(sql`
      update platform.subscriber set last_seq = last_seq - 7, failures = 3, last_error = 'Error: the table is locked', retry_at = ${later}
       where name = 'customers.thread'`)
    await verdict(page, 'Una cosa no funciona')
    const finding = page.locator('.y-verdict .h-thread li').first()
    await finding.getByText('«El hilo de cada cliente» falla').waitFor()
    expect(await finding.innerText()).toMatch(/3 intentos seguidos, 7 sucesos esperan.*the table is locked/s)
    await finding.locator('[data-knot="broken"]').waitFor()
    await page.locator('.c-rail li[data-owed="broken"]', { hasText: 'Sistema' }).waitFor({ timeout: 15_000 })
    await expectAccessible(page)
    await hilo.db.run(sql`update platform.subscriber set failures = 0, retry_at = null where name = 'customers.thread'`)
    await verdict(page, 'Todo en orden')
    expect(await page.locator('.y-verdict .h-thread li').count()).toBe(0)
  })

  test('a corrupted figure is found by the next run and shown with its row, what it should be and what it is', async () => {
    const level = await hilo.db.one<{ variantId: string; locationId: string }>(
      sql`select variant_id as "variantId", location_id as "locationId" from inventory.stock_level order by 1, 2 limit 1`,
    )
    await hilo.db.run(sql`
      update inventory.stock_level set on_hand = on_hand + 3 where variant_id = ${level.variantId} and location_id = ${level.locationId}`)
    await page.getByRole('button', { name: 'Comprobar ahora' }).click()
    await verdict(page, 'Una cosa no funciona')
    const bad = page.locator('.y-bad')
    await bad.getByText('stock.on_hand').waitFor()
    expect(await bad.locator('tbody tr').innerText()).toContain(level.variantId)
    await expectAccessible(page)
    await hilo.db.run(sql`
      update inventory.stock_level set on_hand = on_hand - 3 where variant_id = ${level.variantId} and location_id = ${level.locationId}`)
    await page.getByRole('button', { name: 'Comprobar ahora' }).click()
    await verdict(page, 'Todo en orden')
    await page.getByRole('button', { name: 'Ver qué encontró' }).waitFor()
  })

  test('when the server does not answer any more, the screen says so and keeps what it knew', async () => {
    await page.route('**/api/admin/system', (route) => route.abort())
    await verdict(page, 'No sabemos cómo está')
    await page.getByRole('rowheader', { name: 'Tienda', exact: true }).waitFor()
    await page.unroute('**/api/admin/system')
    await verdict(page, 'Todo en orden')
  })

  test('without a line to the shop every screen says so and keeps what it shows, until the line is back', async () => {
    const notice = page.getByText('Sin conexión con la tienda')
    await page.goto('/console/picking')
    await page.locator('tbody tr').first().click()
    const work = page.locator('.c-step')
    await work.waitFor()
    await context.setOffline(true)
    hilo.app.server.closeAllConnections()
    await notice.waitFor({ timeout: 20_000 })
    await work.waitFor()
    await context.setOffline(false)
    await notice.waitFor({ state: 'hidden', timeout: 20_000 })
    await page.goto('/console/system')
    await verdict(page, 'Todo en orden')
  })
})

describe('who may do what', () => {
  test('a manager reads the same and starts nothing; at the counter there is no such place', async () => {
    const manager = await atConsole(browser, hilo, { role: 'manager' })
    await manager.page.goto('/console/system')
    await verdict(manager.page, 'Todo en orden')
    await manager.page.getByText('La lanza la propiedad.').waitFor()
    expect(await manager.page.getByRole('button', { name: 'Comprobar ahora' }).count()).toBe(0)
    expect((await manager.context.request.post('/api/admin/system/checks', { data: {} })).status()).toBe(403)
    await manager.context.close()
    const counter = await atConsole(browser, hilo, { role: 'counter' })
    expect(await counter.page.locator('.c-rail').getByText('Sistema').count()).toBe(0)
    await counter.page.goto('/console/system')
    await counter.page.getByText('Tu rol no permite esto').waitFor()
    await counter.context.close()
  })
})

describe.each([
  ['light', 'es'],
  ['dark', 'en'],
] as const)('in %s, %s', (theme, language) => {
  test('nothing keeps anybody out or scrolls sideways, from a telephone to a desk', async () => {
    const made = await atConsole(browser, hilo, { theme, language })
    await made.page.goto('/console/system')
    await verdict(made.page, language === 'es' ? 'Todo en orden' : 'All in order')
    for (const size of Object.values(sizes)) {
      await made.page.setViewportSize(size)
      await expectAccessible(made.page)
      const wider = await made.page.evaluate(
        `Math.max(...[document.documentElement, ...document.querySelectorAll('.y-scroll')].map((box) => box.scrollWidth - box.clientWidth))`,
      )
      expect(wider, `${size.width} px`).toBe(0)
    }
    await made.context.close()
  })
})
