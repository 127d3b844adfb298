import Fastify from 'fastify'
import pg from 'pg'
import { registerSameWork } from './same-work.ts'

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
const cardColumns = `p.id, p.handle, p.title, p.kind, p.product_type, p.vendor, p.tags, p.tax_class, p.created_at, p.options,
  coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'optionValues', v.option_values) order by v.position, v.id)
     from catalog.variant v where v.product_id = p.id and v.status = 'active'), '[]') as variants,
  coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'url', m.picture, 'alt', m.alt) order by m.position, m.id)
     from catalog.media m where m.product_id = p.id and m.status = 'ready'), '[]') as pictures`
const prices = `select variant_id, amount_minor, markdown_minor, prior_minor from pricing.price where variant_id = any ($1)`
type Card = { id: string; variants: { id: string }[] }
const pricesOf = async (cards: readonly Card[]) =>
  (
    await pool.query({
      name: 'prices',
      text: prices,
      values: [cards.flatMap(({ variants }) => variants.map(({ id }) => id))],
    })
  ).rows

/** The first page of a list: cards of 24 products and their prices, the same SQL as Hilo's. */
app.get('/products', async () => {
  const { rows } = await pool.query<Card>({
    name: 'list',
    text: `select ${cardColumns} from catalog.product p
             join catalog.publication u on u.product_id = p.id and u.channel_id = 'web'
            where p.status = 'active' order by p.position, p.created_at desc, p.id limit 24`,
  })
  return { items: rows, prices: await pricesOf(rows) }
})
/** One product: its text, variants, pictures and prices by one statement; without what goes with it. */
app.get<{ Params: { handle: string } }>('/products/:handle', async ({ params }) => {
  const { rows } = await pool.query<Card>({
    name: 'detail',
    text: `select ${cardColumns}, p.description, p.facts,
             coalesce((select jsonb_agg(jsonb_build_object('variantId', x.variant_id, 'amountMinor', x.amount_minor,
                  'markdownMinor', x.markdown_minor, 'priorMinor', x.prior_minor))
               from catalog.variant v join pricing.price x on x.variant_id = v.id where v.product_id = p.id and v.status = 'active'), '[]') as prices
             from catalog.product p
            where p.handle = $1 and p.status = 'active'
              and exists (select 1 from catalog.publication u where u.product_id = p.id and u.channel_id = 'web')`,
    values: [params.handle],
  })
  return rows[0]
})
app.get('/json', async () => ({ ok: true }))

const sameWorkUrl = process.env['SAME_WORK_DATABASE_URL']
if (sameWorkUrl) registerSameWork(app, sameWorkUrl)

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
process.send?.('ready')
