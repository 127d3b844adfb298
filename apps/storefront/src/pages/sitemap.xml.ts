import type { APIRoute } from 'astro'
import { fileStarts, sitemapIndex, xml } from '../lib/sitemap.ts'

/** Names the files of addresses: pages, then products in parts. */
export const GET: APIRoute = async ({ locals: { api, now, publicUrl } }) => {
  const parts = (await fileStarts(api, now)).map((after) =>
    after === '' ? '/sitemap-products.xml' : `/sitemap-products.xml?after=${encodeURIComponent(after)}`,
  )
  return xml(sitemapIndex(['/sitemap-pages.xml', ...parts].map((path) => `${publicUrl}${path}`)))
}
