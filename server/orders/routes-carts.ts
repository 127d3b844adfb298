import {
  cartDelivery,
  cartDeliveryQuery,
  cart as cartSchema,
  cartShare,
  createCart as createBody,
  langQuery,
  openCart as openBody,
  placeAnswer,
  placeCart as placeBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { actorId } from '#platform/actor'
import type { Config } from '#platform/config'
import { type AppContext, answer, get, write, writeResumable, writeTogether } from '#platform/http'
import { mapOutcomes } from '#platform/together'
import { findOwnCartId, handOver, handOverView, ownCartId } from './cart-access.ts'
import { createCarts } from './cart-commands.ts'
import { handOverAgain } from './cart-cookie.ts'
import { quickly } from './cart-json.ts'
import { mergeCarts } from './cart-lines.ts'
import { cartIdOfToken, findCart } from './cart-rows.ts'
import { openSharedCart, shareCart } from './cart-share.ts'
import { viewCart } from './cart-view.ts'
import { guarded } from './coupon-guesses.ts'
import { deliveryPrices } from './delivery-prices.ts'
import { placeOrder } from './place-order.ts'
import { viewPlaced } from './place-view.ts'
import { orderProblems } from './problems.ts'
import { registerCartChanges, showAll } from './routes-cart-changes.ts'

const tag = 'carts'
const params = z.object({ id: z.string().max(40) })
const response = { 200: cartSchema }
/** The shop's own channel; carts of other channels come through their own routes. */
const shopChannel = 'web'

/** A shopper's cart: `current` or its id in the address, its token in the cookie or the header. */
export function registerCartRoutes(app: FastifyInstance, context: AppContext, config: Config): void {
  const secure = config.publicUrl.startsWith('https:')
  writeTogether(app, context, {
    method: 'POST',
    url: '/api/store/carts',
    action: 'orders.cart.create',
    summary: 'Opens a cart; lines, coupons, contact and delivery may come in the same call',
    tag,
    schema: { body: createBody, querystring: langQuery, response: { 201: cartSchema } },
    onRepeat: handOverAgain(secure),
    ...guarded<{ couponCodes?: readonly string[] | undefined }>(({ couponCodes = [] }) => couponCodes),
    run: async ({ tx, clock, inputs }) => {
      const asked = inputs.map(({ actor, body, language }) => ({
        ...body,
        language: body.language ?? language,
        channelId: shopChannel,
        personId: actor.kind === 'customer' ? actor.personId : null,
      }))
      const opened = await createCarts(tx, clock, asked)
      return showAll(tx, clock, {
        inputs,
        carts: mapOutcomes(opened, ({ cart }) => cart),
        answerOf: (cart, at, { reply }) => {
          const one = opened[at]
          const shown = handOverView({ cart, token: one?.ok ? one.value.token : '', reply, secure })
          return answer(201, quickly(reply, shown))
        },
      })
    },
  })
  get(app, context, {
    url: '/api/store/carts/:id',
    action: 'orders.cart.use',
    summary: 'The cart with prices and reasons, stock, ways to have it, and what is missing',
    tag,
    schema: { params, querystring: langQuery, response },
    run: async ({ db, clock, params: { id }, request, reply }) => {
      const cart = await findCart(db, await ownCartId(db, request, id))
      if (!cart) throw orderProblems.cart_not_found()
      return quickly(reply, await viewCart(db, clock, cart))
    },
  })
  get(app, context, {
    url: '/api/store/carts/:id/delivery-options',
    action: 'orders.cart.use',
    summary: 'What sending this basket to a postal code would really cost, promotions counted',
    tag,
    schema: { params, querystring: cartDeliveryQuery, response: { 200: cartDelivery } },
    run: async ({ db, clock, params: { id }, query, request }) => {
      const cart = await findCart(db, await ownCartId(db, request, id))
      if (!cart) throw orderProblems.cart_not_found()
      return db.together((q) => deliveryPrices(q, clock, { cart, country: query.country, postalCode: query.postal }))
    },
  })
  registerCartChanges(app, context)
  registerSharing(app, context, config)
  writeResumable(app, context, {
    url: '/api/store/carts/:id/place',
    action: 'orders.cart.place',
    summary: 'Places the order, or says where the buyer pays',
    tag,
    schema: { params, body: placeBody, response: { 200: placeAnswer } },
    run: async ({ db, clock, actor, params: { id }, body, request, resumes }) => {
      const placed = await placeOrder(db, clock, {
        cartId: await ownCartId(db, request, id),
        expectedTotalMinor: body.expectedTotalMinor,
        contact: body.contact,
        delivery: body.delivery,
        consents: body.consents,
        online: {
          cardToken: body.payment.cardToken,
          returnUrl: (paymentId) => `${config.publicUrl}/checkout/return?payment=${paymentId}`,
        },
        resumes,
        actorId: actorId(actor),
        publicUrl: config.publicUrl,
      })
      return viewPlaced(db, placed)
    },
  })
}

function registerSharing(app: FastifyInstance, context: AppContext, config: Config): void {
  const secure = config.publicUrl.startsWith('https:')
  write(app, context, {
    method: 'POST',
    url: '/api/store/carts/:id/share',
    action: 'orders.cart.use',
    summary: 'Makes a short code, link and QR that open this cart on another device, once',
    tag,
    schema: { params, response: { 200: cartShare } },
    run: async ({ tx, clock, params: { id }, request }) =>
      shareCart(tx, clock, { cartId: await ownCartId(tx, request, id), publicUrl: config.publicUrl }),
  })
  write(app, context, {
    method: 'POST',
    url: '/api/store/carts/open',
    action: 'orders.cart.open',
    summary: 'Opens a shared cart on this device; a cart that is here already joins it',
    tag,
    limitPerMinute: 20,
    schema: { body: openBody, response },
    onRepeat: handOverAgain(secure),
    run: async ({ tx, clock, actor, body, request, reply }) => {
      const opened = await openSharedCart(tx, clock, {
        code: body.code,
        ownCartId: await findOwnCartId(tx, request),
        personId: actor.kind === 'customer' ? actor.personId : null,
      })
      return handOver(tx, clock, { ...opened, reply, secure })
    },
  })
  write(app, context, {
    method: 'POST',
    url: '/api/store/carts/:id/merge',
    action: 'orders.cart.use',
    summary: 'Joins another cart, whose token is given, into this one',
    tag,
    schema: { params, body: z.strictObject({ token: z.string().min(20).max(80) }), response },
    run: async ({ tx, clock, params: { id }, body, request }) => {
      const intoCartId = await ownCartId(tx, request, id)
      const fromCartId = await cartIdOfToken(tx, body.token)
      if (fromCartId === undefined || fromCartId === intoCartId)
        throw orderProblems.cart_not_found({ parameter: 'token' })
      return viewCart(tx, clock, await mergeCarts(tx, clock, { fromCartId, intoCartId }))
    },
  })
}
