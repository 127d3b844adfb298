import { seeded } from '../../server/connectors/payment-simulator/random.ts'

/** Seeded choices: the same seed makes the same choices in the same order. */
export type Random = {
  /** In [0, 1). */
  next(): number
  /** Whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  chance(share: number): boolean
  /** A source of its own, so that what one part draws does not move what another draws. */
  branch(name: string): Random
}

/** A source of choices for this seed. */
export function randomOf(seed: number): Random {
  const draw = seeded(seed)
  const random: Random = {
    next: draw,
    whole: (low, high) => low + Math.floor(draw() * (high - low + 1)),
    pick: (list) => {
      const found = list[Math.floor(draw() * list.length)]
      if (found === undefined) throw new Error('nothing to pick from')
      return found
    },
    chance: (share) => draw() < share,
    branch: (name) => randomOf(mix(seed, name)),
  }
  return random
}

/** FNV-1a of the name, begun at the seed. */
function mix(seed: number, name: string): number {
  let hash = (2_166_136_261 ^ seed) >>> 0
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0
  return hash
}
