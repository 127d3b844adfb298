/** What every face sends to a browser, whatever is asked: the policy of the page, no script of its own inside it, links to ourselves. */

import type { Cart } from '@hilo/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningHilo, startHilo } from './harness.ts'

let hilo: RunningHilo

beforeAll(async () => {
  hilo = await startHilo({ env: { HILO_PUBLIC_URL: 'https://tienda.example' } })
})
afterAll(async () => {
  await hilo?.close()
})

const pages = [
  '/',
  '/en',
  '/products',
  '/search?q=lino',
  '/cart',
  '/cart/open?code=AAAABBBB',
  '/checkout',
  '/account',
  '/stores',
  '/nothing/here',
  '/console',
  '/console/orders',
  '/pos',
  '/pos/sale',
  '/reference/',
  '/sim/payments/pay/none',
  '/robots.txt',
  '/sitemap.xml',
  '/favicon.svg',
  '/api/health',
]
const ask = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await hilo.app.inject({ url, headers: { accept: 'text/html,*/*', ...headers } })
  return { status: answer.statusCode, headers: answer.headers, text: answer.body }
}

test('every page of shop, console, till, reference and simulator carries one strict policy and no script inside', async () => {
  const wrong: string[] = []
  for (const url of pages) {
    const { headers, text, status } = await ask(url)
    const policy = String(headers['content-security-policy'])
    for (const part of [
      "default-src 'self'",
      "script-src 'self';",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      "form-action 'self'",
    ])
      if (!policy.includes(part)) wrong.push(`${url}: no ${part}`)
    if (/unsafe-eval|script-src[^;]*unsafe-inline|\*/.test(policy)) wrong.push(`${url}: ${policy}`)
    const expected = {
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-opener-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
    }
    for (const [name, value] of Object.entries(expected))
      if (headers[name] !== value) wrong.push(`${url}: ${name} ${headers[name]}`)
    if (headers['x-powered-by'] ?? headers['server']) wrong.push(`${url}: tells what it runs on`)
    if (status >= 500) wrong.push(`${url}: ${status}`)
    if (!String(headers['content-type']).includes('html')) continue
    // Data for search engines is no script.
    for (const [tag] of text.matchAll(/<script(?![^>]*\ssrc=)(?![^>]*type="application\/(?:ld\+)?json")[^>]*>/g))
      wrong.push(`${url}: ${tag}`)
    for (const [tag] of text.matchAll(/<[^>]+\son[a-z]+="[^>]*>/g)) wrong.push(`${url}: ${tag}`)
    for (const [, from] of text.matchAll(
      /<(?:script|link|img|iframe)[^>]*\s(?:src|href)="(https?:\/\/[^"]+|\/\/[^"]+)"/g,
    ))
      if (!from?.startsWith('https://tienda.example')) wrong.push(`${url}: from ${from}`)
  }
  expect(wrong).toEqual([])
})

test('the name in the Host header reaches no page, and a form from another site changes nothing', async () => {
  const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  for (const url of pages) {
    const { text, headers } = await ask(url, evil)
    expect(text.includes('evil.example'), url).toBe(false)
    expect(String(headers['location'] ?? ''), url).not.toContain('evil.example')
  }
  for (const url of ['/cart', '/cart/open', '/checkout', '/account', '/account/sign-in']) {
    const headers = { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' }
    const { statusCode } = await hilo.app.inject({ method: 'POST', url, headers, payload: 'code=AAAABBBB' })
    expect(statusCode, url).toBe(403)
  }
})

test('no way out of the folders of the three front ends', async () => {
  const bases = ['/', '/_astro/', '/console/assets/', '/pos/assets/', '/en/']
  for (const base of bases) {
    for (const way of ['../', '..%2f', '%2e%2e%2f', '..%5c', '%252e%252e%252f', '....//', '..%00/']) {
      for (const target of ['etc/passwd', 'package.json', 'server/app.ts']) {
        const { text, status } = await ask(`${base}${way.repeat(7)}${target}`)
        expect(status, `${base}${way}${target}`).toBeLessThan(500)
        expect(text, `${base}${way}${target}`).not.toMatch(/root:x:|"workspaces"|registerOpenApi/)
      }
    }
  }
})

test('cookies of the shop are out of reach of plain connections, and those that open something also of scripts', async () => {
  const answers = [
    await hilo.app.inject({ method: 'POST', url: '/api/store/carts', payload: {} }),
    await hilo.app.inject({ url: '/?lang=en' }),
    await hilo.app.inject({ url: '/products?near=46001' }),
  ]
  const cookies = answers.flatMap(({ cookies }) => cookies)
  expect(cookies.map(({ name }) => name)).toContain('__Host-hilo_cart')
  for (const { name, secure, sameSite, httpOnly } of cookies) {
    expect([name, secure, sameSite]).toEqual([name, true, 'Lax'])
    if (['__Host-hilo_cart', '__Host-hilo_customer', '__Host-hilo_staff'].includes(name)) expect(httpOnly).toBe(true)
  }
})

test('a basket begun under the cookie’s earlier name is still there over https, and nobody plants another under a shopper', async () => {
  const { items } = (await hilo.app.inject({ url: '/api/store/products?limit=1' })).json<{
    items: { handle: string }[]
  }>()
  const product = (await hilo.app.inject({ url: `/api/store/products/${items[0]?.handle}` })).json<{
    variants: { id: string }[]
  }>()
  const lines = [{ variantId: product.variants[0]?.id, units: 1 }]
  const open = async () =>
    (await hilo.app.inject({ method: 'POST', url: '/api/store/carts', payload: { lines } })).json<Cart>()
  const seenWith = async (cookie: string) =>
    (await hilo.app.inject({ url: '/api/store/carts/current', headers: { cookie } })).json<Cart>().id
  const [own, planted] = [await open(), await open()]
  expect(await seenWith(`hilo_cart=${own.token}`)).toBe(own.id)
  expect(await seenWith(`hilo_cart=${planted.token}; __Host-hilo_cart=${own.token}`)).toBe(own.id)
  const { body } = await hilo.app.inject({ url: '/cart', headers: { cookie: `hilo_cart=${own.token}` } })
  expect(body).toContain(`value="${own.lines[0]?.id}"`)
})
