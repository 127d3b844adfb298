// The demo shop must be the same on every machine: every choice in it comes from these dice, never from Math.random.

/** A source of repeatable chance; the same seed gives the same rolls in the same order. */
export type Dice = {
  /** A number in [0, 1). */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  /** True with the given probability (0 to 1). */
  chance(probability: number): boolean
  /** One element, all equally likely. The list must not be empty. */
  pick<T>(list: readonly T[]): T
  /** One element, likely in proportion to its weight. The list must not be empty. */
  weighted<T>(list: readonly T[], weightOf: (element: T) => number): T
  /** A shuffled copy. */
  shuffle<T>(list: readonly T[]): T[]
  /** Dice of their own for one subject: rolls added elsewhere do not change what this subject gets. */
  fork(label: string): Dice
}

/** Turns a text into 32 bits (FNV-1a), so that a label can seed dice of its own. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/**
 * Makes dice from a seed. The generator is mulberry32 (Tommy Ettinger, public domain): 32 bits of state, one
 * multiplication chain per roll, good enough for a shop that never needs secrecy.
 */
export function makeDice(seed: number | string): Dice {
  const root = typeof seed === 'number' ? seed >>> 0 : hash32(seed)
  let state = root
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const pick = <T>(list: readonly T[]): T => at(list, int(0, list.length - 1))
  return {
    next,
    int,
    pick,
    chance: (probability) => next() < probability,
    weighted(list, weightOf) {
      const weights = list.map(weightOf)
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0)
      for (const [index, weight] of weights.entries()) {
        left -= weight
        if (left < 0) return at(list, index)
      }
      return at(list, list.length - 1)
    },
    shuffle(list) {
      const copy = [...list]
      for (let index = copy.length - 1; index > 0; index--) {
        const other = int(0, index)
        const held = at(copy, index)
        copy[index] = at(copy, other)
        copy[other] = held
      }
      return copy
    },
    fork: (label) => makeDice(hash32(`${root}/${label}`)),
  }
}

function at<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new RangeError('dice: the list to choose from is empty')
  return list[index] as T
}
