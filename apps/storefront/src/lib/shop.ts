import type { Collection, PlaceNow } from '@hilo/contract'
import type { Client } from '@hilo/contract/client'

/** Where there is no menu. */
export const noCollections: readonly Collection[] = []
const listed = new WeakMap<readonly Collection[], readonly Collection[]>()

/** The shop's collections that hold something, in the merchant's order; the same list as long as the answer is the same. */
export async function collectionsOf(api: Client): Promise<readonly Collection[]> {
  const { items } = await api.get<{ items: Collection[] }>('/api/store/collections')
  let list = listed.get(items)
  if (!list) {
    list = items.filter((collection) => collection.products > 0).sort((a, b) => a.position - b.position)
    listed.set(items, list)
  }
  return list
}

/** Shops that people can walk into, with what the clock says about them now. `near`: see `whereabouts`. */
export async function shopsOf(api: Client, near: Whereabouts = {}): Promise<PlaceNow[]> {
  const { items } = await api.get<{ items: PlaceNow[] }>('/api/store/places', { query: near })
  return items.filter((place) => place.kind === 'shop')
}

/** Where the shopper is, as the API takes it: a postal code, or a position rounded to about a kilometre. */
export type Whereabouts = { postal?: string; near?: string }

/**
 * Reads the shopper's whereabouts from the cookie `hilo_near`: "46001" or "39.47,-0.38".
 * Anything else counts as unknown.
 */
export function whereabouts(cookie: string | undefined): Whereabouts {
  const value = cookie ?? ''
  if (/^\d{5}$/.test(value)) return { postal: value }
  if (/^-?\d{1,2}\.\d{1,2},-?\d{1,3}\.\d{1,2}$/.test(value)) return { near: value }
  return {}
}

/** What may be kept of an entered postal code or a browser position; undefined when it is neither. */
export function tidyWhereabouts(entered: string): string | undefined {
  const value = entered.replaceAll(' ', '')
  if (/^\d{5}$/.test(value)) return value
  const position = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(value)
  if (!position) return undefined
  return `${Number(position[1]).toFixed(2)},${Number(position[2]).toFixed(2)}`
}
