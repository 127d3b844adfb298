/** The POSTs of a day at a shop that need something prepared: work in the stock room, missing units, money still due, baskets. */
import type { Row, Step, StepWorld } from './idempotency-steps.ts'
import { customers, files, toSettle } from './idempotency-steps-settling.ts'
import { anna, toAnna } from './orders/testing.ts'
import type { Queryable } from './platform/db.ts'
import { sql } from './platform/sql.ts'

export type StepTools = {
  id(name: string): string
  keepId(name: string, field?: string): (body: Row) => void
  keepCart(name: string): (body: Row) => void
  keepOrder(name: string): (body: Row) => void
  cartOf(name: string): () => Record<string, string>
}

/** Everything that waits for its turn until the shop has sold something. */
export function preparedSteps(world: StepWorld, tools: StepTools): Step[] {
  return [
    ...stockRoom(world, tools),
    ...shortages(world, tools),
    ...moneyDue(world, tools),
    ...baskets(world, tools),
    ...toSettle(world),
    ...files(world, tools),
    ...customers(world, tools),
  ]
}

const text = (value: string) => () => ({ text: value })

function channelOrder(world: StepWorld, tools: StepTools, name: string, pickup: boolean): Step {
  return {
    url: '/api/channel/orders',
    headers: () => world.channel,
    status: 201,
    keep: tools.keepOrder(name),
    body: () => ({
      externalRef: name,
      lines: [{ variantId: world.shop.shirt, units: 2 }],
      contact: anna,
      delivery: pickup ? { kind: 'pickup', locationId: world.shop.valencia } : toAnna,
    }),
    other: (body) => ({ ...body, note: 'otra nota' }),
  }
}

/** Learns the work of an order, its line and the code it is collected with. */
function workOf(world: StepWorld, name: string): (q: Queryable) => Promise<void> {
  return async (q) => {
    const row = await q.one<{ id: string; code: string | null }>(sql`
      select id, pickup_code as code from fulfillment.fulfillment_order where order_id = ${world.kept[name]}`)
    world.kept[`${name}Work`] = row.id
    world.kept[`${name}Code`] = row.code ?? ''
  }
}

function stockRoom(world: StepWorld, tools: StepTools): Step[] {
  const { id } = tools
  const headers = () => world.owner
  const units = (name: string, count: number) => () => ({ orderLineId: id(`${name}Line`), units: count })
  const step = (name: string, what: string, more: Partial<Step>): Step => ({
    url: `/api/admin/fulfillment/:${name}Work/${what}`,
    headers,
    ...more,
  })
  const aside = (name: string): Step[] => [
    channelOrder(world, tools, name, true),
    step(name, 'pick', { prepare: workOf(world, name), body: units(name, 2), other: units(name, 1) }),
    step(name, 'set-aside', { body: () => ({ bin: 'A1' }), other: () => ({ bin: 'B2' }) }),
  ]
  return [
    channelOrder(world, tools, 'parcel', false),
    step('parcel', 'pick', { prepare: workOf(world, 'parcel'), body: units('parcel', 2), other: units('parcel', 1) }),
    step('parcel', 'unpick', { body: units('parcel', 1), other: units('parcel', 2) }),
    step('parcel', 'pick', { body: units('parcel', 1), other: units('parcel', 2) }),
    step('parcel', 'pack', { body: () => ({}), onlyBody: true }),
    step('parcel', 'ship', {
      body: () => ({ tracking: { carrier: 'Correos', number: 'PQ1' } }),
      other: () => ({ tracking: { carrier: 'Correos', number: 'PQ2' } }),
    }),
    step('parcel', 'delivered', { body: () => ({}), onlyBody: true }),
    ...aside('coded'),
    {
      url: '/api/pos/pickups/:codedWork/extend-hold',
      headers,
      body: () => ({ days: 2 }),
      other: () => ({ days: 3 }),
    },
    {
      url: '/api/pos/pickups/hand-over',
      headers,
      body: () => ({ locationId: world.shop.valencia, code: id('codedCode') }),
      other: (body) => ({ ...body, handedOverTo: 'Eva' }),
    },
    ...aside('named'),
    {
      url: '/api/pos/pickups/:namedWork/hand-over',
      headers,
      body: () => ({ handedOverTo: 'Ana Gil' }),
      other: () => ({ handedOverTo: 'Eva Sanz' }),
    },
  ]
}

/** A unit that is not where it should be: the shop decides about one, the customer about another. */
function shortages(world: StepWorld, tools: StepTools): Step[] {
  const headers = () => world.owner
  const short = (name: string): Step[] => [
    channelOrder(world, tools, name, true),
    {
      url: `/api/admin/fulfillment/:${name}Work/short`,
      headers,
      prepare: workOf(world, name),
      keep: tools.keepId(`${name}Shortage`),
      body: () => ({ orderLineId: tools.id(`${name}Line`), units: 1 }),
      other: (body) => ({ ...body, units: 2 }),
    },
  ]
  const money = { body: () => ({ optionId: 'refund' }), other: () => ({ optionId: 'another' }) }
  return [
    ...short('missed'),
    { url: '/api/admin/shortages/:missedShortage/choose', headers, ...money },
    ...short('lost'),
    {
      url: '/api/store/shortages/:lostToken',
      // The link stands in the customer's mail and nowhere else.
      prepare: async (q) => {
        const mail = await q.one<{ body: string }>(sql`
          select text_body as body from platform.mail_message where text_body like '%/shortages/%' order by created_at desc, id desc limit 1`)
        world.kept['lostToken'] = /\/shortages\/([\w-]+)/.exec(mail.body)?.[1] ?? ''
      },
      ...money,
    },
  ]
}

/** Sold at a till with a part in cash: one part more at the till, the rest online. */
function moneyDue(world: StepWorld, tools: StepTools): Step[] {
  const { id } = tools
  const headers = () => world.owner
  const mail = {
    headers,
    body: () => ({ locationId: world.shop.valencia, email: 'ana@correo.es' }),
    other: (body: Row) => ({ ...body, email: 'eva@correo.es' }),
  }
  return [
    {
      url: '/api/pos/carts',
      headers,
      status: 201,
      keep: (body) => {
        tools.keepCart('part')(body)
        world.kept['partTotal'] = String(body['totalMinor'])
      },
      body: () => ({
        locationId: world.shop.valencia,
        lines: [{ variantId: world.shop.shirt, units: 2 }],
        contact: anna,
        delivery: { kind: 'pickup', locationId: world.shop.valencia },
      }),
      other: (body) => ({ ...body, note: 'otra nota' }),
    },
    {
      url: '/api/pos/carts/:part/place',
      headers,
      keep: tools.keepOrder('partSale'),
      body: () => ({
        expectedTotalMinor: Number(id('partTotal')),
        tenders: [{ method: 'cash', amountMinor: 1000 }],
        restOnline: true,
      }),
      other: (body) => ({ ...body, tenders: [{ method: 'cash', amountMinor: 2000 }] }),
    },
    {
      url: '/api/pos/orders/:partSale/payments',
      headers,
      body: () => ({ locationId: world.shop.valencia, tenders: [{ method: 'cash', amountMinor: 500 }] }),
      other: (body) => ({ ...body, tenders: [{ method: 'cash', amountMinor: 600 }] }),
    },
    {
      url: '/api/store/orders/:partSaleToken/pay',
      body: () => ({ cardToken: 'tok_ok' }),
      other: () => ({ cardToken: 'tok_slow' }),
    },
    { url: '/api/pos/orders/:sale/receipt/mail', ...mail },
    {
      url: '/api/pos/orders/:sale/returns/:return/receipt/mail',
      ...mail,
      prepare: async (q) => {
        const { id: found } = await q.one<{ id: string }>(
          sql`select id from orders.customer_return where order_id = ${world.kept['sale']}`,
        )
        world.kept['return'] = found
      },
    },
    {
      url: '/api/admin/orders/:market/notes',
      headers,
      status: 201,
      body: text('Llamar antes'),
      other: text('Llamar después'),
    },
    { url: '/api/admin/orders/:market/confirmation', headers },
  ]
}

function baskets(world: StepWorld, tools: StepTools): Step[] {
  const cart = (name: string): Step => ({
    url: '/api/store/carts',
    status: 201,
    keep: (body) => {
      tools.keepCart(name)(body)
      world.kept[`${name}Total`] = String(body['totalMinor'])
    },
    body: () => ({ lines: [{ variantId: world.shop.shirt, units: 1 }], contact: anna, delivery: toAnna }),
    other: () => ({ lines: [{ variantId: world.shop.mug, units: 1 }] }),
  })
  return [
    cart('left'),
    cart('right'),
    {
      url: '/api/store/carts/:left/merge',
      headers: tools.cartOf('left'),
      body: () => ({ token: tools.id('rightToken') }),
      other: () => ({ token: 'x'.repeat(43) }),
    },
    {
      url: '/api/pos/carts/:left/claim',
      headers: () => world.owner,
      body: () => ({ locationId: world.shop.valencia }),
      other: () => ({ locationId: world.shop.madrid }),
    },
    cart('paged'),
    {
      url: '/api/store/carts/:paged/place',
      headers: tools.cartOf('paged'),
      body: () => ({ expectedTotalMinor: Number(tools.id('pagedTotal')), payment: {} }),
      other: (body) => ({ ...body, payment: { cardToken: 'tok_ok' } }),
    },
    {
      url: '/api/store/payments/:payment/confirm',
      // One that was captured: the provider of these tests lives in the server, and forgets open ones when it is killed.
      prepare: async (q) => {
        const { id } = await q.one<{ id: string }>(sql`
          select id from payments.payment where order_id = ${world.kept['partSale']} and method = 'card_online' and status = 'captured'`)
        world.kept['payment'] = id
      },
    },
  ]
}
