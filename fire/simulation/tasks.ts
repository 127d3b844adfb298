/** Who is in the middle of something: servers that may be killed between any two steps, and people who wait for their answer. */
import { Problem } from '../../server/platform/problems.ts'
import type { Sim } from './sim.ts'
import { Refusal } from './stores.ts'

/** What a caller gets back: an answer, a refusal, or a connection that broke. */
export type Box<T> = { name: string; answer?: T; refused?: string; lost?: boolean }
type Steps<T> = Generator<Box<unknown> | undefined, T, void>
type Task = {
  name: string
  server: boolean
  steps: Steps<void>
  box: Box<unknown> | undefined
  waits: Box<unknown> | undefined
}

export type Work<T = void> = Steps<T>

export class Tasks {
  readonly #sim: Sim
  #tasks: Task[] = []
  constructor(sim: Sim) {
    this.#sim = sim
  }

  /** A person begins something; a person is never killed. */
  begin(name: string, steps: Work): void {
    this.#tasks.push({ name, server: false, steps, box: undefined, waits: undefined })
  }

  /** A server process begins something; `box` says how it ended. */
  serve<T>(name: string, work: Work<T>): Box<T> {
    const box: Box<T> = { name }
    const steps = function* (): Work {
      try {
        box.answer = yield* work
      } catch (error) {
        if (!(error instanceof Refusal || error instanceof Problem)) throw error
        box.refused = error instanceof Problem ? error.code : error.message
      }
    }
    this.#tasks.push({ name, server: true, steps: steps(), box, waits: undefined })
    return box
  }

  get idle(): boolean {
    return this.#tasks.length === 0
  }

  /** One step of somebody who can go on. */
  step(): boolean {
    const ready = this.#tasks.filter(({ waits }) => waits === undefined || isDone(waits))
    const task = this.#sim.dice.pick(ready)
    if (!task) return false
    const { done, value } = task.steps.next()
    this.#sim.note(
      `${task.name}${done ? ' ends' : ''}${task.box?.refused === undefined ? '' : `: ${task.box.refused}`}`,
    )
    task.waits = done ? undefined : (value ?? undefined)
    if (done) this.#tasks = this.#tasks.filter((other) => other !== task)
    return true
  }

  /** kill -9 of the server process: whatever was not committed is gone, and nobody gets an answer. */
  kill(): void {
    for (const { server, box } of this.#tasks) if (server && box) box.lost = true
    const killed = this.#tasks.filter(({ server }) => server).map(({ name }) => name)
    this.#tasks = this.#tasks.filter(({ server }) => !server)
    if (killed.length > 0) this.#sim.note(`KILLED in the middle of ${killed.join(', ')}`)
  }
}

function isDone({ answer, refused, lost }: Box<unknown>): boolean {
  return answer !== undefined || refused !== undefined || lost === true
}

/** Calls a server and waits; the box says how it went. */
export function* call<T>(tasks: Tasks, name: string, work: Work<T>): Work<Box<T>> {
  const box = tasks.serve(name, work)
  yield box
  return box
}

/** A command that is one transaction: it may be killed before and after its commit. */
export function* command<T extends {}>(sim: Sim, work: () => T): Work<T> {
  yield undefined
  const result = sim.stores.transaction(work)
  yield undefined
  return result
}
