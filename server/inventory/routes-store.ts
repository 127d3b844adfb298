import { availabilityAnswer, availabilityQuery, storePlacesAnswer, storePlacesQuery } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { type AppContext, get } from '#platform/http'
import { platformProblems } from '#platform/problems'
import { postalPoint } from './postal-areas.ts'
import { availabilityText, type Near, placesNow, storeAvailability } from './store-stock.ts'

const tag = 'inventory'

/** What shoppers ask of the stock, and where the shops are. */
export function registerStoreRoutes(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/store/availability',
    action: 'inventory.availability.read',
    tag,
    summary: 'How many can be had, where, and from when',
    schema: { querystring: availabilityQuery, response: { 200: availabilityAnswer } },
    run: async ({ db, clock, query, reply }) => {
      const variantIds = query.variants.split(',').filter((each) => each !== '')
      if (variantIds.length > 100)
        throw platformProblems.invalid({
          parameter: 'variants',
          detail: 'At most 100 variants.',
          detailEs: 'Como mucho 100 variantes.',
        })
      const answer = await storeAvailability(db, clock, {
        variantIds,
        channelId: query.channel,
        near: nearOf(query),
        placesShown: query.places,
      })
      reply.type('application/json; charset=utf-8')
      return availabilityText(answer)
    },
  })
  get(app, context, {
    url: '/api/store/places',
    action: 'inventory.place.read',
    tag,
    summary: 'Shops, nearest first, with their hours now',
    schema: { querystring: storePlacesQuery, response: { 200: storePlacesAnswer } },
    run: async ({ db, clock, query }) => ({
      at: clock.now().toISOString(),
      items: await placesNow(db, clock, nearOf(query)),
    }),
  })
}

function nearOf({ near, postal }: { near?: string | undefined; postal?: string | undefined }): Near | null {
  if (near !== undefined) {
    const [latitude = 0, longitude = 0] = near.split(',').map(Number)
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw platformProblems.invalid({ parameter: 'near' })
    return { latitude, longitude, label: '' }
  }
  return postal === undefined ? null : (postalPoint(postal) ?? null)
}
