import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { atConsole, inMenu, openRow, told } from './console-steps.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()
let context: BrowserContext
let page: Page
beforeAll(async () => {
  ;({ context, page } = await atConsole(browser, hilo))
})
afterAll(async () => {
  await context?.close()
})

describe('customers', () => {
  test('two records of one person are linked, read as one, and parted again with everything where it was', async () => {
    const people = await hilo.db.many<{ id: string; name: string; number: string }>(sql`
      select p.id, p.name, min(o.number) as number from customers.person p join orders.customer_order o on o.person_id = p.id
       where p.erased_at is null and p.name <> '' and o.number is not null
         and not exists (select 1 from customers.person_link l where p.id in (l.from_person_id, l.to_person_id))
       group by p.id, p.name having count(*) = 1 order by p.id limit 2`)
    const [one, other] = people
    await page.goto(`/console/customers/${one?.id}`)
    await inMenu(page, 'Unir con otra persona')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('La otra persona').fill(other?.name ?? '')
    await page
      .getByRole('option', { name: new RegExp(other?.name ?? '') })
      .first()
      .click()
    await dialog.getByLabel('Motivo').fill('Es la misma: enseña el DNI')
    await dialog.getByRole('button', { name: 'Unir' }).click()
    await told(page, 'Unidas')
    const links = page.locator('.c-pane .h-section', { hasText: 'Personas unidas' })
    await links.getByText('Es la misma: enseña el DNI').waitFor()
    const orders = page.locator('.c-pane .h-section', { hasText: 'Pedidos' }).last()
    for (const { number } of people) await orders.getByText(number).waitFor()
    await links.getByRole('button', { name: 'Separar' }).click()
    await told(page, 'Separadas. Todo ha vuelto a su sitio.')
    await orders.getByText(other?.number ?? '').waitFor({ state: 'detached' })
    await orders.getByText(one?.number ?? '').waitFor()
  })

  test('a customer is forgotten only by who types the name; the order keeps its figures and no name', async () => {
    const { id, name, number, totalMinor } = await hilo.db.one<{
      id: string
      name: string
      number: string
      totalMinor: number
    }>(sql`
      select p.id, p.name, o.number, o.total_minor as "totalMinor" from customers.person p join orders.customer_order o on o.person_id = p.id
       where p.erased_at is null and p.name <> '' and o.status = 'completed' order by p.id desc limit 1`)
    await page.goto(`/console/customers/${id}`)
    await inMenu(page, 'Borrar sus datos')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Motivo').fill('Lo pide por correo')
    const erase = dialog.getByRole('button', { name: 'Borrar para siempre' })
    await dialog.getByLabel(`Escribe «${name}» para confirmar`).fill('otra persona')
    expect(await erase.isDisabled()).toBe(true)
    await dialog.getByLabel(`Escribe «${name}» para confirmar`).fill(name)
    await erase.click()
    await told(page, 'Datos borrados')
    await page.locator('.c-pane .h-note', { hasText: 'Datos borrados' }).waitFor()
    const order = await hilo.db.one<{ totalMinor: number; contact: string }>(
      sql`select total_minor as "totalMinor", contact::text as contact from orders.customer_order where number = ${number}`,
    )
    expect(order).toEqual({ totalMinor, contact: '{}' })
    await page.goto(`/console/orders?q=${number}`)
    await page.locator('tbody tr', { hasText: number }).getByText('Sin nombre').waitFor()
  })
})

describe('orders', () => {
  test('a note stands at the top of the order and in its story with who wrote it; taken away it can be brought back', async () => {
    const { id } = await hilo.db.one<{ id: string }>(
      sql`select id from orders.customer_order where status = 'placed' order by placed_at desc limit 1`,
    )
    await page.goto(`/console/orders/${id}`)
    await page.getByLabel('Escribe una nota para el equipo').fill('Llama antes de las doce')
    await page.getByRole('button', { name: 'Anotar', exact: true }).click()
    const pinned = page.locator('.c-pinned li', { hasText: 'Llama antes de las doce' })
    await pinned.waitFor()
    const owner = hilo.staff.find(({ role }) => role === 'owner')
    expect(await pinned.textContent()).toContain(`${owner?.name}, hoy,`)
    const inStory = page.locator('.h-thread li', { hasText: 'Llama antes de las doce' })
    await inStory.getByRole('button', { name: 'Quitar' }).click()
    await pinned.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Deshacer' }).click()
    await pinned.waitFor()
  })

  test('the confirmation goes out once more, to the same address, and the story says so', async () => {
    const { id, email } = await hilo.db.one<{ id: string; email: string }>(sql`
      select id, contact ->> 'email' as email from orders.customer_order
       where status = 'placed' and contact ->> 'email' <> '' order by placed_at desc limit 1`)
    const mails = async () =>
      (
        await hilo.db.one<{ n: number }>(
          sql`select count(*)::int as n from platform.mail_message where to_address = ${email}`,
        )
      ).n
    const before = await mails()
    await page.goto(`/console/orders/${id}`)
    await inMenu(page, 'Enviar otra vez la confirmación')
    await told(page, `Confirmación enviada otra vez a ${email}`)
    await page.locator('.h-thread li', { hasText: `Confirmación enviada otra vez a ${email}` }).waitFor()
    expect(await mails()).toBe(before + 1)
  })

  test('units come back at a shop: the money shown before is the money given, and the receipt says it', async () => {
    const { id, title } = await hilo.db.one<{ id: string; title: string }>(sql`
      select o.id, l.title ->> 'es' as title from orders.customer_order o join orders.order_line l on l.order_id = o.id
       where o.status = 'completed' and o.channel_id = 'web' and l.returned_units = 0 and l.canceled_units = 0 and not l.gift
         and not exists (select 1 from orders.customer_return r where r.order_id = o.id)
       order by o.placed_at desc limit 1`)
    await page.goto(`/console/orders/${id}`)
    await inMenu(page, 'Devolver artículos')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(`Unidades: ${title}`).first().fill('1')
    await dialog.getByLabel('Motivo').fill('Le queda grande')
    const amount = dialog.locator('.c-quote b')
    await amount.getByText('€').waitFor()
    const shown = await amount.textContent()
    await dialog.getByRole('button', { name: 'Devolver artículos' }).click()
    await told(page, 'Devolución hecha')
    const returns = page.locator('.c-pane .h-section', { hasText: 'Devoluciones' })
    await returns.getByText('Le queda grande').waitFor()
    const { refundMinor, number } = await hilo.db.one<{ refundMinor: number; number: string }>(
      sql`select refund_minor as "refundMinor", number from orders.customer_return where order_id = ${id}`,
    )
    expect(shown?.replace(/\D/g, '')).toBe(String(refundMinor))
    await returns.getByRole('button', { name: `Recibo ${number}` }).click()
    const paper = page.locator('[data-print]')
    await paper.getByText(`1 × ${title}`).waitFor()
    expect(await paper.locator('.c-total').textContent()).toContain(shown)
    await page.keyboard.press('Escape')
  })
})

test('a list is worked by keyboard alone: search, down to the rows, open, and back to the row one left', async () => {
  await page.goto('/console/orders')
  await page.locator('tbody tr').nth(2).waitFor()
  await page.keyboard.press('/')
  await page.locator('[data-list-search]:focus').waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const second = page.locator('tbody tr').nth(1)
  await page.waitForURL(new RegExp(`/orders/${await second.getAttribute('data-row')}`))
  await page.locator('.c-pane').getByText('Qué ha pasado').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.c-pane').waitFor({ state: 'detached' })
  await page.locator('tbody tr:nth-child(2):focus').waitFor()
})

describe('work', () => {
  test('what was taken by mistake goes back to the shelf', async () => {
    const { id } = await hilo.db.one<{ id: string }>(sql`
      select f.id from fulfillment.fulfillment_order f where f.status = 'open' and f.kind = 'delivery' order by f.due_at limit 1`)
    await page.goto(`/console/picking/${id}`)
    const line = page.locator('.c-picks li').first()
    await line.getByRole('button', { name: /^Cogido/ }).click()
    await line.locator('.c-picked', { hasText: /^1\// }).waitFor()
    await line.getByRole('button', { name: /^Devolver una al estante/ }).click()
    await told(page, 'Vuelve al estante')
    await line.locator('.c-picked', { hasText: /^0\// }).waitFor()
  })

  test('for a missing unit the choice is made for who is on the telephone; a delivery asks where to', async () => {
    await page.goto('/console/picking/shortages')
    await page.locator('tbody tr').first().click()
    await page.locator('.c-pane').getByText('Quién espera').waitFor()
    const { id } = await hilo.db.one<{ id: string }>(
      sql`select id from fulfillment.shortage where status = 'asked' order by id desc limit 1`,
    )
    await page
      .locator('.c-options')
      .getByRole('button', { name: /Te lo enviamos/ })
      .click()
    const form = page.locator('form', { hasText: '¿Dónde se lo mandamos?' })
    await form.getByLabel('A nombre de').fill('Antonio Ramos')
    await form.getByLabel('Calle y número').fill('Calle Colón, 8')
    await form.getByLabel('Código postal').fill('46004')
    await form.getByLabel('Ciudad').fill('Valencia')
    await form.getByRole('button', { name: 'Enviar ahí' }).click()
    await told(page, 'Hecho. El pedido sigue su camino.')
    await page.locator('.c-pane').getByText('Lo que se eligió').first().waitFor()
    const { status, kind, to } = await hilo.db.one<{ status: string; kind: string; to: string }>(sql`
      select s.status, s.choice ->> 'kind' as kind, (select f.address ->> 'line1' from fulfillment.fulfillment_order f
         where f.order_id = s.order_id and f.kind = 'delivery' order by f.id desc limit 1) as "to"
        from fulfillment.shortage s where s.id = ${id}`)
    expect([status, kind, to]).toEqual(['settled', 'delivery', 'Calle Colón, 8'])
  })

  test('a count replaces the figure, and the ledger shows the difference', async () => {
    const { sku, units } = await hilo.db.one<{ sku: string; units: number }>(sql`
      select v.sku, l.on_hand as units from inventory.stock_level l join catalog.variant v on v.id = l.variant_id
        join inventory.location o on o.id = l.location_id
       where o.position = (select min(position) from inventory.location) and l.on_hand > 4 and l.allocated = 0 and l.reserved = 0
       order by v.sku limit 1`)
    await page.goto(`/console/stock?q=${encodeURIComponent(sku)}`)
    await openRow(page, sku)
    await page.getByRole('button', { name: 'Cambiar stock' }).click()
    await page.getByText('Contar', { exact: true }).click()
    await page.getByLabel('Contadas').fill(String(units - 2))
    await page.getByText(`Ahora hay ${units}. Quedarán ${units - 2}.`).waitFor()
    await page.getByRole('button', { name: 'Guardar' }).click()
    await told(page, `Hecho. Ahora son ${units - 2}.`)
    const ledger = page.getByRole('table', { name: 'Movimientos' })
    await ledger.locator('tr', { hasText: 'Recuento' }).first().getByText('−2').waitFor()
  })
})

describe('the house', () => {
  test('a promotion is saved as a draft, started and paused; paused it no longer holds', async () => {
    await page.goto('/console/promotions/new')
    await page.getByLabel('Nombre · Español').fill('Fiestas de marzo')
    await page.getByLabel('Descuento').fill('12,5')
    await page.getByRole('button', { name: 'Guardar' }).click()
    await told(page, 'Guardado')
    const pane = page.locator('.c-pane')
    await pane.locator('.h-status', { hasText: 'Borrador' }).waitFor()
    await pane.getByRole('button', { name: 'Activar' }).click()
    await pane.locator('.h-status', { hasText: 'Vigente' }).waitFor()
    await pane.getByRole('button', { name: 'Pausar' }).click()
    await pane.locator('.h-status', { hasText: 'En pausa' }).waitFor()
    const saved = await hilo.db.one<{ status: string; valueBp: number }>(
      sql`select status, value_bp as "valueBp" from pricing.promotion where name ->> 'es' = 'Fiestas de marzo'`,
    )
    expect(saved).toEqual({ status: 'paused', valueBp: 1250 })
  })

  test('a catalogue is shown before it changes anything, runs with its progress, and every row is taken or listed', async () => {
    const good = Array.from(
      { length: 300 },
      (_, i) => `prueba-${i},Mantel de prueba ${i},Marca,Mantel,true,Title,Default Title,PRUEBA-${i},,25.00`,
    )
    const head =
      'Handle,Title,Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Barcode,Variant Price'
    const bad = ',Mantel de nadie,Marca,Mantel,true,Title,Default Title,PRUEBA-MALA,,25.00'
    const csv = [head, ...good, bad].join('\n')
    await page.goto('/console/imports/new')
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'catalogo.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByText(/Reconocido: .*Shopify/).waitFor()
    await page.getByText('Mantel de prueba 0').first().waitFor()
    const known = () =>
      hilo.db.one<{ n: number }>(sql`select count(*)::int as n from catalog.product where handle like 'prueba-%'`)
    expect((await known()).n).toBe(0)
    await page.getByRole('button', { name: 'Importar', exact: true }).click()
    const pane = page.locator('.c-pane')
    await pane.locator('.h-status', { hasText: 'Terminado' }).waitFor()
    await pane.locator('[role="progressbar"][aria-valuenow="100"]').waitFor()
    await pane.getByText('301 filas leídas').waitFor()
    const figures = await pane.locator('.c-figures').textContent()
    expect(figures).toBe('300Tomadas0Sin cambios1Rechazadas')
    const issue = page
      .getByRole('table', { name: 'Filas con problemas' })
      .locator('tr', { hasText: 'Escribe su Handle.' })
    await issue.getByText('302').waitFor()
    expect((await known()).n).toBe(300)
    await page.goto('/console/products?q=Mantel de prueba 7')
    await page.locator('tbody tr', { hasText: 'Mantel de prueba 7' }).first().waitFor()
  })

  test('a shop keeps other hours on a day and moves: both are there when its page is opened again', async () => {
    await page.goto('/console/settings/places')
    const shop = page.locator('.h-section', { hasText: 'Valencia, La Paz' })
    await shop.getByRole('button', { name: 'Editar' }).click()
    await shop.getByLabel('Calle y número').fill('Calle de la Paz, 21')
    await shop.getByRole('button', { name: 'Añadir un día' }).click()
    await shop.getByLabel('Día', { exact: true }).last().fill('2027-06-24')
    await shop.getByLabel('Horas', { exact: true }).last().fill('11-14')
    await shop.getByLabel('Nota · Español').last().fill('San Juan')
    await shop.getByRole('button', { name: 'Guardar' }).click()
    await told(page, 'Guardado')
    await page.reload()
    await shop.getByText('Calle de la Paz, 21, 46003 Valencia').waitFor()
    const { day } = await hilo.db.one<{ day: unknown }>(sql`
      select (select e from jsonb_array_elements(opening_hours -> 'exceptions') e where e ->> 'on' = '2027-06-24') as day
        from inventory.location where code = 'VLC'`)
    expect(day).toEqual({ on: '2027-06-24', note: { es: 'San Juan', en: '' }, intervals: [['11:00', '14:00']] })
  })

  test('a van that leaves on some days only is written down, and only once', async () => {
    await page.goto('/console/settings/lanes')
    const before = await hilo.db.one<{ n: number }>(sql`select count(*)::int as n from inventory.transfer_lane`)
    await page.getByRole('button', { name: 'Añadir un trayecto' }).click()
    const lane = page.locator('.c-lanes li').last()
    await lane.getByLabel('Días de camino').fill('3')
    await lane.getByText('mar', { exact: true }).click()
    await page.getByRole('button', { name: 'Guardar' }).click()
    await told(page, 'Guardado')
    const lanes = await hilo.db.many<{ workingDays: number; departsOn: number[] | null }>(
      sql`select working_days as "workingDays", departs_on as "departsOn" from inventory.transfer_lane`,
    )
    expect(lanes).toHaveLength(before.n + 1)
    expect(lanes).toContainEqual({ workingDays: 3, departsOn: [2] })
  })

  test('the day’s sales on the first page are the orders of the day, to the cent', async () => {
    await page.goto('/console')
    const sum = page.locator('.c-bigsum .h-money').first()
    await sum.waitFor()
    const { total } = await hilo.db.one<{ total: number }>(sql`
      select coalesce(sum(total_minor), 0)::int as total from orders.customer_order
       where status in ('placed', 'completed')
         and placed_at >= date_trunc('day', now() at time zone 'Europe/Madrid') at time zone 'Europe/Madrid'`)
    await expect
      .poll(async () => (await sum.textContent())?.replace(/\D/g, '').replace(/^0+(?=\d)/, ''))
      .toBe(String(total))
  })
})
