import type { SourcePlace } from '../../server/fulfillment/choose-sources.ts'
import type { Dice } from './dice.ts'
import type { Provider } from './provider.ts'
import type { Rules } from './rules.ts'
import type { Stores } from './stores.ts'

/** What truly lies where, as nobody's database knows it. Keys are `variant place`, and of bins also the fulfillment order. */
export type Goods = {
  shelf: Map<string, number>
  bins: Map<string, number>
  vans: Map<string, number>
  hands: Map<string, number>
  lost: Map<string, number>
}
/** One run: its stores, its world, its people. */
export type Sim = {
  dice: Dice
  rules: Rules
  stores: Stores
  provider: Provider
  goods: Goods
  places: readonly SourcePlace[]
  variants: readonly string[]
  /** Minor units a piece. */
  prices: ReadonlyMap<string, number>
  /** Milliseconds since 1970; only the scheduler turns it. */
  now: number
  /** Orders that somebody was told are placed, by cart. */
  acknowledged: Map<string, string>
  /** Work that somebody has in hand this moment. */
  inHand: Set<string>
  /** Notices whose truth was looked at when they were told. */
  noticesSeen: number
  note(text: string): void
}

export const minute = 60_000

export function at(sim: Sim): string {
  return new Date(sim.now).toISOString()
}

export function keyAt(variantId: string, locationId: string): string {
  return `${variantId} ${locationId}`
}

/** Moves goods between heaps of the world; false when they are not there. */
export function move(
  from: Map<string, number>,
  fromKey: string,
  to: Map<string, number>,
  toKey: string,
  units = 1,
): boolean {
  const there = from.get(fromKey) ?? 0
  if (there < units) return false
  from.set(fromKey, there - units)
  to.set(toKey, (to.get(toKey) ?? 0) + units)
  return true
}
