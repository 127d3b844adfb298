/** Every POST of the API that keeps an Idempotency-Key, in the order of one day at a shop. */
import { preparedSteps } from './idempotency-steps-prepared.ts'
import type { World } from './orders/testing.ts'
import { anna, toAnna } from './orders/testing.ts'
import type { Clock } from './platform/clock.ts'
import type { Queryable } from './platform/db.ts'

export type Row = Record<string, unknown>

export type Step = {
  url: string
  /** Undefined: a route without a body. */
  body?: () => object
  /** A body that is valid, too, and another one. */
  other?: (body: Row) => object
  headers?: () => Record<string, string>
  /** No other valid body exists; another one is refused all the same. */
  onlyBody?: boolean
  /** A body that is not JSON, with the headers that go with it; and another one. */
  raw?: () => Raw
  otherRaw?: () => Raw
  /** What later steps need of the answer. */
  keep?: (body: Row) => void
  status?: number
  /** Learns or plants what this step works on. */
  prepare?: (q: Queryable, clock: Clock) => Promise<void>
  /** Whether what it began in the background has ended. */
  settled?: (q: Queryable) => Promise<boolean>
}
export type Raw = { headers: Record<string, string>; payload: Buffer }

/** What a step sends: JSON or bytes, and all its headers. @param isOther its other body */
export function messageOf(
  step: Step,
  isOther = false,
): { json: Row | undefined; payload: Buffer | undefined; headers: Record<string, string> } {
  const raw = isOther ? step.otherRaw?.() : step.raw?.()
  const headers = { ...step.headers?.(), ...raw?.headers }
  if (raw) return { json: undefined, payload: raw.payload, headers }
  const body = step.body?.() as Row | undefined
  if (!isOther) return { json: body, payload: undefined, headers }
  return { json: (step.other ? step.other(body ?? {}) : { another: true }) as Row, payload: undefined, headers }
}

/** Waits until what a step began in the background has ended; not for ever, since nobody may be there to do it. */
export async function untilSettled(step: Step, q: Queryable): Promise<void> {
  for (let look = 0; step.settled && look < 50 && !(await step.settled(q)); look++)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

/** What the steps work on; filled before the first runs. `kept` holds ids and totals of earlier answers by name. */
export type StepWorld = {
  shop: World
  owner: Record<string, string>
  channel: Record<string, string>
  /** Two customers who are signed in; the second signs out. */
  customer: Record<string, string>
  leaving: Record<string, string>
  /** HILO_SECRET of the servers. */
  secret: string
  kept: Record<string, string>
}

/** The steps, each lazily: bodies and addresses are made when their turn comes. */
export function stepsIn(world: StepWorld): Step[] {
  const id = (name: string) => world.kept[name] ?? `missing-${name}`
  const keepId =
    (name: string, field = 'id') =>
    (body: Row) => {
      world.kept[name] = String(body[field])
    }

  const staff = () => world.owner
  const cartOf = (name: string) => () => ({ 'x-cart-token': id(`${name}Token`) })
  const keepCart = (name: string) => (body: Row) => {
    world.kept[name] = String(body['id'])
    world.kept[`${name}Token`] = String(body['token'])
  }
  const promotion = { name: { es: 'Rebaja' }, kind: 'percentage', valueBp: 1000, couponCode: 'DIEZ', status: 'active' }
  const stockChange = () => ({
    locationId: world.shop.valencia,
    items: [{ variantId: world.shop.mug, quantity: 3 }],
    reason: 'alta',
  })
  const reason = (body: Row) => ({ ...body, reason: 'otra razón' })
  const paid = (name: string) => () => ({
    expectedTotalMinor: Number(id(`${name}Total`)),
    tenders: [{ method: 'cash', amountMinor: Number(id(`${name}Total`)) }],
  })
  const twoUnits = () => ({ lines: [{ variantId: world.shop.shirt, units: 2 }] })
  const note = (body: Row) => ({ ...body, note: 'otra nota' })
  const keepOrder = (name: string) => (body: Row) => {
    const order = (body['order'] ?? body) as Row & { lines: { id: string }[] }
    world.kept[name] = String(order['id'])
    world.kept[`${name}Line`] = String(order.lines[0]?.id)
    world.kept[`${name}Token`] = String(order['token'])
  }

  return [
    {
      url: '/api/admin/webhooks',
      headers: staff,
      status: 201,
      keep: keepId('hook'),
      body: () => ({ url: 'https://a.example/h', eventTypes: ['*'] }),
      other: (body) => ({ ...body, url: 'https://b.example/h' }),
    },
    { url: '/api/admin/webhooks/:hook/rotate', headers: staff },
    {
      url: '/api/admin/collections',
      headers: staff,
      status: 201,
      body: () => ({ title: { es: 'Cocina' } }),
      other: () => ({ title: { es: 'Mesa' } }),
    },
    {
      url: '/api/admin/products',
      headers: staff,
      status: 201,
      keep: keepId('product'),
      body: () => ({ title: { es: 'Cuenco' } }),
      other: () => ({ title: { es: 'Vaso' } }),
    },
    {
      url: '/api/admin/products/:product/media/from-url',
      headers: staff,
      status: 201,
      body: () => ({ sourceUrl: 'https://a.example/1.jpg' }),
      other: () => ({ sourceUrl: 'https://a.example/2.jpg' }),
    },
    { url: '/api/admin/products/:product/archive', headers: staff },
    {
      url: '/api/admin/promotions',
      headers: staff,
      status: 201,
      body: () => promotion,
      other: () => ({ ...promotion, valueBp: 2000 }),
    },
    {
      url: '/api/admin/promotions/preview',
      headers: staff,
      body: () => ({ promotion, ...twoUnits() }),
      other: (body) => ({ ...body, lines: [{ variantId: world.shop.mug, units: 1 }] }),
    },
    {
      url: '/api/admin/customers',
      headers: staff,
      status: 201,
      keep: keepId('person'),
      body: () => ({ name: 'Eva', identities: [{ kind: 'email', value: 'eva@correo.es' }] }),
      other: (body) => ({ ...body, name: 'Eva Sanz' }),
    },
    {
      url: '/api/admin/customers',
      headers: staff,
      status: 201,
      keep: keepId('second'),
      body: () => ({ name: 'Eva Dos' }),
      other: () => ({ name: 'Eva Tres' }),
    },
    {
      url: '/api/admin/customers/:person/consents',
      headers: staff,
      status: 201,
      body: () => ({ purpose: 'marketing', channel: 'email', granted: true, wording: 'Sí, quiero' }),
      other: (body) => ({ ...body, granted: false }),
    },
    {
      url: '/api/admin/customers/:person/identities',
      headers: staff,
      status: 201,
      body: () => ({ kind: 'phone', value: '+34611222333' }),
      other: () => ({ kind: 'phone', value: '+34611222334' }),
    },
    {
      url: '/api/admin/customers/:person/addresses',
      headers: staff,
      status: 201,
      body: () => ({ line1: 'Calle Mayor 1', postalCode: '46001', city: 'Valencia' }),
      other: (body) => ({ ...body, line1: 'Calle Menor 2' }),
    },
    {
      url: '/api/admin/customers/:person/visits',
      headers: staff,
      status: 204,
      body: () => ({ locationId: world.shop.valencia, note: 'Probó una camisa' }),
      other: note,
    },
    {
      url: '/api/admin/customers/:person/links',
      headers: staff,
      body: () => ({ otherPersonId: id('second'), reason: 'La misma persona' }),
      other: reason,
    },
    { url: '/api/admin/customers/duplicates/find', headers: staff },
    {
      url: '/api/admin/stock/receive',
      headers: staff,
      body: () => ({ ...stockChange(), items: [{ variantId: world.shop.mug, quantity: 3 }] }),
      other: reason,
    },
    {
      url: '/api/admin/stock/adjust',
      headers: staff,
      body: () => ({ ...stockChange(), items: [{ variantId: world.shop.mug, quantity: -1 }] }),
      other: reason,
    },
    {
      url: '/api/admin/stock/count',
      headers: staff,
      body: () => ({ ...stockChange(), items: [{ variantId: world.shop.mug, counted: 90 }] }),
      other: reason,
    },
    {
      url: '/api/admin/transfers',
      headers: staff,
      status: 201,
      keep: keepId('transfer'),
      body: () => ({
        fromLocationId: world.shop.valencia,
        toLocationId: world.shop.madrid,
        lines: [{ variantId: world.shop.mug, units: 2 }],
      }),
      other: reason,
    },
    {
      url: '/api/admin/transfers/:transfer/send',
      headers: staff,
      body: () => ({}),
      other: () => ({ missing: [{ lineNo: 1, units: 1 }] }),
    },
    {
      url: '/api/admin/transfers/:transfer/receive',
      headers: staff,
      body: () => ({}),
      other: () => ({ lines: [{ lineNo: 1, receivedUnits: 1 }] }),
    },
    {
      url: '/api/admin/transfers',
      headers: staff,
      status: 201,
      keep: keepId('unsent'),
      body: () => ({
        fromLocationId: world.shop.madrid,
        toLocationId: world.shop.valencia,
        lines: [{ variantId: world.shop.mug, units: 1 }],
      }),
      other: reason,
    },
    { url: '/api/admin/transfers/:unsent/cancel', headers: staff },
    {
      url: '/api/store/carts',
      status: 201,
      keep: keepCart('web'),
      body: () => ({ ...twoUnits(), contact: anna, delivery: toAnna }),
      other: () => twoUnits(),
    },
    {
      url: '/api/store/carts/:web/lines',
      headers: cartOf('web'),
      body: () => ({ variantId: world.shop.mug, units: 1 }),
      other: () => ({ variantId: world.shop.mug, units: 5 }),
    },
    {
      url: '/api/store/carts/:web/coupons',
      headers: cartOf('web'),
      keep: (body) => void (world.kept['webTotal'] = String(body['totalMinor'])),
      body: () => ({ code: 'DIEZ' }),
      other: () => ({ code: 'ONCE' }),
    },
    { url: '/api/store/carts/:web/share', headers: cartOf('web'), keep: keepId('code', 'code') },
    {
      url: '/api/store/carts/open',
      body: () => ({ code: id('code') }),
      other: () => ({ code: [...id('code')].reverse().join('') }),
    },
    {
      url: '/api/store/carts/:web/place',
      headers: cartOf('web'),
      keep: keepOrder('webOrder'),
      body: () => ({
        expectedTotalMinor: Number(id('webTotal')),
        payment: { method: 'card_online', cardToken: 'tok_ok' },
      }),
      other: (body) => ({ ...body, expectedTotalMinor: 1 }),
    },
    {
      url: '/api/admin/orders/:webOrder/cancel',
      headers: staff,
      body: () => ({ reason: 'Lo pidió', lines: [{ orderLineId: id('webOrderLine'), units: 1 }] }),
      other: reason,
    },
    { url: '/api/store/orders/:webOrderToken/cancel', body: () => ({}), other: () => ({ reason: 'Ya no lo quiero' }) },
    {
      url: '/api/pos/carts',
      headers: staff,
      status: 201,
      keep: (body) => {
        keepCart('till')(body)
        world.kept['tillTotal'] = String(body['totalMinor'])
      },
      body: () => ({ locationId: world.shop.valencia, ...twoUnits() }),
      other: note,
    },
    {
      url: '/api/pos/carts/:till/place',
      headers: staff,
      keep: keepOrder('sale'),
      body: paid('till'),
      other: (body) => ({ ...body, expectedTotalMinor: 2 }),
    },
    {
      url: '/api/pos/orders/:sale/returns/preview',
      headers: staff,
      body: () => ({
        locationId: world.shop.madrid,
        reason: 'Talla',
        lines: [{ orderLineId: id('saleLine'), units: 1 }],
      }),
      other: reason,
    },
    {
      url: '/api/pos/orders/:sale/returns',
      headers: staff,
      status: 201,
      body: () => ({
        locationId: world.shop.madrid,
        reason: 'Talla',
        refundMethod: 'cash',
        lines: [{ orderLineId: id('saleLine'), units: 1 }],
      }),
      other: reason,
    },
    {
      url: '/api/pos/carts',
      headers: staff,
      status: 201,
      keep: keepCart('sent'),
      body: () => ({ locationId: world.shop.valencia, ...twoUnits() }),
      other: note,
    },
    {
      url: '/api/pos/carts/:sent/lines',
      headers: staff,
      body: () => ({ variantId: world.shop.mug, units: 1 }),
      other: () => ({ variantId: world.shop.mug, units: 2 }),
    },
    {
      url: '/api/pos/carts/:sent/coupons',
      headers: staff,
      body: () => ({ code: 'DIEZ' }),
      other: () => ({ code: 'ONCE' }),
    },
    {
      url: '/api/pos/carts/:sent/send',
      headers: staff,
      body: () => ({ email: 'ana@correo.es' }),
      other: () => ({ email: 'eva@correo.es' }),
    },
    {
      url: '/api/channel/orders',
      headers: () => world.channel,
      keep: keepOrder('market'),
      status: 201,
      body: () => ({
        externalRef: 'M-1',
        ...twoUnits(),
        contact: anna,
        delivery: toAnna,
        payment: { method: 'elsewhere', reference: 'P-1' },
      }),
      other: note,
    },
    ...preparedSteps(world, { id, keepId, keepCart, keepOrder, cartOf }),
  ]
}
