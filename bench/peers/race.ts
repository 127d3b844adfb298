import { PoliteClient } from './polite.ts'
import { Refused, type Shop, type Stock, skuOf } from './shop.ts'
import { pause } from './wait.ts'

/** `sold`: orders that were acknowledged; `orders` and `stock`: what the database says afterwards. */
export type Race = {
  units: number
  buyers: number
  sold: number
  refused: number
  failed: number
  /** Answers that said to come back later (503 or 429 with Retry-After); the buyer did, and was served, refused or neither in the end. */
  sentAway: number
  /** Buyers who knew nothing when the time was up; 0 when the race ended by itself. */
  waiting: number
  limitMinutes: number
  /** The most frequent word of those that were not served. */
  word: string
  orders: number
  stock: Stock
  seconds: number
}

const units = 50
const places = 5
/** Nobody waits longer than this for a shop; with some systems the last buyer would. */
const limitMinutes = 5
let raced = 960

/**
 * Many buyers come at once for 50 units of one SKU, ten in each of five places, each with a storefront's whole flow. Who is told when to
 * come back (Retry-After) does so; who is told no, or gets an error, goes. After five minutes whoever is left goes, too.
 */
export async function raceForTheLast(shop: Shop, buyers: number): Promise<Race> {
  const sku = skuOf(raced++, 1)
  await shop.setStock(sku, units / places)
  const before = await shop.orderCount()
  const client = new PoliteClient(shop.origin, buyers, { timeoutMs: limitMinutes * 60_000 })
  const words = new Map<string, number>()
  let [sold, refused, failed, waiting] = [0, 0, 0, buyers]
  let isOver = false
  const buy = async (n: number) => {
    const outcome = await shop.order.run(client, sku, 1_000_000 + n).then(
      () => null,
      (error: unknown) => error ?? new Error('no reason given'),
    )
    if (isOver) return
    waiting -= 1
    if (outcome === null) sold += 1
    else if (outcome instanceof Refused) refused += 1
    else failed += 1
    if (outcome === null) return
    const word = String(outcome instanceof Error ? outcome.message : outcome).slice(0, 120)
    words.set(word, (words.get(word) ?? 0) + 1)
  }
  const began = performance.now()
  const all = Promise.all(Array.from({ length: buyers }, (_, n) => buy(n)))
  await Promise.race([all, pause(limitMinutes * 60_000, { isWaitedFor: false })])
  isOver = true
  const seconds = (performance.now() - began) / 1000
  await client.giveUp()
  await all
  await pause(2000)
  const [word = ''] = [...words].toSorted(([, a], [, b]) => b - a)[0] ?? []
  const orders = (await shop.orderCount()) - before
  const counts = { units, buyers, sold, refused, failed, waiting, sentAway: client.sentAway, limitMinutes }
  return { ...counts, word, orders, stock: await shop.stockOf(sku), seconds }
}
