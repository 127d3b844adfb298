/** The shop as Lighthouse sees it on a simulated phone, and the script a page makes a phone load. */
import { brotliDecompressSync } from 'node:zlib'
import lighthouse from 'lighthouse'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromePath, type RunningHilo, startHilo } from './harness.ts'

/** DESIGN §7. */
const budget = { performance: 98, accessibility: 100, lcpMs: 1500, scriptBytes: 15_360 }
const debugPort = 4345

type Figures = { performance: number; accessibility: number; lcpMs: number; failed: string[] }

let hilo: RunningHilo
let browser: Browser
/** Cookie of a visitor whose basket holds one thing, and the addresses of that thing and its list. */
let cookie: string
let product: string

beforeAll(async () => {
  hilo = await startHilo()
  const list = (await (await fetch(`${hilo.url}/api/store/products?collection=mujer&available=true`)).json()) as {
    items: { handle: string }[]
  }
  const handle = list.items[0]?.handle ?? ''
  product = `/products/${handle}`
  const detail = (await (await fetch(`${hilo.url}/api/store/products/${handle}`)).json()) as {
    variants: { id: string; available?: boolean }[]
  }
  const cart = await fetch(`${hilo.url}/api/store/carts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: [{ variantId: detail.variants[0]?.id, units: 1 }] }),
  })
  expect(cart.status).toBe(201)
  cookie = cart.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { default: packed } = await import('@sparticuz/chromium')
  const given = process.platform === 'linux' ? packed.args : []
  browser = await chromium.launch({
    executablePath: await chromePath(),
    args: [
      ...given.filter((arg) => !/^--(single-process|headless|user-data-dir|remote-debugging)/.test(arg)),
      '--no-sandbox',
      `--remote-debugging-port=${debugPort}`,
    ],
    headless: true,
  })
})
afterAll(async () => {
  await browser?.close()
  await hilo?.close()
})

async function measure(path: string): Promise<Figures> {
  const result = await lighthouse(`${hilo.url}${path}`, {
    port: debugPort,
    output: 'json',
    logLevel: 'silent',
    onlyCategories: ['performance', 'accessibility'],
    formFactor: 'mobile',
    throttlingMethod: 'simulate',
    disableStorageReset: true,
    disableFullPageScreenshot: true,
    extraHeaders: { cookie },
  })
  if (!result) throw new Error('Lighthouse gave no result')
  const { categories, audits, runtimeError } = result.lhr
  if (runtimeError) throw new Error(runtimeError.message)
  const score = (name: string) => Math.round((categories[name]?.score ?? 0) * 100)
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    lcpMs: Math.round(audits['largest-contentful-paint']?.numericValue ?? Number.POSITIVE_INFINITY),
    failed: (categories['accessibility']?.auditRefs ?? []).flatMap(({ id }) => (audits[id]?.score === 0 ? [id] : [])),
  }
}

function median(runs: Figures[]): Figures {
  const middle = (pick: (run: Figures) => number) =>
    runs.map(pick).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0
  return {
    performance: middle((run) => run.performance),
    accessibility: middle((run) => run.accessibility),
    lcpMs: middle((run) => run.lcpMs),
    failed: runs.flatMap((run) => run.failed),
  }
}

/**
 * The figures of a page. Noise only ever makes a page slower, so one measurement within the budget is proof enough; a page that misses
 * it is judged by the median of three, once more when other work on the machine slowed all three down.
 */
async function figuresOf(path: string): Promise<Figures> {
  const first = await measure(path)
  if (isWithin(first)) return first
  const three = median([first, await measure(path), await measure(path)])
  return isWithin(three) ? three : median([await measure(path), await measure(path), await measure(path)])
}

const isWithin = ({ performance, lcpMs }: Figures) => performance >= budget.performance && lcpMs <= budget.lcpMs

/** Bytes of all scripts of a page as they travel with brotli, inline ones counted as they stand. */
async function scriptBytes(path: string): Promise<number> {
  const page = await (await fetch(`${hilo.url}${path}`, { headers: { cookie } })).text()
  const inline = [...page.matchAll(/<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>([^<]*)</g)]
  let bytes = inline.reduce((sum, [, text = '']) => sum + Buffer.byteLength(text), 0)
  const seen = new Set<string>()
  const add = async (address: string): Promise<void> => {
    const { pathname } = new URL(address, hilo.url)
    if (seen.has(pathname)) return
    seen.add(pathname)
    const { size, text } = await served(pathname)
    bytes += size
    for (const [, next = ''] of text.matchAll(/(?:from|import)\s*\(?["'](\.{0,2}\/[^"']+\.js)["']/g))
      await add(new URL(next, new URL(pathname, hilo.url)).pathname)
  }
  for (const [, address = ''] of page.matchAll(
    /(?:src|component-url|renderer-url|before-hydration-url)="([^"]+\.m?js)"/g,
  ))
    await add(address)
  return bytes
}

async function served(path: string): Promise<{ size: number; text: string }> {
  const answer = await hilo.app.inject({ url: path, headers: { 'accept-encoding': 'br' } })
  expect(answer.statusCode, path).toBe(200)
  const raw = answer.rawPayload
  const text = answer.headers['content-encoding'] === 'br' ? brotliDecompressSync(raw) : raw
  return { size: raw.length, text: text.toString() }
}

const pages: [string, () => string][] = [
  ['home', () => '/'],
  ['list', () => '/collections/mujer'],
  ['product', () => product],
  ['cart', () => '/cart'],
  ['checkout', () => '/checkout'],
]

test.each(pages)('%s is within the budget of a phone', { timeout: 300_000 }, async (name, path) => {
  const bytes = await scriptBytes(path())
  const { performance, accessibility, lcpMs, failed } = await figuresOf(path())
  console.info(
    `${name}: performance ${performance}, accessibility ${accessibility}, LCP ${lcpMs} ms, script ${bytes} bytes`,
  )
  expect(failed).toEqual([])
  expect(accessibility).toBe(budget.accessibility)
  expect(bytes).toBeLessThanOrEqual(budget.scriptBytes)
  expect(performance).toBeGreaterThanOrEqual(budget.performance)
  expect(lcpMs).toBeLessThanOrEqual(budget.lcpMs)
})
