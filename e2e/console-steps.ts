import { createHmac } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type RunningHilo, visitor } from './harness.ts'

export const ownPassword = 'cuatro gatos verdes bailan'

/** Somebody of the demo's staff at the console, as far as the first page: their one-time password has been changed. */
export async function atConsole(
  browser: Browser,
  hilo: RunningHilo,
  options: { role?: string; theme?: 'light' | 'dark'; size?: 'phone' | 'tablet' | 'desk'; language?: 'es' | 'en' } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const made = await visitor(browser, { url: hilo.url, ...options })
  made.context.setDefaultTimeout(30_000)
  made.context.setDefaultNavigationTimeout(60_000)
  await made.page.goto('/console')
  await logIn(made.page, hilo, options.role ?? 'owner')
  if (options.language === 'en') {
    // The member's own language came with the login; this browser now asks for another.
    await made.context.addCookies([{ name: 'hilo_lang', value: 'en', url: hilo.url }])
    await made.page.reload()
    await made.page.locator('main#work').waitFor()
  }
  return made
}

/** Logs in with one's own password, or with the one-time password and a new one the first time. */
export async function logIn(page: Page, hilo: RunningHilo, role: string): Promise<void> {
  const member = hilo.staff.find((each) => each.role === role)
  if (!member) throw new Error(`the demo has no ${role}`)
  const known = seen.has(`${hilo.url}${role}`)
  await page.locator('input[name="email"]').fill(member.email)
  await page.locator('input[name="password"]').fill(known ? ownPassword : member.oneTimePassword)
  await page.locator('button[type="submit"]').click()
  if (!known) {
    await page.locator('input[autocomplete="new-password"]').fill(ownPassword)
    await page.locator('button[type="submit"]').click()
    seen.add(`${hilo.url}${role}`)
  }
  await page.locator('main#work').waitFor()
}
const seen = new Set<string>()

/** Opens the only row of a list that has this text. */
export async function openRow(page: Page, text: string): Promise<void> {
  await page.locator('tbody tr', { hasText: text }).first().click()
  await page.locator('.c-pane').waitFor()
}

/** The console's own notice at the foot of the screen says this. */
export async function told(page: Page, sentence: string | RegExp): Promise<void> {
  await page.locator('.mantine-Notification-root', { hasText: sentence }).first().waitFor()
}

/** Opens the menu of further deeds in the corner of the detail and does one of them. */
export async function inMenu(page: Page, deed: string): Promise<void> {
  await page.locator('.c-pane').getByRole('button', { name: 'Más', exact: true }).click()
  await page.getByRole('menuitem', { name: deed }).click()
}

/** Ends the session by the account menu of the rail. */
export async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Tu cuenta/ }).click()
  await page.getByRole('menuitem', { name: 'Salir' }).click()
  await page.getByRole('heading', { name: 'Entrar' }).waitFor()
}

/** The six digits an authenticator app shows for this secret at this time (RFC 6238: SHA-1, 30 seconds). */
export function totp(secret: string, at: Date): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/[\s=]/g, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 30_000)))
  const hash = createHmac('sha1', key).update(step).digest()
  const offset = (hash.at(-1) ?? 0) & 0x0f
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
