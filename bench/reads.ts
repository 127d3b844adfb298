import { closedLoop, type Figure, LoadClient, medianRun } from './lib/load.ts'
import { availabilityAsked, type Operation, ok, timed } from './lib/reading.ts'
import type { Systems } from './lib/systems.ts'
import type { Plan, Row } from './orders.ts'

/**
 * What shoppers read, each in turn with a bare Fastify route that runs the same SQL on the same tables: availability, lists, one product,
 * and the product page beside the bare reading of the product it shows.
 */
export async function measureReads(systems: Systems, plan: Plan, say: (text: string) => void): Promise<Row[]> {
  const hilo = new LoadClient(systems.hiloUrl, 64)
  const bare = new LoadClient(systems.bareUrl, 64)
  const { variantIds } = systems
  const variant = (n: number) => variantIds[(n * 7919) % variantIds.length] ?? ''
  const handle = (n: number) => `producto-${1 + ((n * 7919) % 1000)}`
  const oneVariant: Operation = (n) => ok(bare, `/availability/${variant(n)}`)
  const oneProduct: Operation = (n) => ok(bare, `/products/${handle(n)}`)
  const pairs: { name: string; text: string; hilo: Operation; bare: Operation }[] = [
    {
      name: 'read_availability',
      text: 'Availability of one variant over all places',
      hilo: (n) => ok(hilo, availabilityAsked([variant(n)])),
      bare: oneVariant,
    },
    {
      name: 'read_stock_map',
      text: 'Stock map of a product page, 20 variants (bare: 1)',
      hilo: (n) => ok(hilo, availabilityAsked(Array.from({ length: 20 }, (_, at) => variant(n * 20 + at)))),
      bare: oneVariant,
    },
    {
      name: 'read_product_list',
      text: 'Product list, first page of 1,000 with filters and counts',
      hilo: () => ok(hilo, '/api/store/products'),
      bare: () => ok(bare, '/products'),
    },
    {
      name: 'read_product_list_first',
      text: 'Product list, not asked before, sorted by price',
      hilo: (n) => ok(hilo, `/api/store/products?sort=price_asc&maxPrice=${100_000 + n}`),
      bare: () => ok(bare, '/products'),
    },
    {
      name: 'read_product',
      text: 'One of 1,000 products with what goes with it',
      hilo: (n) => ok(hilo, `/api/store/products/${handle(n)}`),
      bare: oneProduct,
    },
    {
      name: 'read_product_page',
      text: 'Product page as HTML, one of 20 much visited',
      hilo: (n) => ok(hilo, `/products/${handle(n % 20)}`),
      bare: oneProduct,
    },
    {
      name: 'read_product_page_first',
      text: 'Product page as HTML, made anew each time',
      hilo: (n) => ok(hilo, `/products/${handle(n)}?visit=${timed()}-${n}`),
      bare: oneProduct,
    },
  ]
  // What a process learns once is learnt: every product asked for once.
  for (let n = 0; n < 1000; n++) await ok(hilo, `/api/store/products/${handle(n)}`)
  const rows: Row[] = []
  for (const { name, text, hilo: ofHilo, bare: ofBare } of pairs) {
    say(`${text}, 32 at once`)
    rows.push({ name, text, buyers: 32, ...(await inTurn(ofHilo, ofBare, plan)) })
  }
  await hilo.close()
  await bare.close()
  return rows
}

/** Turn and turn about, so that a machine that slows down slows both; the medians of each. */
async function inTurn(
  hilo: Operation,
  bare: Operation,
  { seconds, runs }: Plan,
): Promise<{ hilo: Figure; bare: Figure; ratio: number }> {
  const load = { buyers: 32, seconds }
  await closedLoop(hilo, { ...load, seconds: 1 })
  await closedLoop(bare, { ...load, seconds: 1 })
  const figures: { hilo: Figure; bare: Figure }[] = []
  for (let run = 0; run < runs; run++)
    figures.push({ hilo: await closedLoop(hilo, load), bare: await closedLoop(bare, load) })
  const [ofHilo, ofBare] = [medianRun(figures.map((each) => each.hilo)), medianRun(figures.map((each) => each.bare))]
  return { hilo: ofHilo, bare: ofBare, ratio: ofBare.rps === 0 ? 0 : ofHilo.rps / ofBare.rps }
}
