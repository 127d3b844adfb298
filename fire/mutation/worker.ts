import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Job, Line, Order } from './runner/job.ts'

export type Verdict = { verdict: 'killed' | 'timeout' | 'survived'; by?: string | undefined; ms: number }
export type Place = { folder: string; databaseUrl: string }

/**
 * Runs one worker over a job until it ends, is stuck, or a mutant takes longer than its deadline.
 * @param heard is given each line as it comes
 * @returns id of the mutant that had to be stopped, if one had to
 */
async function runWorker(
  { folder, databaseUrl }: Place,
  job: Job,
  heard: (line: Line) => void,
): Promise<number | undefined> {
  const [jobFile, answers] = [join(folder, 'mutation-job.json'), join(folder, 'mutation-answers.jsonl')]
  await writeFile(jobFile, JSON.stringify(job))
  await writeFile(answers, '')
  const child = spawn(
    process.execPath,
    [
      join(folder, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      join(folder, 'fire/mutation/runner/vitest.config.ts'),
    ],
    {
      cwd: folder,
      // A group of its own, so that all of it can be ended, whatever it started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        HILO_MUTATION_JOB: jobFile,
        HILO_MUTATION_ANSWERS: answers,
        HILO_TEST_DATABASE_URL: databaseUrl,
      },
    },
  )
  let ended = false
  const kill = () => {
    if (!ended && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  // Also when this process is told to end: the group of the worker does not hear of that.
  process.once('exit', kill)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said = (said + data).slice(-4_000)))
  child.once('exit', () => (ended = true))
  let read = 0
  let running: { id: number; until: number } | undefined
  let lines = 0
  try {
    for (;;) {
      const isLast = ended
      const text = existsSync(answers) ? await readFile(answers, 'utf8') : ''
      const whole = text.slice(read, text.lastIndexOf('\n') + 1)
      read += whole.length
      for (const line of whole.split('\n').filter((one) => one !== '')) {
        const parsed = JSON.parse(line) as Line
        lines += 1
        if (parsed.kind === 'begin') running = { id: parsed.id, until: performance.now() + parsed.deadlineMs }
        if (parsed.kind === 'verdict') running = undefined
        heard(parsed)
        if (parsed.kind === 'stuck') return undefined
      }
      if (running && performance.now() > running.until) return running.id
      if (isLast) {
        if (lines === 0) throw new Error(`the worker said nothing:\n${said}`)
        return undefined
      }
      await wait(100)
    }
  } finally {
    kill()
    process.off('exit', kill)
  }
}

/** Runs the tests of these files without a mutant. @returns what each of them meets @throws Error when one fails */
export async function coverage(place: Place, files: readonly string[]): Promise<Extract<Line, { kind: 'covered' }>[]> {
  const covered: Extract<Line, { kind: 'covered' }>[] = []
  await runWorker(place, { kind: 'cover', files: [...files] }, (line) => {
    if (line.kind === 'covered') covered.push(line)
  })
  const missing = files.filter((file) => !covered.some((one) => one.file === file))
  if (missing.length > 0) throw new Error(`these tests did not come to an end: ${missing.join(', ')}`)
  return covered
}

/** Lets the tests hunt each mutant; a worker that is stuck is replaced. @param told is given each verdict as it comes */
export async function hunt(
  place: Place,
  orders: readonly Order[],
  told: (id: number, verdict: Verdict) => void,
): Promise<void> {
  let left = [...orders]
  const whole: string[] = []
  let tries = 0
  while (left.length > 0) {
    const before = left.length
    const settle = (id: number, verdict: Verdict) => {
      left = left.filter((order) => order.id !== id)
      told(id, verdict)
    }
    const start = performance.now()
    const stopped = await runWorker(place, { kind: 'mutants', mutants: left, whole }, (line) => {
      if (line.kind === 'verdict') settle(line.id, line)
      if (line.kind === 'whole') whole.push(line.file)
    })
    if (stopped !== undefined)
      settle(stopped, { verdict: 'timeout', by: 'the worker stood still', ms: performance.now() - start })
    tries = left.length === before ? tries + 1 : 0
    // Its tests fail without it, too: that says nothing about it.
    if (tries === 3 && left[0]) settle(left[0].id, { verdict: 'survived', by: 'its tests are not stable', ms: 0 })
  }
}
