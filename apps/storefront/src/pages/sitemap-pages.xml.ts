import type { APIRoute } from 'astro'
import { collectionsOf } from '../lib/shop.ts'
import { urlSet, xml } from '../lib/sitemap.ts'
import { helpNames } from '../locales/help.ts'

/** Home, collections, shops and help. */
export const GET: APIRoute = async ({ locals: { api, publicUrl } }) => {
  const collections = await collectionsOf(api)
  const paths = ['/', ...collections.map(({ handle }) => `/collections/${handle}`), '/shops']
  return xml(
    urlSet(
      publicUrl,
      [...paths, ...helpNames.map((name) => `/help/${name}`)].map((path) => ({ path })),
    ),
  )
}
