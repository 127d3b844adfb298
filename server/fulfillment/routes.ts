import { deliveryOptionsAnswer, deliveryOptionsQuery } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { type AppContext, get } from '#platform/http'
import { freeDeliveryFrom } from '#pricing'
import { setShopOrigin } from './links.ts'
import './permissions.ts'
import { deliveryOptions } from './plan-sourcing.ts'
import { registerPickupRoutes } from './routes-pickups.ts'
import { registerShortageRoutes, registerStoreShortageRoutes } from './routes-shortages.ts'
import { registerWorkRoutes } from './routes-work.ts'

/** Everything over HTTP: delivery options and shortage choices of shoppers, pickups of the till, work of the stock room. */
export function registerFulfillmentRoutes(
  app: FastifyInstance,
  context: AppContext,
  { publicUrl }: { publicUrl: string },
): void {
  setShopOrigin(publicUrl)
  registerDeliveryOptions(app, context)
  registerStoreShortageRoutes(app, context)
  registerWorkRoutes(app, context)
  registerPickupRoutes(app, context)
  registerShortageRoutes(app, context)
}

function registerDeliveryOptions(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/store/delivery-options',
    action: 'fulfillment.delivery_options.read',
    tag: 'fulfillment',
    summary: 'How a parcel reaches a postal code, with its days',
    schema: { querystring: deliveryOptionsQuery, response: { 200: deliveryOptionsAnswer } },
    run: async ({ db, clock, query }) => {
      const asked = { clock, channelId: query.channel }
      const [items, freeFromMinor] = await Promise.all([
        deliveryOptions(db, {
          ...asked,
          country: query.country,
          postalCode: query.postal,
          subtotalMinor: query.subtotal,
        }),
        freeDeliveryFrom(db, asked),
      ])
      return { items, freeFromMinor }
    },
  })
}
