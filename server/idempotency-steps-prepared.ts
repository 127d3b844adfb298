/** The POSTs of a day at a shop that need something prepared: work in the stock room, money still due, files, what people must settle. */
import { Webhook } from 'standardwebhooks'
import { keysOf } from './connectors/payment-simulator/index.ts'
import { openCustomerSession, resolvePerson } from './customers/index.ts'
import type { Row, Step, StepWorld } from './idempotency-steps.ts'
import { anna, toAnna } from './orders/testing.ts'
import type { Clock } from './platform/clock.ts'
import type { Db, Queryable } from './platform/db.ts'
import { sql } from './platform/sql.ts'

export type StepTools = {
  id(name: string): string
  keepId(name: string, field?: string): (body: Row) => void
  keepCart(name: string): (body: Row) => void
  keepOrder(name: string): (body: Row) => void
  cartOf(name: string): () => Record<string, string>
}

/** The cookie of a customer who is signed in. */
export async function customerCookie(db: Db, clock: Clock, email: string): Promise<Record<string, string>> {
  const token = await db.transaction(async (tx) => {
    const { personId } = await resolvePerson(tx, clock, {
      identities: [{ kind: 'email', value: email, proof: 'code' }],
      source: 'test',
    })
    return openCustomerSession(tx, clock, personId)
  })
  return { cookie: `hilo_customer=${token}` }
}

/** Everything that waits for its turn until the shop has sold something. */
export function preparedSteps(world: StepWorld, tools: StepTools): Step[] {
  return [
    ...stockRoom(world, tools),
    ...shortages(world, tools),
    ...moneyDue(world, tools),
    ...baskets(world, tools),
    ...toSettle(world, tools),
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
      keep: (body) => void (world.kept['payment'] = (body['next'] as { paymentId: string }).paymentId),
      body: () => ({ expectedTotalMinor: Number(tools.id('pagedTotal')), payment: {} }),
      other: (body) => ({ ...body, payment: { cardToken: 'tok_ok' } }),
    },
    { url: '/api/store/payments/:payment/confirm' },
  ]
}

/** What a person must decide: planted as the machine leaves it behind. */
function toSettle(world: StepWorld, tools: StepTools): Step[] {
  const headers = () => world.owner
  const { kept } = world
  return [
    {
      url: '/api/admin/stock-conflicts/:conflict/settle',
      headers,
      prepare: async (q, clock) => {
        kept['conflict'] = 'con_0planted'
        await q.run(sql`
          insert into inventory.stock_conflict (id, variant_id, location_id, units, reference, actor_id, at)
          values ('con_0planted', ${world.shop.mug}, ${world.shop.valencia}, 1, ${kept['sale']}, 'system:test', ${clock.now()})`)
        await q.run(sql`
          update inventory.stock_level set conflicted = conflicted + 1
           where variant_id = ${world.shop.mug} and location_id = ${world.shop.valencia}`)
      },
      body: () => ({ how: 'cleared', note: 'no está' }),
      other: () => ({ how: 'cleared', note: 'no aparece' }),
    },
    {
      url: '/api/admin/payments/attention/:silent/settle',
      headers,
      status: 204,
      prepare: async (q, clock) => {
        kept['silent'] = 'pay_0planted'
        await q.run(sql`
          insert into payments.payment (id, order_id, method, provider, amount_minor, currency, status, checks, created_at, updated_at)
          values ('pay_0planted', 'ord_0planted', 'card_online', 'simulator', 100, 'EUR', 'unknown', 30, ${clock.now()}, ${clock.now()})`)
      },
      body: () => ({ outcome: 'voided', note: 'no consta' }),
      other: () => ({ outcome: 'voided', note: 'anulado allí' }),
    },
    {
      url: '/api/admin/customers/duplicates/:pair',
      headers,
      prepare: async (q, clock) => {
        kept['pair'] = 'dup_0planted'
        await q.run(
          sql`insert into customers.person (id, name, created_at) values ('per_0a', 'Uno', ${clock.now()}), ('per_0b', 'Dos', ${clock.now()})`,
        )
        await q.run(sql`
          insert into customers.link_proposal (id, person_a, person_b, score, evidence, status, created_at)
          values ('dup_0planted', 'per_0a', 'per_0b', 50, '[]', 'open', ${clock.now()})`)
      },
      body: () => ({ decision: 'dismiss' }),
      other: () => ({ decision: 'dismiss', reason: 'son dos' }),
    },
    {
      url: '/api/admin/webhooks/:hook/deliveries/:delivery/replay',
      headers,
      status: 202,
      prepare: async (q, clock) => {
        kept['delivery'] = 'whe_0planted'
        await q.run(sql`
          insert into platform.webhook_delivery (id, endpoint_id, event_seq, status, created_at)
          values ('whe_0planted', ${kept['hook']}, 0, 'failed', ${clock.now()})`)
      },
    },
    {
      url: '/api/admin/locations',
      headers,
      status: 201,
      body: () => ({
        code: 'SEV',
        kind: 'shop',
        name: 'Sevilla',
        address: { line1: 'Calle Sierpes 1', postalCode: '41004', city: 'Sevilla', country: 'ES' },
        latitude: 37.39,
        longitude: -5.99,
      }),
      other: (body) => ({ ...body, name: 'Sevilla Centro' }),
    },
    { url: '/api/admin/system/checks', headers, status: 202, body: () => ({}), onlyBody: true },
    {
      url: '/api/payments/webhooks/simulator',
      status: 204,
      raw: () => notice(world, 'msg_1'),
      otherRaw: () => notice(world, 'msg_2'),
    },
  ]
}

/** A notice as the provider signs it. */
function notice({ secret, kept }: StepWorld, eventId: string): { headers: Record<string, string>; payload: Buffer } {
  const payload = JSON.stringify({ type: 'payment.captured', data: { key: kept['payment'], about: eventId } })
  const at = new Date()
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': eventId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(keysOf(secret).webhookSecret).sign(eventId, at, payload),
    },
    payload: Buffer.from(payload),
  }
}

function form(file: { name: string; type: string; content: Buffer }, fields: Record<string, string> = {}) {
  const boundary = 'onehilofile'
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: ${file.type}\r\n\r\n`
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(parts.join('') + head), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

/** One pixel each. */
const pictures = [
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
]
const picture = (at: number) => () =>
  form({ name: 'foto.png', type: 'image/png', content: Buffer.from(pictures[at] ?? '', 'base64') })
/** Articles that do not exist: the import runs and changes no stock. */
const stockFile = (sku: string) => () =>
  form(
    { name: 'stock.csv', type: 'text/csv', content: Buffer.from(`sku,location,on_hand\n${sku},VLC,1\n`) },
    { kind: 'stock', format: 'hilo-stock-csv' },
  )

function files(world: StepWorld, tools: StepTools): Step[] {
  const headers = () => world.owner
  const upload = (name: string, sku: string): Step => ({
    url: '/api/admin/imports',
    headers,
    status: 201,
    keep: (body) => void (world.kept[name] = String(body['runId'] ?? body['id'])),
    raw: stockFile(sku),
    otherRaw: stockFile(`${sku}-2`),
  })
  return [
    upload('import', 'NO-1'),
    {
      url: '/api/admin/imports/:import/start',
      headers,
      body: () => ({}),
      other: () => ({ options: { place: 'VLC' } }),
      settled: async (q) => {
        const run = await q.one<{ status: string }>(
          sql`select status from platform.import_run where id = ${tools.id('import')}`,
        )
        return run.status !== 'running'
      },
    },
    upload('unwanted', 'NO-2'),
    { url: '/api/admin/imports/:unwanted/cancel', headers },
    {
      url: '/api/admin/products/:product/media',
      headers,
      status: 201,
      raw: picture(0),
      otherRaw: picture(1),
    },
  ]
}

function customers(world: StepWorld, tools: StepTools): Step[] {
  const own = () => world.customer
  return [
    {
      url: '/api/store/sign-in',
      body: () => ({ email: 'luz@correo.es' }),
      other: () => ({ email: 'paz@correo.es' }),
    },
    {
      url: '/api/store/account/consents',
      headers: own,
      body: () => ({ purpose: 'marketing', channel: 'email', granted: true, wording: 'Sí, quiero' }),
      other: (body) => ({ ...body, granted: false }),
    },
    {
      url: '/api/store/account/addresses',
      headers: own,
      status: 201,
      body: () => ({ line1: 'Calle Mayor 1', postalCode: '46001', city: 'Valencia' }),
      other: (body) => ({ ...body, line1: 'Calle Menor 2' }),
    },
    { url: '/api/store/sign-out', headers: () => world.leaving, status: 204 },
    {
      url: '/api/admin/customers',
      headers: () => world.owner,
      status: 201,
      keep: tools.keepId('erased'),
      body: () => ({ name: 'Quien se va' }),
      other: () => ({ name: 'Quien se queda' }),
    },
    {
      url: '/api/admin/customers/:erased/erase',
      headers: () => world.owner,
      body: () => ({ reason: 'Lo pidió' }),
      other: () => ({ reason: 'Lo pidió por escrito' }),
    },
  ]
}
