/** Words as people type them. Pure. */
import { normalized } from '#platform/imports/values'

/** Words of a query: lower case, without accents, at most eight. */
export function wordsOfQuery(query: string): string[] {
  return normalized(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 8)
}

/**
 * How many slips lie between two words: letters missed, added, changed, or two neighbours swapped (optimal string alignment
 * distance). Quadratic in the length; words here have at most 40 letters.
 */
export function slips(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1)
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** Slips that are forgiven in a word of this length: one up to four letters, two up to eight, three beyond. */
export function slipsForgiven(length: number): number {
  if (length <= 2) return 0
  if (length <= 4) return 1
  return length <= 8 ? 2 : 3
}

export type Candidate = { word: string; products: number; similarity: number }

/** Whether all letters of one word stand in the other, in their order: what remains when letters were missed. */
function isWithin(letters: string, word: string): boolean {
  let at = 0
  for (const letter of word) if (letter === letters[at]) at += 1
  return at === letters.length
}

/**
 * What was probably meant: the fewest slips, then a word of which only letters were missed, then the same beginning, then the more
 * similar, then the word more products use. A
 * word without a near one is not corrected.
 */
export function closest(word: string, candidates: readonly Candidate[]): string | undefined {
  const near = candidates
    .map((candidate) => ({
      ...candidate,
      slips: slips(word, candidate.word),
      missed: isWithin(word, candidate.word) ? 0 : 1,
      starts: candidate.word[0] === word[0] ? 0 : 1,
    }))
    .filter((candidate) => candidate.slips <= slipsForgiven(word.length))
    .sort(
      (a, b) =>
        a.slips - b.slips ||
        a.missed - b.missed ||
        a.starts - b.starts ||
        b.similarity - a.similarity ||
        b.products - a.products ||
        (a.word < b.word ? -1 : 1),
    )
  return near[0]?.word
}
