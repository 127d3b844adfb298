import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const installed = [
  process.env['HILO_CHROME'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
]

/** A Chromium that npm delivers on bare Linux; elsewhere the Chrome that is installed (HILO_CHROME names another). */
export async function chromePath(): Promise<string> {
  if (process.platform === 'linux' && process.arch === 'x64' && !process.env['HILO_CHROME']) {
    const { default: packed } = await import('@sparticuz/chromium')
    return packed.executablePath()
  }
  const found = installed.find((path) => path !== undefined && existsSync(path))
  if (!found) throw new Error('No Chrome found. Install Chrome, or name its program in HILO_CHROME.')
  return found
}

/** One browser for a test file, with more switches where it asks for them. Its own copy of the profile is thrown away at the end. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const packed = process.platform === 'linux' ? (await import('@sparticuz/chromium')).default.args : []
  const keep = packed.filter((arg) => !/^--(single-process|headless|user-data-dir)/.test(arg))
  return chromium.launch({
    executablePath: await chromePath(),
    args: [...new Set([...keep, ...quiet, ...more])],
    headless: true,
  })
}

export const sizes = {
  phone: { width: 360, height: 740 },
  tablet: { width: 768, height: 1024 },
  desk: { width: 1440, height: 900 },
} as const

/** A visitor with a language, a size and a theme; pages of one context share cookies. */
export async function visitor(
  browser: Browser,
  {
    url,
    language = 'es',
    size = 'desk',
    theme = 'light',
    javaScript = true,
  }: {
    url: string
    language?: 'es' | 'en'
    size?: keyof typeof sizes
    theme?: 'light' | 'dark'
    javaScript?: boolean
  },
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: sizes[size],
    locale: language === 'es' ? 'es-ES' : 'en-GB',
    colorScheme: theme,
    javaScriptEnabled: javaScript,
    timezoneId: 'Europe/Madrid',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(15_000)
  return { context, page: await context.newPage() }
}
