import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import type { IdPrefix } from '#platform/ids'
import type { PlaceCode } from '../places.ts'
import type { DemoProduct, DemoVariant } from '../products/index.ts'
import type { Dice } from '../seed.ts'

/** Who did what the demo tells of. */
export const demoActor = 'system:demo'
export const demoCurrency = 'EUR'
/** Markdowns of the demo began that many days ago; before that their goods were sold at the full price. */
export const markdownDays = 20
export const dayMs = 86_400_000

/** A variant as it now stands in the database, with what is needed to sell it. */
export type LoadedVariant = DemoVariant & {
  id: string
  productId: string
  product: DemoProduct
  collectionIds: string[]
}

/** What every step of the load has at hand; each adds what the later ones need. */
export type Loading = {
  tx: Tx
  clock: Clock
  nowMs: number
  dice: Dice
  /** An id of this prefix that sorts by the given instant, the same for the same seed. */
  id(prefix: IdPrefix, atMs: number): string
  placeIds: Map<PlaceCode, string>
  variants: Map<string, LoadedVariant>
  collectionIds: Map<string, string>
  promotionIds: Map<string, string>
  personIds: Map<string, string>
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Ids of the shape `newId` gives (platform/ids.ts): 48 bits of milliseconds, then 80 bits that here come from the dice. Secrets
 * (pickup codes) are never made like this: whoever knows the seed would know them.
 */
export function repeatableIds(dice: Dice): Loading['id'] {
  return (prefix, atMs) => {
    const low = [0, 1, 2, 3].reduce((bits) => (bits << 20n) | BigInt(dice.int(0, 0xfffff)), 0n)
    let rest = (BigInt(Math.round(atMs)) << 80n) | low
    let text = ''
    for (let digit = 0; digit < 22; digit++) {
      text = alphabet[Number(rest % 62n)] + text
      rest /= 62n
    }
    return `${prefix}_${text}`
  }
}

/** ISO 8601 of an instant. */
export const iso = (ms: number) => new Date(ms).toISOString()

/** What a map must hold; anything else is a mistake in the demo's own data. */
export function must<K, V>(map: ReadonlyMap<K, V>, key: K, what: string): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`the demo names ${what} ${String(key)}, which it does not have`)
  return value
}
