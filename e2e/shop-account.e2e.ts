/** What customers keep with the shop: their account, the page of an order while it moves, and what search engines read. */
import { readFile } from 'node:fs/promises'
import type { Order } from '@hilo/contract'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../server/platform/clock.ts'
import { sql } from '../server/platform/sql.ts'
import { buyOnline, device, staffDevice, webCart } from './clients.ts'
import { expectAccessible } from './harness.ts'
import { layOut, shopper, somethingToBuy } from './shop-steps.ts'
import { browser, hilo, openStand } from './stand.ts'

openStand()

/** The six digits of the newest mail to this address. */
async function mailedCode(email: string): Promise<string> {
  const { body } = await hilo.db.one<{ body: string }>(sql`
    select text_body as body from platform.mail_message where to_address = ${email} order by created_at desc limit 1`)
  return /\b\d{6}\b/.exec(body)?.[0] ?? ''
}

async function signIn(page: Page, email: string, prefix = ''): Promise<void> {
  await page.goto(`${prefix}/account`)
  await page.locator('#email').fill(email)
  await page.locator('main form button').first().click()
  await page.locator('#code').waitFor()
  await page.locator('#code').fill(await mailedCode(email))
  await page.locator('main form button').first().click()
  await page.locator('#account-orders').waitFor()
}

describe('the account', () => {
  test('is opened by the code of a mail, and news can be taken and given up there', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url })
    const email = 'nueva@correo.example'
    await page.goto('/account')
    await page.locator('#email').fill(email)
    await page.locator('main form button').first().click()
    await page.locator('#code').waitFor()
    await expectAccessible(page)
    const code = await mailedCode(email)
    await page.locator('#code').fill(code === '111111' ? '222222' : '111111')
    await page.locator('main form button').first().click()
    await page.locator('#code-error').waitFor()
    await page.locator('#code').fill(code)
    await page.locator('main form button').first().click()
    await page.locator('#account-orders').waitFor()
    await page.locator('button', { hasText: 'Sí, quiero recibirlas' }).click()
    await page.locator('button', { hasText: 'Darme de baja' }).click()
    expect(await page.locator('.notice').textContent()).toBe('Dado de baja. No te enviaremos más novedades.')
    await page.locator('button', { hasText: 'Salir' }).click()
    await page.locator('#email').waitFor()
    await context.close()
  })

  test.each([true, false])('addresses are added, corrected and removed there (script: %s)', async (javaScript) => {
    const { context, page } = await shopper(browser, { url: hilo.url, size: 'phone', javaScript })
    await signIn(page, `senas-${javaScript}@correo.example`)
    await page.locator('#addresses a', { hasText: 'Añadir una dirección' }).click()
    await page.locator('.address-form button').click()
    expect(await page.locator('.address-form .field-error').allTextContents()).toEqual([
      'Escribe la calle y el número.',
      'El código postal tiene cinco cifras.',
      'Escribe la población.',
    ])
    if (javaScript) await expectAccessible(page)
    await page.locator('#line1').fill('Calle de la Paz 4')
    await page.locator('#postalCode').fill('46003')
    await page.locator('#city').fill('València')
    await page.locator('.address-form button').click()
    expect(await page.locator('.notice').textContent()).toBe('Dirección guardada.')
    await page.locator('.address-row a').click()
    expect(await page.locator('#line1').inputValue()).toBe('Calle de la Paz 4')
    await page.locator('#line1').fill('Calle de la Mar 7')
    await page.locator('.address-form button').click()
    await page.locator('.address-row').waitFor()
    expect(await page.locator('.address-row address').allTextContents()).toEqual(['Calle de la Mar 746003 València'])
    await page.locator('.address-row button').click()
    await page.locator('.notice', { hasText: 'Dirección quitada.' }).waitFor()
    expect(await page.locator('.address-row').count()).toBe(0)
    await context.close()
  })

  test('everything kept about a customer comes as a file, and only to that customer', async () => {
    const { context, page } = await shopper(browser, { url: hilo.url, language: 'en' })
    const email = 'copia@correo.example'
    await signIn(page, email, '/en')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('a', { hasText: 'Download my data' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('hilo-data.json')
    const data = JSON.parse(await readFile(await download.path(), 'utf8')) as {
      format: string
      identities: { kind: string; value: string }[]
    }
    expect(data.format).toBe('hilo.person.v1')
    expect(data.identities.map(({ kind, value }) => `${kind} ${value}`)).toEqual([`email ${email}`])
    const stranger = await shopper(browser, { url: hilo.url })
    expect((await stranger.context.request.get('/api/store/account/data')).status()).toBe(401)
    await Promise.all([context.close(), stranger.context.close()])
  })
})

test('an order page that stays open shows within a second or two that the shop has set it aside, and that it was collected', async () => {
  const thing = await somethingToBuy(hilo.url, 'mujer')
  const places = await hilo.db.one<{ id: string }>(sql`select id from inventory.location where code = 'VLC'`)
  await layOut(hilo, systemClock, thing.variantId, { VLC: 2 })
  const web = device(hilo.url)
  const order = await buyOnline(web, await webCart(web, thing.variantId), { kind: 'pickup', locationId: places.id })
  const { context, page } = await shopper(browser, { url: hilo.url })
  const listening = page.waitForResponse((response) => response.url().endsWith('/events'))
  await page.goto(`/orders/${order.token}`)
  const status = page.locator('.part-status strong')
  await status.waitFor()
  await listening
  const clerk = await staffDevice(hilo, 'counter')
  const manager = await staffDevice(hilo, 'manager')
  const [part] = (await manager.get<Order>(`/api/admin/orders/${order.id}`)).fulfillments
  for (const line of part?.lines ?? [])
    await clerk.post(`/api/admin/fulfillment/${part?.id}/pick`, { orderLineId: line.orderLineId, units: line.units })
  await clerk.post(`/api/admin/fulfillment/${part?.id}/set-aside`, { bin: 'B1' })
  await expect.poll(() => status.textContent(), { timeout: 5000 }).toBe('Listo, con tu nombre.')
  expect(await page.locator('.knot.kept strong').allTextContents()).toContain('Listo')
  expect(await page.locator('#said').textContent()).toContain('Listo, con tu nombre.')
  await clerk.post('/api/pos/pickups/hand-over', { locationId: places.id, code: part?.pickupCode })
  await expect.poll(() => status.textContent(), { timeout: 5000 }).toBe('Recogido.')
  expect(await page.locator('[data-pickup-code]').count()).toBe(0)
  await context.close()
})

describe('what search engines and shared links read', () => {
  const read = async (path: string) => {
    const answer = await fetch(`${hilo.url}${path}`)
    return { status: answer.status, text: await answer.text() }
  }
  const addresses = (xml: string) => [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1] ?? '')

  test('the sitemap leads to every page and every product in both languages, and each of them answers', async () => {
    expect((await read('/robots.txt')).text).toContain(`Sitemap: ${hilo.url}/sitemap.xml`)
    const files = addresses((await read('/sitemap.xml')).text)
    expect(files).toEqual([`${hilo.url}/sitemap-pages.xml`, `${hilo.url}/sitemap-products.xml`])
    const listed: string[] = []
    for (const file of files) listed.push(...addresses((await read(file.slice(hilo.url.length))).text))
    const { n } = await hilo.db.one<{ n: number }>(sql`
      select count(*)::int as n from catalog.product p join catalog.publication u on u.product_id = p.id and u.channel_id = 'web' where p.status = 'active'`)
    expect(listed.filter((url) => url.includes('/products/'))).toHaveLength(2 * n)
    expect(new Set(listed).size).toBe(listed.length)
    for (const url of listed.filter((_, index) => index % 9 === 0))
      expect((await read(url.slice(hilo.url.length))).status, url).toBe(200)
  })

  test('a product page says what it is: title, one address, both languages, picture, offer and the way to it', async () => {
    const { text } = await read('/en/products/vestido-camisero-marina?color=salvia&size=m')
    const url = `${hilo.url}/en/products/vestido-camisero-marina`
    expect(text).toContain(`<link rel="canonical" href="${url}">`)
    expect(text).toContain(`hreflang="es" href="${hilo.url}/products/vestido-camisero-marina"`)
    expect(text).toContain(`hreflang="x-default" href="${hilo.url}/products/vestido-camisero-marina"`)
    const [, picture = ''] = /property="og:image" content="([^"]+)"/.exec(text) ?? []
    expect((await fetch(picture)).headers.get('content-type')).toMatch(/^image\//)
    const [, data = ''] = /<script type="application\/ld\+json">([^<]+)<\/script>/.exec(text) ?? []
    const graph = (JSON.parse(data) as { '@graph': Record<string, unknown>[] })['@graph']
    expect(graph.map((thing) => thing['@type'])).toEqual(['Product', 'BreadcrumbList'])
    expect(graph[0]).toMatchObject({
      sku: 'VES-MARINA-SAL-M',
      offers: { '@type': 'Offer', price: '119.00', priceCurrency: 'EUR', url },
    })
  })

  test('pages of one visitor are kept out of search engines, and an unreadable address is a page that does not exist', async () => {
    for (const path of ['/cart', '/account', '/orders', '/search?q=lino'])
      expect((await read(path)).text, path).toContain('<meta name="robots" content="noindex">')
    for (const path of ['/products/%00', '/collections/MUJER', '/orders/x', '/shortages/x', '/help/nothing'])
      expect((await read(path)).status, path).toBe(404)
  })
})
