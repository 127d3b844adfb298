import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, vi } from '../../../node_modules/vitest/dist/index.js'
import { slack } from '../load.ts'
import type { Job, Line } from './job.ts'
import { loadTests, type Probe, runTests } from './run-tests.ts'

const job = JSON.parse(readFileSync(process.env['HILO_MUTATION_JOB'] ?? '', 'utf8')) as Job
const answers = process.env['HILO_MUTATION_ANSWERS'] ?? ''
const root = join(import.meta.dirname, '../../..')
const tell = (line: Line) => appendFileSync(answers, `${JSON.stringify(line)}\n`)

/** Which mutant is awake, and who asked for one. */
const state: { active: number; hits: Set<number> } = { active: 0, hits: new Set() }
const probe: Probe = {
  wake: (id) => {
    state.active = id
  },
  takeHits: () => {
    const hits = [...state.hits]
    state.hits.clear()
    return hits
  },
}
;(globalThis as { __hiloMutant?: (id: number) => boolean }).__hiloMutant = (id) => {
  if (job.kind === 'cover') state.hits.add(id)
  return state.active === id
}

test('mutants', async () => {
  await (job.kind === 'cover' ? cover(job) : hunt(job))
})

/** Runs every test file once without a mutant, and tells which test meets which mutant. */
async function cover({ files }: Extract<Job, { kind: 'cover' }>): Promise<void> {
  for (const file of files) {
    vi.resetModules()
    state.hits.clear()
    const tests = await loadTests(join(root, file))
    const load = probe.takeHits()
    const run = await runTests(tests, { places: undefined, mutant: 0, probe, slowest: 60_000 })
    const failed = run.results.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error}`]))
    const covered = run.results.map(({ place, name, ms, hits }) => ({ place, name, ms, hits }))
    tell({ kind: 'covered', file, tests: covered, load, failed, setupMs: run.setupMs })
  }
}

async function hunt({ mutants, whole }: Extract<Job, { kind: 'mutants' }>): Promise<void> {
  const sound = new Map<string, number>()
  let done = 0
  let reload = false
  for (const { id, loads, tests } of mutants) {
    const deadlineMs = (20_000 + 6 * tests.reduce((sum, { ms }) => sum + ms, 0)) * slack()
    tell({ kind: 'begin', id, deadlineMs })
    const start = performance.now()
    let verdict: Extract<Line, { kind: 'verdict' }> | undefined
    if (loads || reload) vi.resetModules()
    reload = loads
    for (const { file, places, ms } of tests) {
      if (verdict) break
      const chosen = whole.includes(file) ? undefined : places
      const slowest = Math.max(4_000, ms * 5) * slack()
      const attempt = async (mutant: number) => {
        probe.wake(loads ? mutant : 0)
        try {
          return await runTests(await loadTests(join(root, file)), { places: chosen, mutant, probe, slowest })
        } catch (error) {
          probe.wake(0)
          return { results: [], setupMs: 0, broken: String(error), timedOut: false }
        }
      }
      const run = await attempt(id)
      const failed = run.results.find(({ error }) => error !== undefined)
      const by = failed?.name ?? run.broken
      if (by === undefined) continue
      if (run.timedOut) {
        tell({ kind: 'verdict', id, verdict: 'timeout', by: `${file}: ${by}`, ms: performance.now() - start })
        return tell({ kind: 'stuck' })
      }
      // A failure says something about the mutant only when the same tests pass without it.
      const same = `${file} ${chosen?.join()} ${failed?.place}`
      if (!loads && done - (sound.get(same) ?? Number.NEGATIVE_INFINITY) > 40) {
        const control = await attempt(0)
        if (control.broken !== undefined || control.results.some(({ error }) => error !== undefined)) {
          if (chosen !== undefined) tell({ kind: 'whole', file })
          return tell({ kind: 'stuck' })
        }
        sound.set(same, done)
      }
      verdict = { kind: 'verdict', id, verdict: 'killed', by: `${file}: ${by}`, ms: performance.now() - start }
    }
    tell(verdict ?? { kind: 'verdict', id, verdict: 'survived', ms: performance.now() - start })
    done += 1
  }
}
