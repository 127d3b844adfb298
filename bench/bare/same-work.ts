import type { FastifyInstance } from 'fastify'
import pg from 'pg'

const text = { type: 'string', maxLength: 200 }
const contact = {
  type: 'object',
  required: ['name', 'email', 'phone'],
  additionalProperties: false,
  properties: { name: text, email: text, phone: text },
}
const order = {
  body: {
    type: 'object',
    required: ['variantId', 'contact', 'address'],
    additionalProperties: false,
    properties: { variantId: text, contact, address: { type: 'object' } },
  },
}
const channelOrder = {
  body: {
    type: 'object',
    required: ['externalRef', 'key', 'variantId', 'locationId', 'contact'],
    additionalProperties: false,
    properties: { externalRef: text, key: text, variantId: text, locationId: text, contact },
  },
}
type Order = { variantId: string; contact: object; address: object }
type ChannelOrder = { externalRef: string; key: string; variantId: string; locationId: string; contact: object }

/** Two routes that do the same work as Hilo, each by one durable call of one function (same-work.sql), on at most 10 connections. */
export function registerSameWork(app: FastifyInstance, databaseUrl: string): void {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
  // A connection that the server cuts while it is being closed has nobody else to tell.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  app.addHook('onClose', () => pool.end())
  app.post<{ Body: Order }>('/same-work/order', { schema: order }, async ({ body }, reply) => {
    const { rows } = await pool.query<{ placed: object | null }>({
      name: 'same-work',
      text: 'select same_work.place_order($1, $2::jsonb, $3::jsonb) as placed',
      values: [body.variantId, JSON.stringify(body.contact), JSON.stringify(body.address)],
    })
    return rows[0]?.placed ?? reply.code(409).send({ code: 'sold_out' })
  })
  app.post<{ Body: ChannelOrder }>('/same-work/channel-order', { schema: channelOrder }, async ({ body }, reply) => {
    const { externalRef, key, variantId, locationId } = body
    const { rows } = await pool.query<{ placed: object | null }>({
      name: 'same-work-channel',
      text: `select same_work.place_channel_order('marketplace', $1, $2, $3, $4, $5::jsonb) as placed`,
      values: [externalRef, key, variantId, locationId, JSON.stringify(body.contact)],
    })
    return rows[0]?.placed ?? reply.code(409).send({ code: 'sold_out' })
  })
}
