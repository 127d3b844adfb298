import { createHash } from 'node:crypto'
import { changed } from './instrument.ts'
import { LanguageServer } from './language-server.ts'
import type { Mutant } from './mutant.ts'

/** Verdicts of earlier runs: hash of a file with a mutant in it → whether the compiler refuses it. */
export type TypeVerdicts = Map<string, boolean>

/**
 * Mutants that the compiler refuses: nobody could commit them, so they count neither for nor against the tests. A round plants at most
 * one mutant in each declaration of a file, since an error is told by the declaration it is in.
 * @param folder a tree that is not changed: the compiler is told the texts
 * @param sources what the files hold, by name
 * @param known verdicts of earlier runs
 * @param seen is given the verdicts on these mutants, to be kept
 */
export async function refusedByTypes(
  folder: string,
  {
    mutants,
    sources,
    known,
    seen,
    say,
  }: {
    mutants: readonly Mutant[]
    sources: ReadonlyMap<string, string>
    known: TypeVerdicts
    seen: TypeVerdicts
    say(text: string): void
  },
): Promise<Set<Mutant>> {
  const hashOf = (mutant: Mutant) =>
    createHash('sha1')
      .update(changed(sources.get(mutant.file) ?? '', [mutant]))
      .digest('base64url')
  const typed = mutants.filter((mutant) => mutant.typed)
  const fresh = typed.filter((mutant) => !known.has(hashOf(mutant)))
  for (const hash of typed.map(hashOf)) {
    const verdict = known.get(hash)
    if (verdict !== undefined) seen.set(hash, verdict)
  }
  const server = fresh.length > 0 ? await LanguageServer.start(folder) : undefined
  for (const [file, own] of Map.groupBy(fresh, (mutant) => mutant.file)) {
    const source = sources.get(file) ?? ''
    const queues = [...Map.groupBy(own, ({ declaration }) => declaration).values()].map((queue) => [...queue])
    while (server && queues.some((queue) => queue.length > 0)) {
      const planted = queues.flatMap((queue) => queue.shift() ?? [])
      const lines = await server.errorLines(file, changed(source, planted))
      for (const mutant of planted) {
        const [first, last] = linesOf(source, mutant.declaration, planted)
        seen.set(
          hashOf(mutant),
          lines.some((line) => line >= first && line < last),
        )
      }
    }
    // As it was again: with the last mutant left in it, the files that import this one would have all of theirs refused.
    const [wrong] = (await server?.errorLines(file, source)) ?? []
    if (wrong !== undefined) throw new Error(`${file}:${wrong} does not compile as it is`)
    say(`types of ${file}: ${own.filter((mutant) => seen.get(hashOf(mutant))).length} of ${own.length} mutants refused`)
  }
  server?.stop()
  return new Set(typed.filter((mutant) => seen.get(hashOf(mutant))))
}

/** First line of a declaration, and of the next one that holds a mutant: an error in between is about this one. */
function linesOf(source: string, declaration: number, planted: readonly Mutant[]): [number, number] {
  const lineAt = (offset: number) => source.slice(0, offset).split('\n').length
  const next = Math.min(...planted.map((other) => other.declaration).filter((start) => start > declaration))
  return [lineAt(declaration), Number.isFinite(next) ? lineAt(next) : Number.POSITIVE_INFINITY]
}
