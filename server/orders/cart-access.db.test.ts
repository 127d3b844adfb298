/** Whose basket it is: by the token a device holds, else by the person who is signed in; an id alone opens nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolvePerson } from '#customers'
import type { Actor } from '#platform/actor'
import type { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { Alone } from '#platform/together'
import { meeting } from '../platform/testing/lock-waits.ts'
import { findOwnCartId, lockOwnCarts, ownCartId } from './cart-access.ts'
import { createCart } from './cart-commands.ts'
import { aShop, type World } from './testing.ts'

let t: TestDatabase
let shop: World
beforeAll(async () => {
  t = await testDatabase()
  shop = await aShop(t.db, t.clock)
})
afterAll(() => t?.close())

const anyone: Actor = { kind: 'public' }
async function aCustomer(): Promise<Actor & { personId: string }> {
  const value = `c${performance.now()}@correo.es`
  const identities = [{ kind: 'email' as const, value, proof: 'code' as const }]
  const { personId } = await t.db.transaction((tx) => resolvePerson(tx, t.clock, { identities, source: 'test' }))
  return { kind: 'customer', personId }
}
async function aBasket(personId: string | null = null) {
  const cart = { channelId: 'web', language: 'es' as const, lines: [{ variantId: shop.shirt }], personId }
  const { cart: made, token } = await t.db.transaction((tx) => createCart(tx, t.clock, cart))
  return { id: made.id, token }
}
type Who = { actor: Actor; cartToken: string | undefined }
const by = (cartToken: string | undefined, actor: Actor = anyone): Who => ({ actor, cartToken })
const own = (who: Who, asked = 'current') =>
  ownCartId(t.db, who, asked).catch((error: Problem) => ({ code: error.code, ...error.data }))
const lock = (asked: { request: Who; id: string }[]) =>
  t.db.transaction(async (tx) =>
    (await lockOwnCarts(tx, asked)).map((one) =>
      one.ok ? one.value.id : one.error instanceof Alone ? 'alone' : (one.error as Problem).code,
    ),
  )
const missing = (cartId: string) => ({ code: 'orders.cart_not_found', cartId })

test('the token opens its basket, by its id or as the current one, and no other', async () => {
  const [mine, other] = [await aBasket(), await aBasket()]
  expect([await own(by(mine.token)), await own(by(mine.token), mine.id)]).toEqual([mine.id, mine.id])
  expect(await own(by(mine.token), other.id)).toEqual(missing(other.id))
  expect(await own(by(undefined), mine.id)).toEqual(missing(mine.id))
  expect(await own(by('junk'))).toEqual(missing('current'))
})

test('who is signed in has their newest open basket on every device, unless this device holds another', async () => {
  const customer = await aCustomer()
  const [device, own1] = [await aBasket(), await aBasket(customer.personId)]
  expect(await own(by(undefined, customer))).toBe(own1.id)
  expect(await own(by('junk', customer))).toBe(own1.id)
  expect(await own(by(device.token, customer))).toBe(device.id)
  expect(await findOwnCartId(t.db, by(undefined, await aCustomer()))).toBeUndefined()
  const staff = { ...customer, kind: 'system', name: 'x' } as Actor
  expect(await findOwnCartId(t.db, by(undefined, staff))).toBeUndefined()
  await t.db.run(sql`update orders.cart set status = 'placed' where id = ${own1.id}`)
  expect(await own(by(undefined, customer))).toEqual(missing('current'))
})

test('several are locked together: each its own, each refused alone, and the same one twice not in one batch', async () => {
  const customer = await aCustomer()
  const [one, other, third] = [await aBasket(), await aBasket(), await aBasket(customer.personId)]
  const outcomes = await lock([
    { request: by(one.token), id: 'current' },
    { request: by('junk'), id: 'current' },
    { request: by(other.token), id: other.id },
    { request: by(undefined, customer), id: third.id },
    { request: by(other.token), id: 'current' },
    { request: by(one.token), id: other.id },
    { request: by(undefined), id: one.id },
    { request: by(undefined, { ...customer, kind: 'system', name: 'x' } as Actor), id: 'current' },
  ])
  const no = 'orders.cart_not_found'
  expect(outcomes).toEqual([one.id, no, other.id, third.id, 'alone', no, no, no])
  expect(await lock([{ request: by(undefined, customer), id: 'current' }])).toEqual([third.id])
  expect(await lock([{ request: by(third.token, customer), id: 'current' }])).toEqual([third.id])
  expect(await lock([])).toEqual([])
})

test('whoever comes for a basket that is in use waits for it, by token or by name', async () => {
  const customer = await aCustomer()
  const { id, token } = await aBasket(customer.personId)
  for (const request of [by(token), by(undefined, customer)]) {
    const outcome = await meeting(t.db, {
      first: (tx) => lockOwnCarts(tx, [{ request, id }]),
      second: () => lock([{ request, id: 'current' }]),
    })
    expect(outcome).toEqual({ status: 'fulfilled', value: [id] })
  }
})
