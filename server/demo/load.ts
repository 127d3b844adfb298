import type { Clock } from '#platform/clock'
import type { Db, Tx } from '#platform/db'
import { keepIssuer } from '#platform/issuer'
import { sql } from '#platform/sql'
import { demoHistory, freshOrders } from './history.ts'
import { loadCatalog } from './load/catalog.ts'
import { dayMs, type Loading, repeatableIds } from './load/context.ts'
import { loadEvents, type PastEvent } from './load/events.ts'
import { loadLivingThings } from './load/living.ts'
import { loadPeople } from './load/people.ts'
import { loadPlaces } from './load/places.ts'
import { priceFact } from './load/price-order.ts'
import { loadPrices, promotionsForPricing } from './load/prices.ts'
import { receiptsFor } from './load/receipts.ts'
import { addOrder } from './load/trade.ts'
import { emptyTrade } from './load/trade-rows.ts'
import { visitEvents } from './load/visits.ts'
import { writeStock, writeTrade } from './load/write-trade.ts'
import { type DemoPerson, demoPeople } from './people.ts'
import { type DemoPlace, demoPlaces } from './places.ts'
import { type DemoProduct, demoProducts } from './products/index.ts'
import { makeDice } from './seed.ts'
import { demoStock } from './stock.ts'

export type LoadDemo = {
  clock: Clock
  /** Same seed and same day, same shop: people, orders and stock; only pickup codes are drawn anew. */
  seed?: number
  /** Told after each step. */
  onProgress?: (done: number, total: number) => void
}
export type DemoLoaded = { status: 'loaded' | 'already_loaded'; products: number; people: number; orders: number }

const settingKey = 'demo.loaded'
/** No company has a number of the series 00, so this one is nobody's. */
const issuer = { name: 'Lino y Sal Comercio, S.L.', taxId: 'B00123455' }
const steps = 8

/**
 * Fills an empty, migrated database with the retailer Lino y Sal, in one transaction: all of it or nothing. The only code that
 * writes the tables of several modules, because no module takes four months of trade in one call; every law holds afterwards
 * (`hilo verify`). A second call changes nothing.
 * @throws Error when the database already sells other goods
 */
export async function loadDemo(db: Db, { clock, seed = 7, onProgress }: LoadDemo): Promise<DemoLoaded> {
  const result = await db.transaction(async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(hashtext('hilo.demo'))`)
    const before = await tx.maybeOne<{ value: Omit<DemoLoaded, 'status'> }>(sql`
      select value from platform.setting where key = ${settingKey}`)
    if (before) return { ...before.value, status: 'already_loaded' as const }
    const { used } = await tx.one<{ used: boolean }>(sql`
      select exists (select from catalog.product) or exists (select from inventory.location) as used`)
    if (used) throw new Error('The demo retailer needs an empty database; this one has products or places already.')
    const loaded = await fill(tx, clock, seed, onProgress)
    await keepIssuer(tx, clock, issuer)
    await tx.run(sql`
      insert into platform.setting (key, value, updated_at) values (${settingKey}, ${JSON.stringify(loaded)}::jsonb, ${clock.now()})`)
    return { ...loaded, status: 'loaded' as const }
  })
  // Without fresh statistics the first questions would be planned for empty tables.
  if (result.status === 'loaded') await db.script('analyze')
  onProgress?.(steps, steps)
  return result
}

async function fill(
  tx: Tx,
  clock: Clock,
  seed: number,
  onProgress: LoadDemo['onProgress'],
): Promise<Omit<DemoLoaded, 'status'>> {
  const dice = makeDice(seed)
  const nowMs = clock.now().getTime()
  const loading: Loading = {
    tx,
    clock,
    nowMs,
    dice: dice.fork('details'),
    id: repeatableIds(dice.fork('ids')),
    placeIds: new Map(),
    variants: new Map(),
    collectionIds: new Map(),
    promotionIds: new Map(),
    personIds: new Map(),
  }
  const products = demoProducts()
  const people = demoPeople(dice.fork('people'))
  const places = demoPlaces(yearsAround(nowMs))
  let done = 0
  const step = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    onProgress?.(++done, steps)
    return result
  }
  await step(loadPlaces(loading, places))
  await step(loadCatalog(loading, products))
  await step(loadPrices(loading))
  const consentEvents = await step(loadPeople(loading, people))
  const trade = await step(loadTrade(loading, { dice, people, places, products }))
  await step(loadEvents(loading, [...consentEvents, ...visitEvents(loading, people, places), ...trade.events]))
  await step(loadLivingThings(loading, people))
  return { products: products.length, people: people.length, orders: trade.orders }
}

/** Calendar years that opening hours must know: from the oldest order to a year ahead. */
function yearsAround(nowMs: number): number[] {
  const year = new Date(nowMs).getUTCFullYear()
  return new Date(nowMs - 200 * dayMs).getUTCFullYear() < year ? [year - 1, year, year + 1] : [year, year + 1]
}

type Cast = { dice: ReturnType<typeof makeDice>; people: DemoPerson[]; places: DemoPlace[]; products: DemoProduct[] }

async function loadTrade(
  loading: Loading,
  { dice, people, places, products }: Cast,
): Promise<{ events: PastEvent[]; orders: number }> {
  const input = { dice: dice.fork('history'), nowMs: loading.nowMs, people, places, products }
  const facts = [...demoHistory(input), ...freshOrders(input)].toSorted((left, right) => left.atMs - right.atMs)
  const promotions = promotionsForPricing(loading)
  const cast = {
    people: new Map(people.map((person) => [person.key, person])),
    places: new Map(places.map((place) => [place.code, place])),
  }
  const trade = emptyTrade()
  for (const fact of facts) addOrder(loading, trade, priceFact(loading, fact, promotions), cast)
  const stock = demoStock(dice.fork('stock'), products, places)
  const movements = [...trade.movements, ...receiptsFor(loading, trade, stock)]
  const safety = stock.map(({ sku, place, safetyStock }) => ({
    variantId: loading.variants.get(sku)?.id ?? '',
    locationId: loading.placeIds.get(place) ?? '',
    safetyStock,
  }))
  await writeTrade(loading, trade)
  await writeStock(loading, { movements, allocations: trade.allocations }, safety)
  return { events: trade.events, orders: facts.length }
}
