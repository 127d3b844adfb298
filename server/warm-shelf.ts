import type { FastifyInstance } from 'fastify'

/** One question at a time, so that shoppers do not notice. */
const pauseMs = 80
const againMs = 10 * 60_000
/** A shop with more products keeps those that its lists show first; the others are kept when somebody looks at them. */
const productsMax = 500

type List = { items: { handle: string }[]; next: string | null }

/**
 * Asks once for what the shop window shows (collections, places, the lists of the home page, products with their stock), so that all
 * of it is on the shelf should the database go away (platform/outage.ts). Ends early when `isStopped` or the database is away.
 * @returns products that are on the shelf now
 */
export async function warmShelf(
  app: FastifyInstance,
  { isStopped = () => false, pause = pauseMs }: { isStopped?: () => boolean; pause?: number } = {},
): Promise<number> {
  const ask = async <T>(url: string, language = 'es'): Promise<T | undefined> => {
    if (isStopped() || app.outage.isAway) return undefined
    const { statusCode, body } = await app.inject({ url, headers: { 'accept-language': language } })
    await new Promise((resolve) => setTimeout(resolve, pause).unref())
    return statusCode === 200 ? (JSON.parse(body) as T) : undefined
  }
  await ask('/api/store/places')
  const collections = (await ask<{ items: { handle: string }[] }>('/api/store/collections'))?.items ?? []
  // As the pages of the shop ask: apps/storefront/src/pages/index.astro and collections/[handle].astro.
  const lists = ['sort=newest&limit=8', 'markdown=true&limit=4'].concat(
    collections.flatMap(({ handle }) => [`collection=${handle}&limit=2`, `limit=24&collection=${handle}`]),
  )
  for (const list of lists) for (const language of ['es', 'en']) await ask(`/api/store/products?${list}`, language)
  let warmed = 0
  for (let cursor = ''; warmed < productsMax; ) {
    const page = await ask<List>(`/api/store/products?limit=48${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    for (const { handle } of page?.items ?? []) {
      const product = await ask<{ variantIds: string[] }>(`/api/store/products/${encodeURIComponent(handle)}`)
      if (!product) continue
      const variants = product.variantIds.slice(0, 100).map(encodeURIComponent).join(',')
      if (variants !== '') await ask(`/api/store/availability?variants=${variants}`)
      warmed += 1
    }
    if (!page?.next) break
    cursor = page.next
  }
  return warmed
}

/** Keeps the shelf fresh until the app closes; problems of one round are the next round's business. */
export function keepShelfWarm(app: FastifyInstance): void {
  let timer: NodeJS.Timeout
  let stopped = false
  const round = () =>
    warmShelf(app, { isStopped: () => stopped })
      .catch((error: unknown) => app.log.warn({ err: error }, 'the shelf was not filled'))
      .finally(() => {
        if (!stopped) timer = setTimeout(round, againMs).unref()
      })
  timer = setTimeout(round, 5_000).unref()
  app.server.once('close', () => {
    stopped = true
    clearTimeout(timer)
  })
}
