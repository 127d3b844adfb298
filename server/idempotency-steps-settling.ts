/** The POSTs of a day at a shop for which something is planted: what people must settle, files, customers in their accounts. */
import { Webhook } from 'standardwebhooks'
import { keysOf } from './connectors/payment-simulator/index.ts'
import { openCustomerSession, resolvePerson } from './customers/index.ts'
import type { Step, StepWorld } from './idempotency-steps.ts'
import type { StepTools } from './idempotency-steps-prepared.ts'
import type { Clock } from './platform/clock.ts'
import type { Db } from './platform/db.ts'
import { sql } from './platform/sql.ts'

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

/** What a person must decide: planted as the machine leaves it behind. */
export function toSettle(world: StepWorld): Step[] {
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

/** What comes as a form with a file. */
export function files(world: StepWorld, tools: StepTools): Step[] {
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

/** A customer in their account, and one who is forgotten. */
export function customers(world: StepWorld, tools: StepTools): Step[] {
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
