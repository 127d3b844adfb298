import type { LoadClient } from '../lib/load.ts'

/** What of a system cannot be had here, in a sentence for the table. */
export class NotAvailable extends Error {}

/** A shop's answer that an order is not taken (sold out, somebody was quicker): not a failure. */
export class Refused extends Error {}

/** The goods everybody offers: SKU `P0000-S` … `P0999-XL`, five places, 100,000 of each in each. */
export const catalog = { products: 1000, sizes: ['S', 'M', 'L', 'XL'], places: 5, perPlace: 100_000 } as const

/** SKU of a product (0 to 999) and a size (0 to 3). */
export function skuOf(product: number, size: number): string {
  return `P${String(product).padStart(4, '0')}-${catalog.sizes[size] ?? 'S'}`
}

export type Started = {
  /** From the start of the process to the first list of products, in milliseconds. */
  startMs: number
  /** Process ids by role: server, worker, redis. */
  pids: Record<string, number>
}
export type Stock = { onHand: number; taken: number }
type Operation = (client: LoadClient, sku: string, n: number) => Promise<void>

/** One system under comparison. Operations check their answers: they throw Refused when the shop says no, and Error on anything unexpected. */
export type Shop = {
  name: string
  /** Database on the common PostgreSQL. */
  database: string
  origin: string
  /** How it runs, for the table: processes, caches. */
  runsAs: string
  /** Puts its packages into the folder of the run; nothing for what this repository holds. @throws NotAvailable */
  install(): Promise<void>
  version(): string
  /** Packages and size on disk of what `install` put there; null for what has no installation of its own. */
  installed(): { packages: number; mib: number } | null
  /** Makes its database with the common catalogue. */
  load(): Promise<void>
  start(): Promise<Started>
  stop(): Promise<void>
  /** After the start: looks up ids and gets tokens. */
  prepare(client: LoadClient): Promise<void>
  /** Calls of a storefront from empty cart to placed and paid (authorized) order; `calls` says how many. */
  order: { calls: number; run: Operation }
  /** The same with the fewest calls its API allows. */
  fewestCalls: { calls: number; run: Operation }
  /** Reads, where it has any: a list of 20 products with prices; one product; the stock of one SKU in the five places. */
  list?(client: LoadClient, n: number): Promise<void>
  detail?(client: LoadClient, n: number): Promise<void>
  availability?(client: LoadClient, sku: string): Promise<void>
  /** Written and read straight in its database, so that its own words are not the only witness. */
  setStock(sku: string, perPlace: number): Promise<void>
  stockOf(sku: string): Promise<Stock>
  orderCount(): Promise<number>
}
