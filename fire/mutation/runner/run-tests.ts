import { type Collected, type Suite, startCollecting, type Test } from './collector.ts'

export type Probe = { wake(id: number): void; takeHits(): number[] }
export type Result = { place: number; name: string; ms: number; hits: number[]; error: string | undefined }
export type Run = {
  results: Result[]
  setupMs: number
  /** What failed outside of a test: a hook, or loading the file. */
  broken: string | undefined
  timedOut: boolean
}

let loads = 0

/** The tests of a file, noted anew; the program they import stays loaded. */
export async function loadTests(file: string): Promise<Collected> {
  const collected = startCollecting()
  loads += 1
  await import(/* @vite-ignore */ `${file}?load=${loads}`)
  return collected
}

class TimedOut extends Error {}

async function within(ms: number, work: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`more than ${Math.round(ms)} ms`)), ms)
  })
  try {
    await Promise.race([(async () => work())(), late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Runs chosen tests of a file in their order with their hooks, and stops at the first failure.
 * @param places of the tests in the file; all when absent, and then also after a failure
 * @param slowest milliseconds that a test or hook may take
 */
export async function runTests(
  { root, tests }: Collected,
  {
    places,
    mutant,
    probe,
    slowest,
  }: { places: readonly number[] | undefined; mutant: number; probe: Probe; slowest: number },
): Promise<Run> {
  const run: Run = { results: [], setupMs: 0, broken: undefined, timedOut: false }
  const chosen = tests
    .map((test, place) => ({ test, place }))
    .filter(({ test, place }) => !test.skipped && (places?.includes(place) ?? true))
  const begun = new Map<Suite, Set<number>>()
  const cleanups: (() => unknown)[] = []
  probe.wake(mutant)
  try {
    for (const { test, place } of chosen) {
      const set = performance.now()
      const shared = new Set<number>()
      for (const suite of linesOf(test.suite)) {
        if (!begun.has(suite)) {
          for (const hook of suite.beforeAll)
            await within(Math.max(slowest, 15_000), async () => keep(cleanups, await hook()))
          begun.set(suite, new Set(probe.takeHits()))
        }
        for (const hit of begun.get(suite) ?? []) shared.add(hit)
      }
      run.setupMs += performance.now() - set
      const result = await runOne(test, { place, slowest, probe })
      result.hits = [...new Set([...result.hits, ...shared])]
      run.results.push(result)
      if (result.error?.startsWith('TimedOut') === true) run.timedOut = true
      if (result.error !== undefined && mutant !== 0) break
    }
  } catch (error) {
    run.timedOut = error instanceof TimedOut
    run.broken = `hook: ${told(error)}`
  }
  probe.wake(0)
  const ends = [...begun.keys(), ...(begun.has(root) ? [] : [root])].reverse().flatMap((suite) => suite.afterAll)
  for (const hook of [...ends, ...cleanups.reverse()]) {
    // What cannot be taken down after a failure goes with the worker.
    await within(10_000, hook).catch((error: unknown) => {
      if (run.broken === undefined && run.results.every((one) => one.error === undefined))
        run.broken = `end: ${told(error)}`
    })
  }
  return run
}

function keep(cleanups: (() => unknown)[], given: unknown): void {
  if (typeof given === 'function') cleanups.push(given as () => unknown)
}

async function runOne(
  test: Test,
  { place, slowest, probe }: { place: number; slowest: number; probe: Probe },
): Promise<Result> {
  const start = performance.now()
  const suites = linesOf(test.suite)
  let error: string | undefined
  try {
    for (const hook of suites.flatMap((suite) => suite.beforeEach)) await within(slowest, hook)
    await within(slowest, test.run)
  } catch (thrown) {
    error = told(thrown)
  }
  for (const hook of suites.toReversed().flatMap((suite) => suite.afterEach)) {
    await within(slowest, hook).catch((thrown: unknown) => {
      error ??= told(thrown)
    })
  }
  return { place, name: test.name, ms: performance.now() - start, hits: probe.takeHits(), error }
}

/** The groups a test stands in, from the outside in. */
function linesOf(suite: Suite): Suite[] {
  return suite.parent ? [...linesOf(suite.parent), suite] : [suite]
}

function told(error: unknown): string {
  const kind = error instanceof TimedOut ? 'TimedOut' : error instanceof Error ? error.name : 'thrown'
  return `${kind}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`
}
