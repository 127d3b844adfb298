import type { ProductHandles } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'
import { remembered } from './cache.ts'
import { href } from './links.ts'

/** Products named in one file; each stands there in two languages (the protocol takes 50,000 addresses in a file). */
export const productsPerFile = 5000

const starts = remembered<string[]>(600)

/** Where the files of products begin: '' for the first, then the last handle of the file before. Kept for ten minutes. */
export function fileStarts(api: Client, now: Date): Promise<string[]> {
  return starts('web', now, async () => {
    const found = ['']
    for (let after: string | null = ''; after !== null; ) {
      const { next }: ProductHandles = await handlesAfter(api, after)
      if (next !== null) found.push(next)
      after = next
    }
    return found
  })
}

/** One file's worth of products. */
export function handlesAfter(api: Client, after: string): Promise<ProductHandles> {
  return api.get<ProductHandles>('/api/store/product-handles', { query: { cursor: after, limit: productsPerFile } })
}

/** A file of addresses, each in both languages with the other named beside it. `path` as it would be in Spanish. */
export function urlSet(publicUrl: string, entries: readonly { path: string; updatedAt?: string }[]): string {
  const urls = entries.flatMap(({ path, updatedAt }) => {
    const both = (['es', 'en'] as const).map((lang) => [lang, escape(`${publicUrl}${href(lang, path)}`)] as const)
    const links = both.map(([lang, url]) => `<xhtml:link rel="alternate" hreflang="${lang}" href="${url}"/>`).join('')
    const changed = updatedAt ? `<lastmod>${updatedAt.slice(0, 10)}</lastmod>` : ''
    return both.map(([, url]) => `<url><loc>${url}</loc>${changed}${links}</url>`)
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${urls.join('\n')}
</urlset>
`
}

/** The file that names the other files. */
export function sitemapIndex(addresses: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${addresses.map((address) => `<sitemap><loc>${escape(address)}</loc></sitemap>`).join('\n')}
</sitemapindex>
`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** An XML answer that may be kept for an hour. */
export function xml(body: string): Response {
  return new Response(body, {
    headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  })
}
