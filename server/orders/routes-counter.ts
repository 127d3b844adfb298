import {
  addCoupon,
  basketCustomer,
  cart as cartSchema,
  cartSummary,
  changeCart as changeBody,
  claimCart as claimBody,
  counterCartQuery,
  createCounterCart,
  type DeliveryInput,
  lineInput,
  page,
  placeAnswer,
  placeCounterCart,
  sendCart as sendBody,
  sentCart,
  setLine as setLineBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { findVariants } from '#catalog'
import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Config } from '#platform/config'
import type { Tx } from '#platform/db'
import { type AppContext, answer, get, type RouteInput, write, writeResumable } from '#platform/http'
import { changeCarts, changeCoupons, createCart, only } from './cart-commands.ts'
import { holdCart, keepHold } from './cart-hold.ts'
import { addLinesToCarts, setLines } from './cart-lines.ts'
import { type CartRow, findCart, lockCart } from './cart-rows.ts'
import { viewCart } from './cart-view.ts'
import { claimCart, counterChannel, findCounterCarts, sendCart, titlesOf } from './counter-carts.ts'
import { setCustomer } from './counter-customer.ts'
import { placeOrder } from './place-order.ts'
import { viewPlaced } from './place-view.ts'
import { orderProblems } from './problems.ts'
import { registerReceiptRoutes } from './routes-receipts.ts'

const tag = 'counter'
const action = 'orders.counter.sell'
const params = z.object({ id: z.string().max(40) })
const response = { 200: cartSchema }
type Guard = Pick<RouteInput<Record<never, never>>, 'mayActAt'>

/** Baskets at a till: units are held while one is open there; every change holds anew. */
export function registerCounterRoutes(app: FastifyInstance, context: AppContext, config: Config): void {
  registerFinding(app, context)
  registerOpening(app, context)
  registerChanges(app, context)
  registerEnds(app, context, config)
  registerReceiptRoutes(app, context, config)
}

function registerFinding(app: FastifyInstance, context: AppContext): void {
  get(app, context, {
    url: '/api/pos/carts',
    action,
    summary: 'Open baskets: by code, telephone or mail, or those open at a place',
    tag,
    limitPerMinute: 120,
    schema: { querystring: counterCartQuery, response: { 200: page(cartSummary) } },
    run: async ({ db, clock, query, mayActAt }) => {
      if (query.location !== undefined) mayActAt(query.location)
      const found = await findCounterCarts(db, clock, { text: query.q, locationId: query.location, limit: query.limit })
      const variants = await findVariants(
        db,
        found.flatMap(({ variantIds }) => variantIds),
      )
      return {
        items: found.map(({ variantIds, ...row }) => ({ ...row, titles: titlesOf(variantIds, variants) })),
        next: null,
      }
    },
  })
  get(app, context, {
    url: '/api/pos/carts/:id',
    action,
    summary: 'A basket at the till',
    tag,
    schema: { params, response },
    run: async ({ db, clock, params: { id }, mayActAt }) => {
      const cart = counterCart(await findCart(db, id), { mayActAt })
      // Looking at it keeps it: the hold begins its half hour anew.
      if (cart.status !== 'open' || cart.held.length === 0) return viewCart(db, clock, cart)
      return viewCart(db, clock, await db.transaction((tx) => lookedAt(tx, clock, id)))
    },
  })
}

/** A till begins a basket, or takes over one that began on the web. */
function registerOpening(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'POST',
    url: '/api/pos/carts',
    action,
    summary: 'Opens a basket at a till and holds its units',
    tag,
    schema: { body: createCounterCart, response: { 201: cartSchema } },
    run: async ({ tx, clock, actor, body, language, mayActAt }) => {
      mayActAt(body.locationId)
      ownShelf(body.delivery, { mayActAt })
      const delivery = body.delivery ?? { kind: 'carry_out' as const, locationId: body.locationId }
      const { cart, token } = await createCart(tx, clock, {
        ...body,
        delivery,
        language: body.language ?? language,
        channelId: counterChannel,
        staffId: memberOf(actor),
      })
      const held = await holdCart(tx, clock, cart)
      return answer(201, { ...(await viewCart(tx, clock, held)), token })
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/carts/:id/claim',
    action,
    summary: 'The till takes a web basket over and holds its units',
    tag,
    schema: { params, body: claimBody, response },
    run: async ({ tx, clock, actor, params: { id }, body, mayActAt }) => {
      mayActAt(body.locationId)
      const cart = await claimCart(tx, clock, { cartId: id, locationId: body.locationId, staffId: memberOf(actor) })
      return viewCart(tx, clock, cart)
    },
  })
}

/** A basket leaves the till: to the customer's phone, or sold. */
function registerEnds(app: FastifyInstance, context: AppContext, config: Config): void {
  write(app, context, {
    method: 'POST',
    url: '/api/pos/carts/:id/send',
    action,
    summary: "Sends the basket to the customer's own device: link by mail, text for a message, QR",
    tag,
    schema: { params, body: sendBody, response: { 200: sentCart } },
    run: async ({ tx, clock, params: { id }, body, mayActAt }) => {
      counterCart(await findCart(tx, id), { mayActAt })
      return sendCart(tx, clock, { cartId: id, ...body, publicUrl: config.publicUrl })
    },
  })
  writeResumable(app, context, {
    url: '/api/pos/carts/:id/place',
    action,
    summary: 'Sells the basket: cash, card by reference, several tenders, the rest online',
    tag,
    schema: { params, body: placeCounterCart, response: { 200: placeAnswer } },
    run: async ({ db, clock, actor, params: { id }, body, mayActAt }) => {
      counterCart(await findCart(db, id), { mayActAt })
      ownShelf(body.delivery, { mayActAt })
      const placed = await placeOrder(db, clock, {
        ...body,
        cartId: id,
        actorId: actorId(actor),
        publicUrl: config.publicUrl,
      })
      return viewPlaced(db, placed)
    },
  })
}

function registerChanges(app: FastifyInstance, context: AppContext): void {
  write(app, context, {
    method: 'PATCH',
    url: '/api/pos/carts/:id',
    action,
    summary: 'Changes contact, delivery, coupons or note of a basket at the till',
    tag,
    schema: { params, body: changeBody, response },
    run: async ({ tx, clock, params: { id }, body, mayActAt }) => {
      const cart = counterCart(await lockCart(tx, id), { mayActAt })
      ownShelf(body.delivery, { mayActAt })
      const changed = only(await changeCarts(tx, clock, [{ cart, change: body }]))
      return viewCart(tx, clock, await holdCart(tx, clock, changed))
    },
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/pos/carts/:id/customer',
    action,
    summary: "Says whose basket this is; a known person's visit to the shop is noted in their thread",
    tag,
    schema: { params, body: basketCustomer, response },
    run: async ({ tx, clock, params: { id }, body, mayActAt }) => {
      const cart = counterCart(await findCart(tx, id), { mayActAt })
      const changed = await setCustomer(tx, clock, { cart, customer: body })
      return viewCart(tx, clock, await holdCart(tx, clock, changed))
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/carts/:id/lines',
    action,
    summary: 'Adds units by scan or search and holds them',
    tag,
    schema: { params, body: lineInput, response },
    run: async ({ tx, clock, params: { id }, body, mayActAt }) => {
      const cart = counterCart(await lockCart(tx, id), { mayActAt })
      const changed = only(await addLinesToCarts(tx, clock, [{ cart, lines: [body] }]))
      return viewCart(tx, clock, await holdCart(tx, clock, changed))
    },
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/pos/carts/:id/lines/:lineId',
    action,
    summary: 'Sets the units of a line; 0 removes it and lets its units go',
    tag,
    schema: { params: z.object({ id: z.string().max(40), lineId: z.string().max(80) }), body: setLineBody, response },
    run: async ({ tx, clock, params: { id, lineId }, body, mayActAt }) => {
      const cart = counterCart(await lockCart(tx, id), { mayActAt })
      const changed = only(await setLines(tx, clock, [{ cart, lineId, units: body.units }]))
      return viewCart(tx, clock, await holdCart(tx, clock, changed))
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/pos/carts/:id/coupons',
    action,
    summary: 'Enters a coupon at the till',
    tag,
    schema: { params, body: addCoupon, response },
    run: async ({ tx, clock, params: { id }, body, mayActAt }) => {
      const cart = counterCart(await lockCart(tx, id), { mayActAt })
      const change = (codes: readonly string[]) => [...codes, body.code]
      return viewCart(tx, clock, only(await changeCoupons(tx, clock, [{ cart, change }])))
    },
  })
}

/** Renews the hold, the cart locked first like in every change: a look and a scan at the same moment must not wait for each other. */
async function lookedAt(tx: Tx, clock: Clock, cartId: string): Promise<CartRow> {
  const cart = await lockCart(tx, cartId)
  return cart.status === 'open' && cart.held.length > 0 ? keepHold(tx, clock, cart) : cart
}

/** A basket the counter may work with: open at a place the person acts for. @throws Problem orders.cart_not_found */
function counterCart(cart: CartRow | undefined, { mayActAt }: Guard): CartRow {
  if (!cart || cart.locationId === null) throw orderProblems.cart_not_found()
  mayActAt(cart.locationId)
  return cart
}

/** Goods that leave over a counter come off that shop's shelf: who does not act there cannot sell them away. A pickup is planned, not taken. */
function ownShelf(delivery: DeliveryInput | null | undefined, { mayActAt }: Guard): void {
  if (delivery?.kind === 'carry_out') mayActAt(delivery.locationId)
}

function memberOf(actor: Actor): string | null {
  return actor.kind === 'staff' ? actor.memberId : null
}
