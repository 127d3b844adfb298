import { type Db, isRetryable, sqlState, type Tx } from '../db.ts'
import { Problem } from '../problems.ts'
import type { ApplyContext, Importer, Issue, Outcome, Thing } from './types.ts'

/** What one transaction did: for the run's figures and its list. */
export type Batch = {
  things: number
  rows: number
  taken: number
  unchanged: number
  refused: number
  issues: Issue[]
  counts: Record<string, number>
}
/** Saves the batch in its transaction; false when the run was canceled meanwhile, which undoes the batch. */
export type Save = (tx: Tx, batch: Batch) => Promise<boolean>

const attemptsMax = 5

class Canceled extends Error {}

/**
 * Applies things in one transaction with the run's new place. A deadlock is tried again; a batch that the data spoils is gone
 * through one by one, so that one bad row costs only itself.
 * @returns false when the run was canceled by somebody
 */
export async function applyBatch(
  db: Db,
  importer: Importer,
  context: ApplyContext,
  things: readonly Thing<unknown>[],
  save: Save,
): Promise<boolean> {
  try {
    await withRetries(() => commit(db, importer, context, things, save))
    return true
  } catch (error) {
    if (error instanceof Canceled) return false
    const spoiled = spoiledBy(error)
    if (!spoiled) throw error
    if (things.length > 1) {
      for (const thing of things) if (!(await applyBatch(db, importer, context, [thing], save))) return false
      return true
    }
    const refused = things.map(({ line, rows, issues }) => ({ line, rows, issues: [...issues, { ...spoiled, line }] }))
    return applyBatch(db, importer, context, refused, save)
  }
}

async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isRetryable(error) || attempt >= attemptsMax) throw error
    }
  }
}

async function commit(
  db: Db,
  importer: Importer,
  context: ApplyContext,
  things: readonly Thing<unknown>[],
  save: Save,
): Promise<void> {
  await db.transaction(async (tx) => {
    const whole = things.filter((thing) => thing.value !== undefined)
    const outcomes =
      whole.length === 0
        ? []
        : await importer.apply(
            tx,
            context,
            whole.map(({ line, value }) => ({ line, value })),
          )
    if (outcomes.length !== whole.length)
      throw new Error(`${importer.format}: ${whole.length} things, ${outcomes.length} outcomes`)
    const byThing = new Map(whole.map((thing, at) => [thing, outcomes[at] as Outcome]))
    if (!(await save(tx, summed(things, byThing)))) throw new Canceled()
  })
}

function summed(things: readonly Thing<unknown>[], outcomes: ReadonlyMap<Thing<unknown>, Outcome>): Batch {
  const batch: Batch = { things: things.length, rows: 0, taken: 0, unchanged: 0, refused: 0, issues: [], counts: {} }
  for (const thing of things) {
    const outcome = outcomes.get(thing) ?? { result: 'refused' }
    batch.rows += thing.rows
    batch[outcome.result] += thing.rows
    batch.issues.push(...thing.issues, ...(outcome.issues ?? []))
    for (const [name, count] of Object.entries(outcome.counts ?? {}))
      batch.counts[name] = (batch.counts[name] ?? 0) + count
  }
  return batch
}

/** The issue behind an error that the data caused (a refusal, a value the database does not take); undefined for a defect. */
function spoiledBy(error: unknown): Omit<Issue, 'line'> | undefined {
  if (error instanceof Problem && error.status < 500) {
    const { title, titleEs, remedy = title, remedyEs = titleEs } = error.definition
    return {
      field: error.data.parameter ?? '',
      severity: 'refused',
      code: error.code,
      value: null,
      remedy: { es: `${titleEs}. ${error.data.detailEs ?? remedyEs}`, en: `${title}. ${error.data.detail ?? remedy}` },
    }
  }
  const state = sqlState(error)
  if (!state || !/^(22|23)/.test(state)) return undefined
  const { column = '', constraint = '' } = error as { column?: string; constraint?: string }
  return {
    field: column,
    severity: 'refused',
    code: `database_${state}`,
    value: constraint || null,
    remedy: {
      es: `La base de datos no acepta esta fila (${constraint || state}). Corrige el valor o quita la fila.`,
      en: `The database does not take this row (${constraint || state}). Correct the value or remove the row.`,
    },
  }
}
