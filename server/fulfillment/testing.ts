import type { FulfillmentOrderBody } from '@hilo/contract'
import type { FastifyInstance } from 'fastify'
import { allocate } from '#inventory'
import type { Actor } from '#platform/actor'
import { createBase } from '#platform/app-base'
import { newId } from '#platform/ids'
import { authorize } from '#platform/permissions'
import { sql } from '#platform/sql'
import type { TestDatabase } from '#platform/testing'
import { aPlace } from '../inventory/testing.ts'
import { createFulfillment } from './create.ts'
import { planSourcing } from './plan-sourcing.ts'
import { registerFulfillmentRoutes } from './routes.ts'
import { fulfillmentOf } from './views.ts'

export const owner: Extract<Actor, { kind: 'staff' }> = {
  kind: 'staff',
  memberId: 'mbr_1',
  name: 'Eva',
  role: 'owner',
  allPlaces: true,
  locationIds: [],
  language: 'es',
}

export type Reply = { status: number; body: Record<string, unknown> & FulfillmentOrderBody }
export type Workshop = {
  app: FastifyInstance
  /** Who the next requests come from. */
  actor: Actor
  one: string
  two: string
  three: string
  /** SKU of the newest article is `SKU-<made>`, its name `Camisa <made>`, and the newest order's number `H-<made>`. */
  made: number
  anArticle(): Promise<string>
  /** A placed order of one article for pickup: planned, allocated and put to work as the orders module does it. */
  anOrder(
    variantId: string,
    more?: { shop?: string; units?: number; email?: string },
  ): Promise<{ orderId: string; id: string; code: string }>
  post(url: string, body: object): Promise<Reply>
  work(id: string, what: string, body?: object): Promise<Reply>
  mails(like: string): Promise<{ subject: string; text: string; html: string }[]>
  viewOf(orderId: string): Promise<FulfillmentOrderBody[]>
}

/** Three shops (Valencia, Castellón, Sevilla) with the module's HTTP face, for tests. */
export async function aWorkshop(t: TestDatabase): Promise<Workshop> {
  const app = await createBase({
    logLevel: 'silent',
    trustProxy: false,
    publicUrl: 'https://tienda.test',
    ratePerMinute: 100_000,
  })
  const shop: Workshop = {
    app,
    actor: owner,
    one: (await aPlace(t.db, { name: 'Tienda 1', latitude: 39.47, longitude: -0.37 })).id,
    two: (await aPlace(t.db, { name: 'Tienda 2', latitude: 39.98, longitude: -0.04 })).id,
    three: (await aPlace(t.db, { name: 'Tienda 3', latitude: 37.39, longitude: -5.99 })).id,
    made: 0,
    anArticle: async () => {
      shop.made += 1
      const variantId = newId('var')
      const title = JSON.stringify({ es: `Camisa ${shop.made}`, en: `Shirt ${shop.made}` })
      await t.db.run(
        sql`insert into catalog.product (id, handle, title) values (${`prd_${shop.made}`}, ${`camisa-${shop.made}`}, ${title}::jsonb)`,
      )
      await t.db.run(
        sql`insert into catalog.variant (id, product_id, sku) values (${variantId}, ${`prd_${shop.made}`}, ${`SKU-${shop.made}`})`,
      )
      return variantId
    },
    anOrder: (variantId, { shop: locationId = shop.one, units = 1, email = 'ana@correo.es' } = {}) =>
      placed(t, { variantId, locationId, units, email, number: `H-${shop.made}` }),
    post: async (url, payload) => {
      const reply = await app.inject({ method: 'POST', url, payload })
      return { status: reply.statusCode, body: reply.json() }
    },
    work: (id, what, body = {}) => shop.post(`/api/admin/fulfillment/${id}/${what}`, body),
    mails: (like) =>
      t.db.many(sql`
        select subject, text_body as text, html_body as html from platform.mail_message where dedupe_key like ${like} order by created_at, id`),
    viewOf: (orderId) => fulfillmentOf(t.db, orderId, { clock: t.clock }),
  }
  app.addHook('onRequest', async (request) => {
    request.actor = shop.actor
  })
  registerFulfillmentRoutes(app, { db: t.db, clock: t.clock, authorize }, { publicUrl: 'https://tienda.test' })
  return shop
}

async function placed(
  t: TestDatabase,
  {
    variantId,
    locationId,
    units,
    email,
    number,
  }: { variantId: string; locationId: string; units: number; email: string; number: string },
): Promise<{ orderId: string; id: string; code: string }> {
  const orderId = newId('ord')
  const line = { lineId: `lin_${orderId}`, variantId, units }
  await t.db.transaction(async (tx) => {
    const plan = await planSourcing(tx, {
      clock: t.clock,
      channelId: 'web',
      lines: [line],
      delivery: { kind: 'pickup', locationId },
    })
    if (!plan.feasible) throw new Error(`no plan: ${plan.reason.en}`)
    const lines = plan.groups.flatMap((group) =>
      group.lines.map((l) => ({ orderLineId: l.lineId, variantId, units: l.units, locationId: l.fromLocationId })),
    )
    await allocate(tx, t.clock, { orderId, lines })
    const order = { id: orderId, number, personId: null, contact: { name: 'Ana Gil', email }, language: 'es' as const }
    await createFulfillment(tx, t.clock, { order, plan, lines: {} })
  })
  const [view] = await fulfillmentOf(t.db, orderId)
  return { orderId, id: view?.id ?? '', code: view?.pickupCode ?? '' }
}
