import Fastify from 'fastify'
import pg from 'pg'

/** The bare limit: one Fastify route doing one durable order function call, and one reading availability. Nothing else. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
const app = Fastify({ logger: false })

const text = { type: 'string', maxLength: 200 }
const order = {
  body: {
    type: 'object',
    required: ['sku', 'location', 'units', 'email', 'address'],
    additionalProperties: false,
    properties: {
      sku: { type: 'integer' },
      location: { type: 'integer' },
      units: { type: 'integer', minimum: 1 },
      email: text,
      address: { type: 'object' },
    },
  },
}
type Order = { sku: number; location: number; units: number; email: string; address: object }

app.post<{ Body: Order }>('/order', { schema: order }, async ({ body }, reply) => {
  const { rows } = await pool.query<{ id: string | null }>({
    name: 'place',
    text: 'select bare.place_order($1::int, $2::int, $3::int, $4, $5::jsonb) as id',
    values: [body.sku, body.location, body.units, body.email, JSON.stringify(body.address)],
  })
  if (rows[0]?.id === null) reply.code(409)
  return { id: rows[0]?.id }
})
/** The same SQL on the same tables as Hilo's own answer, without anything around it. */
app.get<{ Params: { variant: string } }>('/availability/:variant', async ({ params }) => {
  const { rows } = await pool.query({
    name: 'avail',
    text: `select location_id, greatest(0, on_hand - allocated - reserved - safety_stock)::int as atp from inventory.stock_level where variant_id = $1`,
    values: [params.variant],
  })
  return { variant: params.variant, places: rows }
})
app.get('/json', async () => ({ ok: true }))

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
process.send?.('ready')
