import {
  addCoupon,
  type Cart,
  cart as cartSchema,
  changeCart as changeBody,
  lineInput,
  setLine as setLineBody,
} from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { type AppContext, type RouteInput, type RouteResult, write, writeTogether } from '#platform/http'
import { done, eachOk, type Outcome } from '#platform/together'
import { askRules } from '#pricing'
import { lockOwnCarts } from './cart-access.ts'
import { changeCarts, changeCoupons, only } from './cart-commands.ts'
import { quickly } from './cart-json.ts'
import { addLinesToCarts, setLines } from './cart-lines.ts'
import type { CartRow } from './cart-rows.ts'
import { viewCarts } from './cart-view.ts'
import { guarded } from './coupon-guesses.ts'

const tag = 'carts'
const params = z.object({ id: z.string().max(40) })
const lineParams = z.object({ id: z.string().max(40), lineId: z.string().max(80) })
const response = { 200: cartSchema }

/** Changes of one cart: those that arrive together are locked, written and shown together. */
export function registerCartChanges(app: FastifyInstance, context: AppContext): void {
  writeTogether(app, context, {
    method: 'PATCH',
    url: '/api/store/carts/:id',
    action: 'orders.cart.use',
    summary: 'Changes coupons, contact, delivery, consents, note or language',
    tag,
    schema: { params, body: changeBody, response },
    ...guarded<{ couponCodes?: readonly string[] | undefined }>(({ couponCodes = [] }) => couponCodes),
    run: ({ tx, clock, inputs }) =>
      changeOwn({ tx, clock, inputs }, (list) =>
        changeCarts(
          tx,
          clock,
          list.map(({ cart, input }) => ({ cart, change: input.body })),
        ),
      ),
  })
  writeTogether(app, context, {
    method: 'POST',
    url: '/api/store/carts/:id/lines',
    action: 'orders.cart.use',
    summary: 'Adds units of a variant, by id, SKU or EAN',
    tag,
    schema: { params, body: lineInput, response },
    run: ({ tx, clock, inputs }) =>
      changeOwn({ tx, clock, inputs }, (list) =>
        addLinesToCarts(
          tx,
          clock,
          list.map(({ cart, input }) => ({ cart, lines: [input.body] })),
        ),
      ),
  })
  write(app, context, {
    method: 'PUT',
    url: '/api/store/carts/:id/lines/:lineId',
    action: 'orders.cart.use',
    summary: 'Sets the units of a line; 0 removes it',
    tag,
    schema: { params: lineParams, body: setLineBody, response },
    run: ({ tx, clock, ...call }) => setOwnLine({ tx, clock }, call, call.body.units),
  })
  write(app, context, {
    method: 'DELETE',
    url: '/api/store/carts/:id/lines/:lineId',
    action: 'orders.cart.use',
    summary: 'Removes a line',
    tag,
    schema: { params: lineParams, response },
    run: ({ tx, clock, ...call }) => setOwnLine({ tx, clock }, call, 0),
  })
  writeTogether(app, context, {
    method: 'POST',
    url: '/api/store/carts/:id/coupons',
    action: 'orders.cart.use',
    summary: 'Enters a coupon; the answer says whether it counts and why',
    tag,
    schema: { params, body: addCoupon, response },
    ...guarded<{ code: string }>(({ code }) => [code]),
    run: ({ tx, clock, inputs }) =>
      changeOwn({ tx, clock, inputs }, (list) =>
        changeCoupons(
          tx,
          clock,
          list.map(({ cart, input }) => ({ cart, change: (codes) => [...codes, input.body.code] })),
        ),
      ),
  })
  write(app, context, {
    method: 'DELETE',
    url: '/api/store/carts/:id/coupons/:code',
    action: 'orders.cart.use',
    summary: 'Takes a coupon out',
    tag,
    schema: { params: z.object({ id: z.string().max(40), code: z.string().max(60) }), response },
    run: async ({ tx, clock, ...call }) =>
      only(
        await changeOwn({ tx, clock, inputs: [call] }, (list) =>
          changeCoupons(
            tx,
            clock,
            list.map(({ cart, input }) => ({
              cart,
              change: (codes) => codes.filter((known) => known !== input.params.code.trim().toUpperCase()),
            })),
          ),
        ),
      ),
  })
}

type Change = Pick<RouteInput<Record<never, never>>, 'request' | 'reply'> & { params: { id: string } }

/** Locks the carts of these calls, changes those the callers may use, and shows each as it is now. */
async function changeOwn<I extends Change>(
  { tx, clock, inputs }: { tx: Tx; clock: Clock; inputs: readonly I[] },
  change: (list: { cart: CartRow; input: I }[]) => Promise<Outcome<CartRow>[]>,
): Promise<Outcome<RouteResult>[]> {
  askRules(tx)
  const own = await lockOwnCarts(
    tx,
    inputs.map(({ request, params: { id } }) => ({ request, id })),
  )
  const carts = await eachOk(own, (cart, at) => ({ cart, input: inputs[at] as I }), change)
  return showAll(tx, clock, { inputs, carts, answerOf: (cart, _, { reply }) => quickly(reply, cart) })
}

/** Sets the units of a line in the caller's own cart; 0 removes it. */
async function setOwnLine(
  { tx, clock }: { tx: Tx; clock: Clock },
  call: Change & { params: { lineId: string } },
  units: number,
): Promise<RouteResult> {
  const shown = await changeOwn({ tx, clock, inputs: [call] }, (list) =>
    setLines(
      tx,
      clock,
      list.map(({ cart }) => ({ cart, lineId: call.params.lineId, units })),
    ),
  )
  return only(shown)
}

/** Shows the carts that came about, all read together. */
export async function showAll<I>(
  tx: Tx,
  clock: Clock,
  {
    inputs,
    carts,
    answerOf,
  }: {
    inputs: readonly I[]
    carts: readonly Outcome<CartRow>[]
    answerOf: (cart: Cart, at: number, input: I) => RouteResult
  },
): Promise<Outcome<RouteResult>[]> {
  const shown = await eachOk(
    carts,
    (cart) => cart,
    async (list) => (await viewCarts(tx, clock, list)).map(done),
  )
  return shown.map((one, at) => (one.ok ? done(answerOf(one.value, at, inputs[at] as I)) : one))
}
