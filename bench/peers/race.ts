import { LoadClient } from '../lib/load.ts'
import { Refused, type Shop, type Stock, skuOf } from './shop.ts'
import { pause } from './wait.ts'

/** `sold`: orders that were acknowledged; `orders` and `stock`: what the database says afterwards. */
export type Race = {
  units: number
  buyers: number
  sold: number
  refused: number
  failed: number
  /** The most frequent word of those that were not served. */
  word: string
  orders: number
  stock: Stock
  seconds: number
}

const units = 50
const places = 5
let raced = 960

/** Many buyers come at once for 50 units of one SKU, ten in each of five places, each with a storefront's whole flow. Nobody tries again. */
export async function raceForTheLast(shop: Shop, buyers: number): Promise<Race> {
  const sku = skuOf(raced++, 1)
  await shop.setStock(sku, units / places)
  const before = await shop.orderCount()
  const client = new LoadClient(shop.origin, buyers, { timeoutMs: 600_000 })
  const words = new Map<string, number>()
  let [sold, refused, failed] = [0, 0, 0]
  const began = performance.now()
  await Promise.all(
    Array.from({ length: buyers }, async (_, n) => {
      try {
        await shop.order.run(client, sku, 1_000_000 + n)
        sold += 1
      } catch (error) {
        if (error instanceof Refused) refused += 1
        else failed += 1
        const word = String(error instanceof Error ? error.message : error).slice(0, 120)
        words.set(word, (words.get(word) ?? 0) + 1)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  await pause(2000)
  const [word = ''] = [...words].toSorted(([, a], [, b]) => b - a)[0] ?? []
  const orders = (await shop.orderCount()) - before
  await client.close()
  return { units, buyers, sold, refused, failed, word, orders, stock: await shop.stockOf(sku), seconds }
}
