import type { APIRoute } from 'astro'

/** Pages of one visitor, and addresses that are no pages. */
const closed = ['/cart', '/checkout', '/account', '/orders/', '/shortages/']

/** What search engines may read, and where the addresses are listed. */
export const GET: APIRoute = ({ locals: { publicUrl } }) => {
  const lines = [...closed, ...closed.map((path) => `/en${path}`), '/api/', '/sim/', '/console', '/pos']
  const body = `User-agent: *\n${lines.map((path) => `Disallow: ${path}`).join('\n')}\n\nSitemap: ${publicUrl}/sitemap.xml\n`
  return new Response(body, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  })
}
