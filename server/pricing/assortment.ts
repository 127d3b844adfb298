/**
 * What a channel sells, in memory: for each product the few words that lists are narrowed and sorted by, with the price it has now. So
 * any list is exact in any order, whatever its length, without reading more than a page of it.
 *
 *   FIRST TIME   everything, in pieces: about a second for 50,000 products, a third of a kilobyte each
 *   AFTERWARDS   products and prices touched since the last look (compared with snapshots: late commits are not missed), and those whose
 *                markdown began or ended by the clock
 */
import { type AssortmentRow, assortmentRows, productsOfVariants, productsTouchedSince, touchedNow } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import type { Versions } from './answers.ts'
import { Facets } from './assortment-facets.ts'
import { catalogChannel } from './channel.ts'
import { listsOf } from './prices.ts'
import { rulesAt } from './rules.ts'

/** A product of the assortment. `variants` holds four figures each: colour, size (both numbers of `Facets`, −1 none), price (−1 none), lowered. */
export type Sold = {
  id: string
  position: number
  createdMs: number
  productType: string
  variants: readonly number[]
  /** When the clock changes one of its prices next. */
  untilMs: number
}
export const figuresOfVariant = 4

const pieceSize = 10_000
/** More than this is read again as a whole. */
const mostAtOnce = 5_000

type State = { versions: Versions; listsKey: string; touched: string; nextMs: number }

/** As it stood at one moment; never changed, so that what is derived from it can be kept with it. */
export type Assortment = {
  /** By rising id. */
  products: readonly Sold[]
  /** The place of each id among them. */
  slots: ReadonlyMap<string, number>
  facets: Facets
}

/** Keeps the assortment of one channel current. */
export class AssortmentKeeper {
  readonly #channelId: string
  readonly #facets = new Facets()
  #assortment: Assortment = { products: [], slots: new Map(), facets: this.#facets }
  #state: State | undefined
  #turn: Promise<void> = Promise.resolve()
  constructor(channelId: string) {
    this.#channelId = channelId
  }

  /**
   * The assortment under these versions or later ones, and until when its prices hold though nobody changes them. Those who ask at the
   * same time wait for the same work.
   */
  async at(q: Queryable, clock: Clock, versions: Versions): Promise<{ assortment: Assortment; untilMs: number }> {
    while (!this.#isAt(versions, clock)) {
      const refresh = async () => (this.#isAt(versions, clock) ? undefined : this.#refresh(q, clock, versions))
      const mine = this.#turn.then(refresh, refresh)
      this.#turn = mine
      await mine
    }
    return { assortment: this.#assortment, untilMs: this.#state?.nextMs ?? 0 }
  }

  #isAt({ version, catalog, facts }: Versions, clock: Clock): boolean {
    if (!this.#state) return false
    const { versions: at, nextMs } = this.#state
    const isFresh = at.version >= version && at.catalog >= catalog && (at.facts ?? -1) >= (facts ?? 0)
    return isFresh && clock.now().getTime() < nextMs
  }

  async #refresh(q: Queryable, clock: Clock, versions: Versions): Promise<void> {
    const rules = await rulesAt(q, versions)
    const at = clock.now()
    const lists = listsOf(rules, catalogChannel(rules, this.#channelId), at)
    const listsKey = lists.map(({ id }) => id).join()
    const ends = lists.flatMap(({ endsAt }) => endsAt?.getTime() ?? [])
    const look = { q, nowMs: at.getTime(), listIds: lists.map(({ id }) => id) }
    const touched =
      this.#state?.listsKey === listsKey
        ? await this.#readChanges(look, this.#state.touched)
        : await this.#readAll(look)
    const nextMs = this.#assortment.products.reduce(
      (next, { untilMs }) => Math.min(next, untilMs),
      Math.min(Infinity, ...ends),
    )
    this.#state = { versions, listsKey, touched, nextMs }
  }

  async #readAll(look: Look): Promise<string> {
    const touched = await touchedNow(look.q)
    const sold: Sold[] = []
    let after = ''
    for (;;) {
      const rows = await this.#rows(look, { after, limit: pieceSize })
      for (const row of rows) sold.push(...this.#toSold(row, look.nowMs))
      after = rows.at(-1)?.id ?? after
      if (rows.length < pieceSize) break
    }
    this.#put(sold)
    return touched
  }

  async #readChanges(look: Look, since: string): Promise<string> {
    const { ids, now } = await productsTouchedSince(look.q, since)
    const priced = await look.q.many<{ id: string }>(sql`
      select variant_id as id from pricing.price
       where touched >= ${since}::xid8 and touched < pg_snapshot_xmax(pg_current_snapshot())`)
    const ofPrices = await productsOfVariants(look.q, [...new Set(priced.map(({ id }) => id))])
    const { products, slots } = this.#assortment
    const due = products.filter(({ untilMs }) => untilMs <= look.nowMs).map(({ id }) => id)
    const changed = new Set([...ids, ...ofPrices, ...due])
    if (changed.size === 0) return now
    if (changed.size > mostAtOnce) return this.#readAll(look)
    const rows = await this.#rows(look, { ids: [...changed] })
    const fresh = new Map(rows.flatMap((row) => this.#toSold(row, look.nowMs)).map((one) => [one.id, one]))
    const isSameSet = [...changed].every((id) => slots.has(id) === fresh.has(id))
    if (isSameSet) {
      this.#assortment = { products: products.map((one) => fresh.get(one.id) ?? one), slots, facets: this.#facets }
    } else {
      this.#put([...products.filter(({ id }) => !changed.has(id)), ...fresh.values()])
    }
    return now
  }

  #rows({ q, listIds }: Look, which: { ids: readonly string[] } | { after: string; limit: number }) {
    const [only] = listIds.length === 1 ? listIds : []
    const prices = {
      // The strongest list that has the variant; most shops have one, which needs no choosing.
      joins:
        only !== undefined
          ? sql`left join pricing.price price on price.variant_id = v.id and price.price_list_id = ${only}`
          : sql`
        left join lateral (
          select r.amount_minor, r.markdown_minor, r.markdown_starts_at, r.markdown_ends_at from pricing.price r
           where r.variant_id = v.id and r.price_list_id = any (${listIds}::text[])
           order by array_position(${listIds}::text[], r.price_list_id) limit 1) price on true`,
      amount: sql`price.amount_minor`,
      markdown: sql`price.markdown_minor`,
      startsAt: sql`price.markdown_starts_at`,
      endsAt: sql`price.markdown_ends_at`,
    }
    return assortmentRows(q, { channelId: this.#channelId, prices, ...which })
  }

  /** Nothing when no variant has a price here; grouped and external ones never have one of their own. */
  #toSold(row: AssortmentRow, nowMs: number): Sold[] {
    const { id, position, createdMs, productType, options } = row
    const isSold =
      row.variants.length === 0 ? row.isWhole : row.variants.some(({ amountMinor }) => amountMinor !== null)
    if (!isSold) return []
    const [colorAt, sizeAt] = this.#facets.learn(options)
    const variants: number[] = []
    let untilMs = Number.POSITIVE_INFINITY
    for (const { optionValues, amountMinor, markdownMinor, startsMs, endsMs } of row.variants) {
      const isLowered =
        markdownMinor !== null && (startsMs === null || startsMs <= nowMs) && (endsMs === null || nowMs < endsMs)
      const price = isLowered ? markdownMinor : amountMinor
      const color = this.#facets.color.numberFor(optionValues[colorAt])
      const size = this.#facets.size.numberFor(optionValues[sizeAt])
      variants.push(color, size, price ?? -1, isLowered ? 1 : 0)
      for (const moment of [startsMs, endsMs])
        if (markdownMinor !== null && moment !== null && moment > nowMs) untilMs = Math.min(untilMs, moment)
    }
    return [{ id, position, createdMs, productType, variants, untilMs }]
  }

  #put(sold: Sold[]): void {
    const products = sold.sort((a, b) => (a.id < b.id ? -1 : 1))
    this.#assortment = { products, slots: new Map(products.map(({ id }, slot) => [id, slot])), facets: this.#facets }
  }
}

type Look = { q: Queryable; nowMs: number; listIds: readonly string[] }
