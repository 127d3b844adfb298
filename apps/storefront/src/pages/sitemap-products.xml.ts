import type { APIRoute } from 'astro'
import { handlesAfter, urlSet, xml } from '../lib/sitemap.ts'

/** One part of the products, with the day each last changed. */
export const GET: APIRoute = async ({ url, locals: { api, publicUrl } }) => {
  const { items } = await handlesAfter(api, (url.searchParams.get('after') ?? '').slice(0, 200))
  return xml(
    urlSet(
      publicUrl,
      items.map(({ handle, updatedAt }) => ({ path: `/products/${handle}`, updatedAt })),
    ),
  )
}
