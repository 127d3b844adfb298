/** Who is served first when not everybody can be: the classes of requests, in order, and how to tell them by method, address and headers. */
import type { IncomingMessage } from 'node:http'

/**
 * In the order in which they are served:
 *
 *   till      the counter, logins of staff, notices of payment providers, the state of the machine room
 *   purchase  purchases under way: a cart one holds, paying, one's order
 *   file      style, script and font of a page that was let in
 *   order     new carts, orders of trusted channels, accounts, what staff change (picking, stock, products)
 *   browse    pages, products, search, pictures
 *   office    lists and exports of the console, the API reference, search engines
 */
export const sheddingClasses = ['till', 'purchase', 'file', 'order', 'browse', 'office'] as const
export type SheddingClass = (typeof sheddingClasses)[number]

export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/** Whoever watches over Hilo must learn how it is, above all now. */
const neverShed = /^\/(api\/health|metrics)(?=[/?]|$)/
const robots = /bot\b|crawl|spider|slurp/i
/** Pages of a purchase under way, in both languages. */
const purchasePages = /^(\/en)?\/(cart|checkout|orders|shortages)(?=[/?]|$)/

/** True for what is answered whatever the load: health and metrics. */
export function isNeverShed(url: string): boolean {
  return neverShed.test(url)
}

/** The class of a request. Cheap enough to be asked for each one, and only asked when there is a crowd. */
export function classOf({ method = 'GET', url = '/', headers }: Asked): SheddingClass {
  if (url.startsWith('/api/')) return classOfCall(method, url, headers)
  if (url.startsWith('/pos')) return isStaff(headers) ? 'till' : 'file'
  if (url.startsWith('/_astro/') || url.startsWith('/console/assets/')) return 'file'
  if (url.startsWith('/console')) return 'office'
  if (url.startsWith('/sim/payments')) return 'purchase'
  if (robots.test(headers['user-agent'] ?? '') || url.startsWith('/sitemap')) return 'office'
  const holdsCart = hasCart(headers)
  if (method === 'POST') return holdsCart ? 'purchase' : 'order'
  return holdsCart && purchasePages.test(url) ? 'purchase' : 'browse'
}

function classOfCall(method: string, url: string, headers: Asked['headers']): SheddingClass {
  if (url.startsWith('/api/pos/')) return isStaff(headers) ? 'till' : 'office'
  if (url.startsWith('/api/staff/') || url.startsWith('/api/payments/webhooks/')) return 'till'
  if (url.startsWith('/api/admin/')) {
    if (url.startsWith('/api/admin/system')) return isStaff(headers) ? 'till' : 'office'
    return method === 'GET' ? 'office' : 'order'
  }
  if (url.startsWith('/api/channel/')) return 'order'
  if (url.startsWith('/api/store/')) return classOfShopCall(method, url, headers)
  if (url.startsWith('/api/events')) return 'order'
  return 'office'
}

function classOfShopCall(method: string, url: string, headers: Asked['headers']): SheddingClass {
  const rest = url.slice('/api/store/'.length)
  if (rest.startsWith('carts')) return hasCart(headers) ? 'purchase' : 'order'
  if (rest.startsWith('orders') || rest.startsWith('payments') || rest.startsWith('shortages')) return 'purchase'
  if (method !== 'GET' || rest.startsWith('account')) return 'order'
  return robots.test(headers['user-agent'] ?? '') ? 'office' : 'browse'
}

function hasCart(headers: Asked['headers']): boolean {
  return headers['x-cart-token'] !== undefined || (headers.cookie?.includes('hilo_cart=') ?? false)
}

/**
 * Whether a request shows a sign of staff, so that nobody comes first just by naming the till. If the sign is true is only found out
 * inside, where the limits of an address apply to whoever forges it.
 */
function isStaff(headers: Asked['headers']): boolean {
  return headers.authorization !== undefined || (headers.cookie?.includes('hilo_staff=') ?? false)
}
