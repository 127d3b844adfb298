import { type Db, isRetryable } from './db.ts'
import { Problem } from './problems.ts'

/** What became of one item of a batch: its own answer, or its own refusal. */
export type Outcome<O> = { ok: true; value: O } | { ok: false; error: unknown }

export function done<O>(value: O): Outcome<O> {
  return { ok: true, value }
}

export function refused<O = never>(error: unknown): Outcome<O> {
  return { ok: false, error }
}

/** Runs each piece of work for itself: what one throws is its own outcome. */
export async function each<T, O>(items: readonly T[], work: (item: T) => Promise<O> | O): Promise<Outcome<O>[]> {
  const settled = await Promise.allSettled(items.map(async (item) => work(item)))
  return settled.map((one) => (one.status === 'fulfilled' ? done(one.value) : refused(one.reason)))
}

/** Does one piece of work for all that are still good, and puts its outcomes in their places. */
export async function eachOk<A, B, O>(
  outcomes: readonly Outcome<A>[],
  pick: (value: A, at: number) => B,
  work: (list: B[]) => Promise<Outcome<O>[]>,
): Promise<Outcome<O>[]> {
  const good = outcomes.flatMap((one, at) => (one.ok ? [pick(one.value, at)] : []))
  const worked = good.length === 0 ? [] : await work(good)
  let next = 0
  return outcomes.map((one) =>
    one.ok ? (worked[next++] ?? refused(new Error('a batch gave fewer outcomes than it had items'))) : one,
  )
}

/** The same outcomes with other values. */
export function mapOutcomes<A, B>(outcomes: readonly Outcome<A>[], pick: (value: A) => B): Outcome<B>[] {
  return outcomes.map((one) => (one.ok ? done(pick(one.value)) : one))
}

/**
 * Batches of one process under way at the same time, whatever they are about. Few: while some are in flight the next ones grow, and
 * the database commits dozens of callers at the price of one. Not one: a batch that waits for somebody's lock must not stop the rest.
 */
const lanes = 2
type Lane = { busy: number; waiting: (() => void)[] }
const lanesOf = new WeakMap<Db, Lane>()

function laneOf(db: Db): Lane {
  let lane = lanesOf.get(db)
  if (!lane) {
    lane = { busy: 0, waiting: [] }
    lanesOf.set(db, lane)
  }
  return lane
}

/**
 * A natural batcher (DESIGN §5): what arrives while the last batch is in flight becomes the next one. No timer: an item that meets an
 * idle batcher starts at once and alone. Each caller gets its own outcome. When a batch fails as a whole (a deadlock, a constraint,
 * a lost connection), its items run again one by one, so that none fails because of a neighbour.
 * @param run one transaction for all items; its outcomes are in the order of the items. With several items it must not write for
 *   one before it is sure of it: a refused item undoes nothing. A single one is refused by throwing, which undoes all.
 * @param most items of one batch; keeps a transaction short
 * @param alone items that write before they can be sure, and so never share a transaction
 */
export function together<I, O>(
  run: (db: Db, items: readonly I[]) => Promise<Outcome<O>[]>,
  { most = 64, alone = () => false }: { most?: number; alone?: (item: I) => boolean } = {},
): (db: Db, item: I) => Promise<O> {
  type Waiting = { item: I; settle: (outcome: Outcome<O>) => void }
  const queues = new WeakMap<Db, { waiting: Waiting[]; busy: boolean }>()

  async function runAll(db: Db, batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await run(
        db,
        batch.map(({ item }) => item),
      )
      const apart: Waiting[] = []
      batch.forEach((one, at) => {
        const outcome = outcomes[at] ?? refused(new Error('a batch gave fewer outcomes than it had items'))
        if (!outcome.ok && outcome.error instanceof Alone && batch.length > 1) apart.push(one)
        else one.settle(outcome)
      })
      for (const one of apart) await runAll(db, [one])
    } catch (error) {
      const [first, ...more] = batch
      if (more.length === 0) return first?.settle(refused(error))
      for (const one of batch) await runAll(db, [one])
    }
  }

  async function drain(db: Db, queue: { waiting: Waiting[]; busy: boolean }): Promise<void> {
    queue.busy = true
    const lane = laneOf(db)
    while (queue.waiting.length > 0) {
      if (lane.busy >= lanes) await new Promise<void>((enter) => lane.waiting.push(enter))
      else lane.busy += 1
      await runAll(db, queue.waiting.splice(0, most))
      const next = lane.waiting.shift()
      if (next) next()
      else lane.busy -= 1
    }
    queue.busy = false
  }

  return (db, item) =>
    new Promise<O>((resolve, reject) => {
      const one: Waiting = { item, settle: (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)) }
      if (alone(item)) return void runAll(db, [one])
      let queue = queues.get(db)
      if (!queue) {
        queue = { waiting: [], busy: false }
        queues.set(db, queue)
      }
      queue.waiting.push(one)
      if (!queue.busy) void drain(db, queue)
    })
}

/** The outcomes of a transaction: a single refused item throws, so that all it did is undone. */
export function orThrow<O>(outcomes: Outcome<O>[]): Outcome<O>[] {
  const [only, ...more] = outcomes
  if (only && more.length === 0 && !only.ok) throw only.error
  return outcomes
}

/** Found on the way: this item writes before it can be sure, so it runs again in a transaction of its own. */
export class Alone extends Error {}

/** Somebody was quicker; the same work may simply be run again and will find what changed. A caller who hears it may ask again. */
export class Raced extends Error {}

const tries = 4

/**
 * Runs work again when it may simply be run again: a deadlock, somebody quicker. The last try says the truth.
 * @param races further errors that mean somebody was quicker
 * @throws Raced when others were quicker each time and the work itself gave no answer to that
 */
export async function runAgain<T>(
  work: () => Promise<T>,
  races: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isRace = error instanceof Raced || races(error)
      if (!isRace && !isRetryable(error)) throw error
      if (attempt < tries) continue
      throw isRace && !(error instanceof Problem) ? new Raced('others were quicker each time', { cause: error }) : error
    }
  }
}
