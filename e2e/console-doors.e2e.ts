import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { atConsole, logIn, logOut, ownPassword, told, totp } from './console-steps.ts'
import { launchBrowser, type RunningHilo, startHilo, visitor } from './harness.ts'

type Received = { headers: Record<string, string>; body: string }

let hilo: RunningHilo
let browser: Browser
let receiver: Server
let hook: string
const received: Received[] = []
/** Seconds that the shop's clock runs ahead: a code of an authenticator app is good once. */
let ahead = 0
const clock = { now: () => new Date(Date.now() + ahead * 1000) }

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  hook = `http://127.0.0.1:${port}/hook`
  hilo = await startHilo({ clock, env: { HILO_ALLOW_HOSTS: `127.0.0.1:${port}` } })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await hilo?.close()
  receiver?.close()
})

/** A device with a fingerprint reader that always knows its owner. */
async function withFinger(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

test('a passkey made in one’s account opens the console without a password, and no longer once it is removed', async () => {
  const { context, page } = await atConsole(browser, hilo, { role: 'manager' })
  await withFinger(page)
  await page.goto('/console/settings/account')
  await page.getByRole('button', { name: 'Crear una llave de acceso' }).click()
  const kept = page.locator('.c-items li', { hasText: 'Este dispositivo' })
  await kept.waitFor()
  await logOut(page)
  await page.getByRole('button', { name: 'Entrar con llave de acceso' }).click()
  const manager = hilo.staff.find(({ role }) => role === 'manager')
  await page.getByRole('button', { name: new RegExp(`Tu cuenta: ${manager?.name}`) }).waitFor()
  await page.goto('/console/settings/account')
  await kept.getByRole('button', { name: 'Quitar' }).click()
  await kept.waitFor({ state: 'detached' })
  await logOut(page)
  await page.getByRole('button', { name: 'Entrar con llave de acceso' }).click()
  await page.getByText('La llave de acceso no se ha aceptado').waitFor()
  await context.close()
})

test('codes of an app are turned on with the first one and asked for at the next login; a wrong one is refused', async () => {
  const { context, page } = await atConsole(browser, hilo, { role: 'service' })
  await page.goto('/console/settings/account')
  await page.getByRole('button', { name: 'Activar' }).click()
  const secret = (await page.locator('.c-otp code').textContent()) ?? ''
  await page.getByLabel('Primer código de la aplicación').fill(totp(secret, clock.now()))
  await page.getByRole('button', { name: 'Activar' }).click()
  await page.locator('.h-tag', { hasText: 'activados' }).waitFor()
  await logOut(page)
  const service = hilo.staff.find(({ role }) => role === 'service')
  await page.locator('input[name="email"]').fill(service?.email ?? '')
  await page.locator('input[name="password"]').fill(ownPassword)
  await page.getByRole('button', { name: 'Entrar', exact: true }).click()
  const code = page.getByLabel('Código de seis cifras')
  ahead += 30
  const right = totp(secret, clock.now())
  await code.fill(right === '000000' ? '111111' : '000000')
  await page.getByText('El código no es correcto').waitFor()
  await code.fill(right)
  await page.locator('main#work').waitFor()
  await context.close()
})

test('who runs the house sees where somebody is logged in and ends it there', async () => {
  const owner = await atConsole(browser, hilo)
  const till = await visitor(browser, { url: hilo.url })
  await till.page.goto('/console')
  await logIn(till.page, hilo, 'counter')
  const counter = hilo.staff.find(({ role }) => role === 'counter')
  const { id } = await hilo.db.one<{ id: string }>(
    sql`select id from staff.member where email = ${counter?.email ?? ''}`,
  )
  await owner.page.goto(`/console/team/${id}`)
  const sessions = owner.page.locator('.h-section', { hasText: 'Dónde ha entrado' })
  await sessions.getByText('Chrome · Linux').waitFor()
  await sessions.getByRole('button', { name: 'Cerrar' }).click()
  await told(owner.page, 'Sesión cerrada')
  await sessions.getByText('En ningún sitio ahora.').waitFor()
  await till.page.reload()
  await till.page.getByRole('heading', { name: 'Entrar' }).waitFor()
  await owner.context.close()
  await till.context.close()
})

test('a webhook shows its secret once, logs what it sent, sends it again, and signs with a new secret besides', async () => {
  const { context, page } = await atConsole(browser, hilo)
  await page.goto('/console/settings/webhooks')
  await page.getByRole('button', { name: 'Añadir' }).first().click()
  await page.getByLabel('Dirección').fill(hook)
  await page.getByLabel('Sucesos').fill('customers.visited')
  await page.locator('form').getByRole('button', { name: 'Añadir' }).click()
  const shown = page.locator('[data-secret]')
  const secret = (await shown.textContent()) ?? ''
  await page.getByRole('dialog').getByRole('button', { name: 'Cerrar' }).last().click()
  await shown.waitFor({ state: 'detached' })
  const visit = async () => {
    const { id } = await hilo.db.one<{ id: string }>(
      sql`select id from customers.person where erased_at is null and name <> '' order by id limit 1`,
    )
    await page.goto(`/console/customers/${id}`)
    await page.getByRole('button', { name: 'Anotar visita' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Guardar' }).click()
    await told(page, 'Guardado')
  }
  await visit()
  await expect.poll(() => received.length, { timeout: 15_000 }).toBe(1)
  new Webhook(secret).verify(received[0]?.body ?? '', received[0]?.headers ?? {})

  await page.goto('/console/settings/webhooks')
  await page.getByRole('button', { name: 'Envíos' }).click()
  const sent = page.locator('.c-items li', { hasText: 'customers.visited' })
  await sent.first().getByText('Entregado').waitFor()
  expect(await sent.first().textContent()).toMatch(/1 intento · 204 · \d+ ms/)
  await sent.first().getByRole('button', { name: 'Repetir' }).click()
  await told(page, 'Se envía otra vez')
  await expect.poll(() => received.length, { timeout: 15_000 }).toBe(2)
  expect(received[1]?.body).toBe(received[0]?.body)
  await expect.poll(() => sent.count(), { timeout: 15_000 }).toBe(2)

  await page.getByRole('button', { name: 'Secreto nuevo' }).click()
  const renewed = (await shown.textContent()) ?? ''
  expect(renewed).not.toBe(secret)
  await visit()
  await expect.poll(() => received.length, { timeout: 15_000 }).toBe(3)
  // Both fit until the next rotation, so the receiver can change over when it likes.
  for (const each of [secret, renewed]) new Webhook(each).verify(received[2]?.body ?? '', received[2]?.headers ?? {})
  await context.close()
})
