import type { Mutation } from './mutant.ts'

export type Numbered = Mutation & { id: number }
type Place = { start: number; end: number; mutants: Numbered[]; inner: Place[] }

/**
 * The source with all its mutants in it at once, each asleep until `__mutant(id)` says yes: one load of the program serves them all.
 * An expression becomes `(__mutant(7) ? (changed) : (as it was))`, a statement is skipped.
 */
export function instrument(source: string, mutants: readonly Numbered[]): string {
  const root: Place = { start: 0, end: source.length, mutants: [], inner: [] }
  const byPlace = Map.groupBy(mutants, ({ start, end, shape }) => `${start} ${end} ${shape}`)
  const places = [...byPlace.values()]
    .map((group): Place => ({ start: group[0]?.start ?? 0, end: group[0]?.end ?? 0, mutants: group, inner: [] }))
    // The outer one first; of two over the same text the statement is the outer one.
    .sort((a, b) => a.start - b.start || b.end - a.end || Number(isStatement(b)) - Number(isStatement(a)))
  const open = [root]
  for (const place of places) {
    while (open.length > 1 && place.start >= (open.at(-1)?.end ?? 0)) open.pop()
    open.at(-1)?.inner.push(place)
    open.push(place)
  }
  return `function __mutant(id) { return globalThis.__hiloMutant?.(id) === true } ${written(source, root)}`
}

function isStatement({ mutants }: Place): boolean {
  return mutants[0]?.shape === 'statement'
}

function written(source: string, place: Place): string {
  let text = ''
  let at = place.start
  for (const inner of place.inner) {
    text += source.slice(at, inner.start) + written(source, inner)
    at = inner.end
  }
  text += source.slice(at, place.end)
  if (place.mutants.length === 0) return text
  if (isStatement(place)) return `{ if (!__mutant(${place.mutants[0]?.id})) { ${text} } }`
  const choices = place.mutants.map(({ id, text: other }) => `__mutant(${id}) ? (${other}) : `)
  return `(${choices.join('')}(${text}))`
}

/** The source with one mutant in it and nothing else, on the same lines, as the type checker reads it. */
export function changed(source: string, mutants: readonly Mutation[]): string {
  let text = ''
  let at = 0
  for (const { start, end, text: other } of [...mutants].sort((a, b) => a.start - b.start)) {
    const missing = source.slice(start, end).split('\n').length - other.split('\n').length
    text += source.slice(at, start) + other + '\n'.repeat(Math.max(0, missing))
    at = end
  }
  return text + source.slice(at)
}
