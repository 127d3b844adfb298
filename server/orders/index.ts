import type { FastifyInstance } from 'fastify'
import type { Config } from '#platform/config'
import type { AppContext } from '#platform/http'
import './imports/hilo-csv.ts'
import './imports/online-retail.ts'
import './imports/shopify-orders.ts'
import { useOrderLinks } from './order-link.ts'
import './permissions.ts'
import { placeWithCapture } from './place-with-capture.ts'
import { registerCartRoutes } from './routes-carts.ts'
import { registerConsoleOrderRoutes } from './routes-console.ts'
import { registerCounterRoutes } from './routes-counter.ts'
import { registerIssuerRoutes } from './routes-issuer.ts'
import { registerChannelOrderRoutes, registerOwnOrderRoutes, registerStaffOrderRoutes } from './routes-orders.ts'
import { usePublicUrl } from './settings.ts'

export { type CancelOrder, cancelOrder } from './cancel-order.ts'
export { changeCart, createCart, type NewCart } from './cart-commands.ts'
export { addLines, mergeCarts, setLine } from './cart-lines.ts'
export { findCart } from './cart-rows.ts'
export { shareCart } from './cart-share.ts'
export { viewCart } from './cart-view.ts'
export { ordersCsv } from './imports/export-orders.ts'
export { ordersJobs } from './jobs.ts'
export { findOrderRow as findOrder, type OrderRow } from './order-rows.ts'
export { registerOrderStream } from './order-stream.ts'
export { viewOrder } from './order-view.ts'
export { placeChannelOrders } from './place-channel-order.ts'
export { type Placed, type PlaceOrder, placeOrder } from './place-order.ts'
export { orderProblems } from './problems.ts'
export { returnOrder } from './return-order.ts'
export { settleDraft } from './settle-payment.ts'
export { ordersSubscribers } from './subscribers.ts'

/** Carts, counter baskets, orders, returns. */
export function registerOrdersRoutes(app: FastifyInstance, context: AppContext, config: Config): void {
  usePublicUrl(config.publicUrl)
  useOrderLinks(config.secret)
  placeWithCapture()
  registerCartRoutes(app, context, config)
  registerCounterRoutes(app, context, config)
  registerOwnOrderRoutes(app, context, config)
  registerStaffOrderRoutes(app, context, config)
  registerConsoleOrderRoutes(app, context, config)
  registerIssuerRoutes(app, context)
  registerChannelOrderRoutes(app, context, config)
}
