import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Area, Part } from './areas.ts'
import { keyOf, type Mutant } from './mutant.ts'
import { mutationsOf } from './operators.ts'
import type { Line, Order } from './runner/job.ts'

/** Every mutant of the areas' sources, numbered from 1. @returns them, and the sources' texts by file */
export async function plantAll(
  root: string,
  areas: readonly Area[],
): Promise<{ mutants: Mutant[]; sources: Map<string, string> }> {
  const mutants: Mutant[] = []
  const sources = new Map<string, string>()
  for (const { name, parts } of areas) {
    for (const file of parts.flatMap((part) => part.sources)) {
      const source = await readFile(join(root, file), 'utf8')
      sources.set(file, source)
      const seen = new Set<string>()
      const same = new Map<string, number>()
      for (const mutation of mutationsOf(source, file).sort((a, b) => a.at - b.at)) {
        const key = `${mutation.start} ${mutation.end} ${mutation.text}`
        if (seen.has(key) || mutation.text === source.slice(mutation.start, mutation.end)) continue
        seen.add(key)
        const before = source.slice(0, mutation.at)
        const lineEnd = source.indexOf('\n', mutation.at)
        const lineText = source.slice(before.lastIndexOf('\n') + 1, lineEnd === -1 ? undefined : lineEnd).trim()
        const found = {
          ...mutation,
          id: mutants.length + 1,
          area: name,
          file,
          line: before.split('\n').length,
          lineText,
        }
        const first = keyOf({ ...found, nth: 1 })
        same.set(first, (same.get(first) ?? 0) + 1)
        mutants.push({ ...found, nth: same.get(first) ?? 1 })
      }
    }
  }
  return { mutants, sources }
}

/** The test files of a part. */
export function testsOf(root: string, part: Part): string[] {
  return [...new Set(part.tests.flatMap((pattern) => globSync(pattern, { cwd: root })))].sort()
}

/**
 * Which tests hunt a mutant, and in which order: first the files that are quickest to say something, each with only the tests that come
 * by it.
 * @param budgetMs what the tests of one mutant may take in all; a mutant that nothing noticed by then has survived
 */
export function orderFor(mutant: Mutant, covered: readonly Covered[], budgetMs: number): Order | undefined {
  const meets = covered.flatMap((file) => {
    const loads = file.load.has(mutant.id)
    const places = file.tests.filter(({ hits }) => loads || hits.has(mutant.id))
    if (places.length === 0) return []
    const ms = file.setupMs + places.reduce((sum, one) => sum + one.ms, 0)
    return [{ file: file.file, places: places.map(({ place }) => place), ms, loads }]
  })
  if (meets.length === 0) return undefined
  let spent = 0
  const tests = meets
    .sort((a, b) => a.ms - b.ms)
    .filter(({ ms }, at) => {
      spent += ms
      return at === 0 || spent <= budgetMs
    })
  return {
    id: mutant.id,
    loads: meets.some(({ loads }) => loads),
    tests: tests.map(({ file, places, ms }) => ({ file, places, ms })),
  }
}

export type Covered = {
  file: string
  setupMs: number
  load: ReadonlySet<number>
  tests: { place: number; ms: number; hits: ReadonlySet<number> }[]
}

/** The same with sets, for looking up. */
export function coveredSets(lines: readonly Extract<Line, { kind: 'covered' }>[]): Covered[] {
  return lines.map(({ file, setupMs, load, tests }) => ({
    file,
    setupMs,
    load: new Set(load),
    tests: tests.map(({ place, ms, hits }) => ({ place, ms, hits: new Set(hits) })),
  }))
}
