import type { Client } from '@hilo/contract/client'
import { beforeAll } from 'vitest'
import { countTo, freeVariants, placesByCode, staffDevice } from './clients.ts'
import { articleOf } from './pos-steps.ts'
import { hilo, openStand } from './stand.ts'

export { browser, hilo } from './stand.ts'

/** Who runs the shops, from another device. */
export let manager: Client
/** The shop in which the tills of these tests stand, and the one they ask for goods. */
export let valencia: string
export let sevilla: string
/** When the tests of this file began: the demo's history has sales from before. */
export let began: Date
let variants: string[] = []

/** The stand of a till's tests: the system, a browser, a manager, and so many articles that nobody has in a basket or an order. */
export function openCounter(articles: number): void {
  openStand()
  beforeAll(async () => {
    began = new Date()
    manager = await staffDevice(hilo, 'manager')
    variants = await freeVariants(hilo, articles)
    const places = await placesByCode(hilo)
    valencia = places['VLC'] ?? ''
    sevilla = places['SVQ'] ?? ''
  })
}

/** The next of those articles, of which exactly these units are free in the shops named by code, and none elsewhere. */
export async function next(
  units: Record<string, number> = { VLC: 5 },
): Promise<{ variantId: string; sku: string; title: string }> {
  const variantId = variants.shift()
  if (!variantId) throw new Error('no article is left for this test')
  await countTo(hilo, manager, variantId, units)
  return { variantId, ...(await articleOf(hilo, variantId)) }
}
