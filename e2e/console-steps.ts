import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type RunningHilo, visitor } from './harness.ts'

const ownPassword = 'cuatro gatos verdes bailan'

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
