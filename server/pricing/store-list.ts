/** Lists of the shop: which products of the assortment, narrowed, in which order. */
import type { ProductFilters, productSorts } from '@hilo/contract'
import { byTitle, membersOf } from '#catalog'
import type { Queryable } from '#platform/db'
import { type Assortment, figuresOfVariant, type Sold } from './assortment.ts'

/** Places in `assortment.products`, in an order. */
export type Slots = ArrayLike<number>

type Derived = { kept: Map<string, Promise<Slots>>; length: number; filters: Map<string, ProductFilters> }
const derived = new WeakMap<Assortment, Derived>()
const mostFilters = 200
/** Places in all kept orders together; four bytes each. */
const mostPlaces = 6_000_000

/** What was derived from this assortment; thrown away with it. */
function derivedOf(assortment: Assortment): Derived {
  let own = derived.get(assortment)
  if (own === undefined) {
    own = { kept: new Map(), length: 0, filters: new Map() }
    derived.set(assortment, own)
  }
  return own
}

/** What `make` gives, made once for this assortment under this name. */
export function once(assortment: Assortment, name: string, make: () => Promise<Slots>): Promise<Slots> {
  const own = derivedOf(assortment)
  const known = own.kept.get(name)
  if (known) return known
  if (own.length > mostPlaces) {
    own.kept.clear()
    own.length = 0
  }
  const made = make().then(
    (slots) => {
      own.length += slots.length
      return slots
    },
    (error: unknown) => {
      own.kept.delete(name)
      throw error
    },
  )
  own.kept.set(name, made)
  return made
}

/** Every product in the merchant's order, the newest first where it says nothing. */
export function featured(assortment: Assortment): Promise<Slots> {
  return once(assortment, 'featured', async () => {
    const { products } = assortment
    const at = (slot: number) => products[slot] as Sold
    return slotsOf(products).sort(
      (a, b) => at(a).position - at(b).position || at(b).createdMs - at(a).createdMs || a - b,
    )
  })
}

/**
 * Products of a collection and of those below it, in the merchant's order.
 * @param version of the catalog: who is in a collection changes without any product changing
 */
export async function ofCollection(
  q: Queryable,
  assortment: Assortment,
  { handle, version }: { handle: string; version: string },
): Promise<Slots> {
  return once(assortment, `collection ${version} ${handle}`, async () => {
    const [members, all] = await Promise.all([membersOf(q, handle), featured(assortment)])
    const rank = ranksOf(all, assortment.products.length)
    return members
      .flatMap(({ id, at }) => {
        const slot = assortment.slots.get(id)
        return slot === undefined ? [] : [{ slot, at }]
      })
      .sort((a, b) => a.at - b.at || (rank[a.slot] ?? 0) - (rank[b.slot] ?? 0))
      .map(({ slot }) => slot)
  })
}

/** These products in this order; those that are not sold here are left out. */
export function chosen(assortment: Assortment, ids: readonly string[]): Slots {
  return ids.flatMap((id) => assortment.slots.get(id) ?? [])
}

export type Narrowing = {
  color?: readonly string[]
  size?: readonly string[]
  type?: string
  minPrice?: number
  maxPrice?: number
  markdown?: boolean
  /** Whether a variant of a product, by its place, can be had now. */
  isAvailable?(productId: string, at: number): boolean
}
/** `lowest` beside `slots`: the lowest fitting price of each, Infinity without one. */
export type Narrowed = { slots: number[]; lowest: number[] }

/** Products of which at least one variant fits everything asked. Pure. */
export function narrow({ products, facets }: Assortment, base: Slots, asked: Narrowing): Narrowed {
  const colors = asked.color?.length ? new Set(asked.color.map((value) => facets.color.numberOf(value))) : null
  const sizes = asked.size?.length ? new Set(asked.size.map((value) => facets.size.numberOf(value))) : null
  const { type, minPrice = 0, maxPrice = Number.POSITIVE_INFINITY, markdown = false } = asked
  const asksPrice = asked.minPrice !== undefined || asked.maxPrice !== undefined
  const { isAvailable } = asked
  const wantsVariant = colors !== null || sizes !== null || markdown || asksPrice || isAvailable !== undefined
  const narrowed: Narrowed = { slots: [], lowest: [] }
  for (let at = 0; at < base.length; at++) {
    const slot = base[at] as number
    const { id, variants, productType } = products[slot] as Sold
    if (type !== undefined && productType !== type) continue
    let lowest = Number.POSITIVE_INFINITY
    for (let v = 0; v < variants.length; v += figuresOfVariant) {
      const price = variants[v + 2] as number
      if (price < 0 || price < minPrice || price > maxPrice || (markdown && variants[v + 3] === 0)) continue
      if (colors && !colors.has(variants[v] as number)) continue
      if (sizes && !sizes.has(variants[v + 1] as number)) continue
      if (price < lowest && (!isAvailable || isAvailable(id, v / figuresOfVariant))) lowest = price
    }
    // Grouped and external ones have no variants and fit where none is asked for.
    if (lowest === Number.POSITIVE_INFINITY && (wantsVariant || variants.length > 0)) continue
    narrowed.slots.push(slot)
    narrowed.lowest.push(lowest)
  }
  return narrowed
}

/** The narrowed list in the order asked; `featured` keeps the order it came in. */
export async function sorted(
  q: Queryable,
  assortment: Assortment,
  { slots, lowest }: Narrowed,
  { sort, language }: { sort: (typeof productSorts)[number]; language: 'es' | 'en' },
): Promise<Slots> {
  switch (sort) {
    case 'featured':
      return slots
    case 'newest':
      return inOrderOf(slots, ranksOf(await newest(assortment), assortment.products.length))
    case 'price_asc':
      return byFigure(slots, lowest, (minor) => (minor === Infinity ? 2 ** 31 : minor))
    case 'price_desc':
      return byFigure(slots, lowest, (minor) => (minor === Infinity ? 2 ** 31 : 2 ** 31 - 1 - minor))
    case 'title':
      return inOrderOf(slots, ranksOf(await titles(q, assortment, language), assortment.products.length))
    default: {
      const never: never = sort
      return never
    }
  }
}

function newest(assortment: Assortment): Promise<Slots> {
  return once(assortment, 'newest', async () => {
    const { products } = assortment
    const at = (slot: number) => products[slot] as Sold
    return slotsOf(products).sort((a, b) => at(b).createdMs - at(a).createdMs || b - a)
  })
}

function titles(q: Queryable, assortment: Assortment, language: 'es' | 'en'): Promise<Slots> {
  const ids = assortment.products.map(({ id }) => id)
  return once(assortment, `titles ${language}`, async () => chosen(assortment, await byTitle(q, ids, language)))
}

function slotsOf(products: readonly Sold[]): Int32Array {
  return Int32Array.from(products, (_, slot) => slot)
}

/** For each slot its place in the order. */
function ranksOf(order: Slots, size: number): Int32Array {
  const ranks = new Int32Array(size)
  for (let at = 0; at < order.length; at++) ranks[order[at] as number] = at
  return ranks
}

function inOrderOf(slots: readonly number[], ranks: Int32Array): Slots {
  return byFigure(
    slots,
    slots.map((slot) => ranks[slot] ?? 0),
    (rank) => rank,
  )
}

/** By a whole figure below 2^32, then by id. Sorted as one number each, which is many times faster than by a comparison. */
function byFigure(slots: readonly number[], figures: readonly number[], keyOf: (figure: number) => number): Slots {
  const room = 2 ** 21
  const keys = Float64Array.from(slots, (slot, at) => keyOf(figures[at] ?? 0) * room + slot).sort()
  return Int32Array.from(keys, (key) => key % room)
}

/** What the whole list could be narrowed by, with how many products each choice leaves. */
export function filtersOf(
  assortment: Assortment,
  base: Slots,
  { name, currency }: { name: string | null; currency: string },
): ProductFilters {
  const { filters } = derivedOf(assortment)
  const known = name === null ? undefined : filters.get(name)
  if (known) return known
  const counted = count(assortment, base, currency)
  if (name !== null) {
    if (filters.size >= mostFilters) filters.clear()
    filters.set(name, counted)
  }
  return counted
}

function count({ products, facets }: Assortment, base: Slots, currency: string): ProductFilters {
  const tallies = [new Tally(facets.color.list.length), new Tally(facets.size.list.length)] as const
  const types = new Map<string, number>()
  let lowest = Number.POSITIVE_INFINITY
  let highest = -1
  for (let at = 0; at < base.length; at++) {
    const { variants, productType } = products[base[at] as number] as Sold
    if (productType !== '') types.set(productType, (types.get(productType) ?? 0) + 1)
    for (let v = 0; v < variants.length; v += figuresOfVariant) {
      tallies[0].add(variants[v] as number, at)
      tallies[1].add(variants[v + 1] as number, at)
      const price = variants[v + 2] as number
      if (price < 0) continue
      if (price < lowest) lowest = price
      if (price > highest) highest = price
    }
  }
  const [colors, sizes] = [tallies[0].of(facets.color.list), tallies[1].of(facets.size.list)]
  return {
    colors: colors.sort((a, b) => b.products - a.products || a.value.localeCompare(b.value)),
    sizes: sizes.sort(
      (a, b) => sizeOrder(a.value) - sizeOrder(b.value) || a.value.localeCompare(b.value, 'es', { numeric: true }),
    ),
    types: [...types]
      .map(([value, products_]) => ({ value, products: products_ }))
      .sort((a, b) => b.products - a.products || a.value.localeCompare(b.value)),
    price: highest < 0 ? null : { minMinor: lowest, maxMinor: highest, currency },
  }
}

/** Counts products by value, each product once. */
class Tally {
  readonly #products: Int32Array
  readonly #last: Int32Array
  constructor(values: number) {
    this.#products = new Int32Array(values)
    this.#last = new Int32Array(values).fill(-1)
  }

  add(value: number, product: number): void {
    if (value < 0 || this.#last[value] === product) return
    this.#last[value] = product
    this.#products[value] = (this.#products[value] ?? 0) + 1
  }

  of<T extends object>(values: readonly T[]): (T & { products: number })[] {
    return values.flatMap((value, at) => {
      const products = this.#products[at] ?? 0
      return products === 0 ? [] : [{ ...value, products }]
    })
  }
}

const letterSizes = ['xxs', 'xs', 's', 'm', 'l', 'xl', 'xxl', 'xxxl']

function sizeOrder(value: string): number {
  const at = letterSizes.indexOf(value.toLowerCase())
  return at < 0 ? letterSizes.length : at
}

/** A page of a list held in memory. The cursor names the last item shown, so that a change before it does not repeat or skip. */
export function pageOf(
  list: Slots,
  idOf: (slot: number) => string,
  cursor: string | undefined,
  limit: number,
): { items: number[]; next: string | null } {
  const { id, at } = readCursor(cursor)
  const from = id === undefined ? 0 : placeOf(list, idOf, id, at)
  const items: number[] = []
  for (let place = from; place < Math.min(from + limit, list.length); place++) items.push(list[place] as number)
  const last = items.at(-1)
  const more = last !== undefined && from + limit < list.length
  return { items, next: more ? Buffer.from(`${from + limit}:${idOf(last)}`).toString('base64url') : null }
}

/** Behind the item of this id, wherever it stands by now; where it is gone, at the place it had. */
function placeOf(list: Slots, idOf: (slot: number) => string, id: string, at: number): number {
  if (at > 0 && at <= list.length && idOf(list[at - 1] as number) === id) return at
  for (let place = 0; place < list.length; place++) if (idOf(list[place] as number) === id) return place + 1
  return at
}

function readCursor(cursor: string | undefined): { id?: string; at: number } {
  if (cursor === undefined) return { at: 0 }
  const [, at = '0', id] = /^(\d{1,9}):(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  return { id, at: Number(at) }
}
