import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { atConsole, openRow } from './console-steps.ts'
import { visitor } from './harness.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()
let context: BrowserContext
let page: Page

describe('a day at the console', () => {
  test('a one-time password opens the door once: a new one is asked for, and then the day is there', async () => {
    const owner = hilo.staff.find((member) => member.role === 'owner')
    const made = await visitor(browser, { url: hilo.url })
    await made.page.goto('/console/orders')
    await made.page.locator('input[name="email"]').fill(owner?.email ?? '')
    await made.page.locator('input[name="password"]').fill('no es esta de ningún modo')
    await made.page.locator('button[type="submit"]').click()
    await made.page.getByText('El correo o la contraseña no son correctos').waitFor()
    await made.context.close()
    ;({ context, page } = await atConsole(browser, hilo))
    await page.getByRole('heading', { level: 1 }).waitFor()
    const { rows } = await hilo.db.one<{ rows: number }>(
      sql`select count(*)::int as rows from staff.member where role = 'owner' and password_must_change`,
    )
    expect(rows).toBe(0)
    // Logged in already: the address one wanted opens by itself.
    await page.goto('/console/stock/transfers')
    await page.getByRole('heading', { name: 'Stock' }).waitFor()
  })

  test('an order is found, picked by its labels, set aside, made ready and handed over by its code', async () => {
    const part = await hilo.db.one<{ id: string; orderNumber: string; pickupCode: string }>(sql`
      select id, order_number as "orderNumber", pickup_code as "pickupCode" from fulfillment.fulfillment_order f
       where kind = 'pickup' and status = 'open'
         and not exists (select 1 from fulfillment.shortage s where s.fulfillment_order_id = f.id)
       order by (select sum(units) from fulfillment.fulfillment_line l where l.fulfillment_order_id = f.id) desc, due_at limit 1`)
    const lines = await hilo.db.many<{ sku: string; units: number }>(sql`
      select v.sku, l.units from fulfillment.fulfillment_line l join catalog.variant v on v.id = l.variant_id
       where l.fulfillment_order_id = ${part.id}`)
    await page.goto('/console/orders')
    await page.locator('[data-list-search]').fill(part.orderNumber)
    await page.waitForURL((url) => url.search.includes(part.orderNumber))
    await openRow(page, part.orderNumber)
    await page.locator('.c-pane .c-primary', { hasText: 'Preparar' }).click()
    await page.waitForURL(/\/picking\//)
    const scan = page.getByLabel('Escanea la etiqueta, o escribe EAN o SKU')
    await scan.fill('NO-EXISTE')
    await scan.press('Enter')
    await page.getByRole('alert').getByText('Ningún producto tiene este código').waitFor()
    // As a scanner does: label after label, without waiting for any answer.
    for (const { sku, units } of lines) {
      for (let unit = 0; unit < units; unit++) {
        await scan.fill(sku)
        await scan.press('Enter')
      }
    }
    await page.getByLabel('Hueco donde queda').fill('A3')
    await page.getByRole('button', { name: 'Apartar y avisar' }).click()
    await page.getByText('Está en el hueco A3').first().waitFor()
    const code = page.getByLabel('Código de recogida', { exact: true })
    await code.fill('ZZZZ99')
    await page.getByRole('button', { name: 'Entregado', exact: true }).click()
    await page.getByText('Ningún pedido tiene este código de recogida').first().waitFor()
    await code.fill(part.pickupCode)
    await page.getByRole('button', { name: 'Entregado', exact: true }).click()
    await page.locator('.c-pane .h-track li[data-state="done"]', { hasText: 'Entregado' }).waitFor()
    const { status, bin } = await hilo.db.one<{ status: string; bin: string }>(
      sql`select status, set_aside_bin as bin from fulfillment.fulfillment_order where id = ${part.id}`,
    )
    expect([status, bin]).toEqual(['handed_over', 'A3'])
  })

  test('stock is put right with a reason, the ledger shows it, and undo adds the opposite', async () => {
    const { sku, id } = await hilo.db.one<{ sku: string; id: string }>(
      sql`select sku, id from catalog.variant where status = 'active' and stock_tracked order by sku limit 1`,
    )
    await page.goto(`/console/stock?q=${encodeURIComponent(sku)}`)
    await openRow(page, sku)
    await page.getByRole('button', { name: 'Cambiar stock' }).click()
    await page.getByLabel('Diferencia (+/−)').fill('3')
    await page.getByLabel('Motivo').fill('Aparecieron en el altillo')
    // What is typed survives a reload.
    await page.reload()
    await page.getByRole('button', { name: 'Cambiar stock' }).click()
    expect(await page.getByLabel('Motivo').inputValue()).toBe('Aparecieron en el altillo')
    await page.getByRole('button', { name: 'Guardar' }).click()
    const ledger = page.getByRole('table', { name: 'Movimientos' })
    await ledger.locator('tr', { hasText: 'Aparecieron en el altillo' }).getByText('+3').waitFor()
    await page.getByRole('button', { name: 'Deshacer' }).click()
    await ledger.locator('tr', { hasText: 'Deshecho' }).getByText('−3').waitFor()
    const sums = await hilo.db.one<{ agrees: boolean }>(sql`
      select bool_and(l.on_hand = (select coalesce(sum(m.quantity), 0) from inventory.stock_movement m
        where m.variant_id = l.variant_id and m.location_id = l.location_id)) as agrees
        from inventory.stock_level l where l.variant_id = ${id}`)
    expect(sums.agrees).toBe(true)
  })

  test('a price that is edited here is the price in the shop', async () => {
    const { id, handle } = await hilo.db.one<{ id: string; handle: string }>(sql`
      select p.id, p.handle from catalog.product p join catalog.variant v on v.product_id = p.id
       where p.status = 'active' group by p.id having count(*) = 1 order by p.handle limit 1`)
    await page.goto(`/console/products/${id}`)
    const price = page.locator('.c-matrix input[inputmode="decimal"]').first()
    await price.fill('mucho')
    expect(await page.getByRole('button', { name: 'Guardar' }).isDisabled()).toBe(true)
    await price.fill('123,45')
    await page.getByRole('button', { name: 'Guardar' }).click()
    await page.getByText('Guardado').first().waitFor()
    const shop = await visitor(browser, { url: hilo.url })
    await expect
      .poll(
        async () => {
          await shop.page.goto(`/products/${handle}`, { timeout: 60_000 })
          return (await shop.page.locator('main').textContent())?.includes('123,45')
        },
        { timeout: 60_000, interval: 2000 },
      )
      .toBe(true)
    await shop.context.close()
  })

  test('a file is shown before it changes anything; its wrong row is listed with the remedy', async () => {
    const { sku } = await hilo.db.one<{ sku: string }>(
      sql`select sku from catalog.variant where status = 'active' and stock_tracked order by sku desc limit 1`,
    )
    await page.goto('/console/imports/new')
    await page.locator('.c-pane').getByText('Existencias', { exact: true }).click()
    const csv = `sku,location,on_hand\n${sku},VLC,41\nNO-EXISTE-1,VLC,3\n`
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'recuento.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByText('Primeras filas').first().waitFor()
    const onHand = () =>
      hilo.db.one<{ units: number }>(sql`
        select l.on_hand as units from inventory.stock_level l join catalog.variant v on v.id = l.variant_id
          join inventory.location o on o.id = l.location_id where v.sku = ${sku} and o.code = 'VLC'`)
    expect((await onHand()).units).not.toBe(41)
    await page.getByRole('button', { name: 'Importar', exact: true }).click()
    await page.waitForURL(/\/imports\/imp_|\/imports\/[a-z]{3}_/)
    const issues = page.getByRole('table', { name: 'Filas con problemas' })
    await issues.locator('tr', { hasText: 'NO-EXISTE-1' }).waitFor()
    expect((await onHand()).units).toBe(41)
    await context.close()
  })

  test('a counter person sees their places of work only, and in English when they like', async () => {
    const counter = await atConsole(browser, hilo, { role: 'counter' })
    const rail = counter.page.getByRole('navigation', { name: 'Lugares de trabajo' })
    await rail.getByText('Pedidos').waitFor()
    expect(await rail.getByText('Equipo').count()).toBe(0)
    await counter.page.getByRole('button', { name: /Tu cuenta/ }).click()
    await counter.page.getByRole('menuitem', { name: 'English' }).click()
    await counter.page.getByRole('navigation', { name: 'Places of work' }).getByText('Orders').waitFor()
    await counter.page.keyboard.press('Escape')
    await counter.page.keyboard.press('g')
    await counter.page.keyboard.press('o')
    await counter.page.waitForURL(/\/console\/orders/)
    await counter.context.close()
  })
})
