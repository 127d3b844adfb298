import { type Cost, costOf } from './lib/cost.ts'
import { bareOrder, channelOrder, shopperFlow } from './lib/flows.ts'
import { closedLoop, type Figure, LoadClient, medianRun } from './lib/load.ts'
import { sameWorkChannelOrder, sameWorkOrder } from './lib/same-work.ts'
import type { Systems } from './lib/systems.ts'

/**
 * `name`: the stable name of the figure; `ratio`: Hilo's rate over the bare one's, of the same run; `sameWorkRatio`: over that of one
 * function that leaves the same rows, where there is one.
 */
export type Row = {
  name?: string
  text: string
  buyers: number
  hilo: Figure
  bare: Figure
  ratio: number
  sameWork?: Figure
  sameWorkRatio?: number
}
export type Plan = { seconds: number; runs: number }
type Operation = (n: number) => Promise<void>
type Pair = { hilo: Operation; bare: Operation; sameWork?: Operation }

const pages = 1000
const page = (n: number) => `/products/producto-${1 + (n % pages)}`

/** Order placement (whole flow, one call, one hot SKU), availability and product page, each in turn with the bare route. */
export async function measureOrders(systems: Systems, plan: Plan, say: (text: string) => void): Promise<Row[]> {
  const hilo = new LoadClient(systems.hiloUrl, 64)
  const bare = new LoadClient(systems.bareUrl, 64)
  const { variantIds, locationIds, channelKey: key } = systems
  const variant = (n: number) => variantIds[(n * 7919) % variantIds.length] ?? ''
  const location = (n: number) => locationIds[1 + (n % (locationIds.length - 1))] ?? ''
  const hot = { variantId: variantIds[0] ?? '', locationId: locationIds[1] ?? '' }
  const spread: Operation = (n) => bareOrder(bare, (n * 7919) % 4000, n)
  const pairs: { name?: string; text: string; buyers: number[]; pair: Pair; first?: () => Promise<void> }[] = [
    {
      name: 'order_flow',
      text: 'Order, all three calls of a shopper',
      buyers: [1, 8, 32],
      pair: {
        hilo: (n) => shopperFlow(hilo, variant(n), n),
        bare: spread,
        sameWork: (n) => sameWorkOrder(bare, variant(n), n),
      },
    },
    {
      name: 'order_one_call',
      text: 'Order of a trusted channel, one call',
      buyers: [1, 8, 32],
      pair: {
        hilo: (n) => channelOrder(hilo, { variantId: variant(n), locationId: location(n), key }, n),
        bare: spread,
        sameWork: (n) => sameWorkChannelOrder(bare, { variantId: variant(n), locationId: location(n) }, n),
      },
    },
    {
      name: 'hot_sku',
      text: 'Order of a trusted channel, everybody on one variant',
      buyers: [32],
      pair: {
        hilo: (n) => channelOrder(hilo, { ...hot, key }, n),
        bare: (n) => bareOrder(bare, 0, n * 5),
        sameWork: (n) => sameWorkChannelOrder(bare, hot, n),
      },
    },
    {
      name: 'availability',
      text: 'Availability of one variant in 5 places',
      buyers: [32],
      pair: {
        hilo: (n) => ok(hilo, `/api/store/availability?variants=${variant(n)}`),
        bare: (n) => ok(bare, `/availability/${variant(n)}`),
      },
    },
    {
      name: 'product_page',
      text: 'Product page as HTML, all 1,000 in turn, each visited before (bare: the product as JSON)',
      buyers: [8],
      first: () => everyPageOnce(hilo),
      pair: { hilo: (n) => ok(hilo, page(n)), bare: (n) => ok(bare, page(n)) },
    },
    {
      name: 'product_page_fixed',
      text: 'The same beside a bare route that reads nothing and says {"ok":true}',
      buyers: [8],
      pair: { hilo: (n) => ok(hilo, page(n)), bare: () => ok(bare, '/json') },
    },
  ]
  const rows: Row[] = []
  for (const { name, text, buyers, pair, first } of pairs) {
    await first?.()
    for (const count of buyers) {
      say(`${text}, ${count} at once`)
      const row = await measurePair({ text, buyers: count, pair, plan })
      rows.push(count === buyers.at(-1) && name ? { name, ...row } : row)
    }
  }
  await hilo.close()
  await bare.close()
  return rows
}

/** Statements, transactions and log of the database for one order, one after the other on an idle system. */
export async function measureCosts(systems: Systems, say: (text: string) => void): Promise<Cost[]> {
  const hilo = new LoadClient(systems.hiloUrl, 4)
  const { variantIds, locationIds, channelKey: key, databaseUrl } = systems
  const variant = (n: number) => variantIds[(n * 7919) % variantIds.length] ?? ''
  const location = (n: number) => locationIds[1 + (n % (locationIds.length - 1))] ?? ''
  say('what one order costs the database')
  const flow = await costOf(databaseUrl, {
    text: 'Order, all three calls of a shopper',
    operation: (n) => shopperFlow(hilo, variant(n), n),
  })
  const channel = await costOf(databaseUrl, {
    text: 'Order of a trusted channel, one call',
    operation: (n) => channelOrder(hilo, { variantId: variant(n), locationId: location(n), key }, n),
  })
  await hilo.close()
  return [flow, channel]
}

/** Turn and turn about, so that a machine that slows down slows all. */
async function measurePair({
  text,
  buyers,
  pair,
  plan,
}: {
  text: string
  buyers: number
  pair: Pair
  plan: Plan
}): Promise<Row> {
  const operations = [pair.hilo, pair.bare, ...(pair.sameWork ? [pair.sameWork] : [])]
  for (const operation of operations) await closedLoop(operation, { buyers, seconds: 1 })
  const runs: Figure[][] = operations.map(() => [])
  for (let i = 0; i < plan.runs; i++)
    for (const [at, operation] of operations.entries())
      runs[at]?.push(await closedLoop(operation, { buyers, seconds: plan.seconds }))
  const [hilo, bare, sameWork] = runs.map(medianRun)
  if (!hilo || !bare) throw new Error('no run')
  const over = (limit: Figure) => (limit.rps === 0 ? 0 : hilo.rps / limit.rps)
  const row = { text, buyers, hilo, bare, ratio: over(bare) }
  return sameWork ? { ...row, sameWork, sameWorkRatio: over(sameWork) } : row
}

/** A shop whose pages somebody has seen this minute; what the first visitor of each waits for stands in `reads.ts`. */
async function everyPageOnce(client: LoadClient): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < pages) await ok(client, page(next++))
  }
  await Promise.all(Array.from({ length: 8 }, lane))
}

async function ok(client: LoadClient, path: string): Promise<void> {
  const { status } = await client.call('GET', path)
  if (status !== 200) throw new Error(`${path}: ${status}`)
}
