/**
 * What an importer is, and what it gives back.
 *
 * The engine reads a file as a stream of rows (CSV) or elements (JSON), the importer joins rows into things (a product, an order),
 * and the engine applies them in batches, each in one transaction together with the place where to go on.
 */
import type { ImportRunView } from '@hilo/contract'
import type { Clock } from '../clock.ts'
import type { Tx } from '../db.ts'

export type ImportKind = ImportRunView['kind']
export type LocalizedText = { es: string; en: string }

/** Something wrong with a row. `refused` rows are not taken; `flagged` ones are, and are worth a look. */
export type Issue = {
  /** Line of the file, 1 being the header; of JSON, the line where the element begins. */
  line: number
  field: string
  severity: 'refused' | 'flagged'
  /** Stable word, such as `not_a_number`. */
  code: string
  value?: string | null
  /** What the person can do about it. */
  remedy: LocalizedText
}

/** One row of a CSV. `cells` by column name as the header spells it (trimmed); a missing cell is an empty text. */
export type CsvRow = { line: number; cells: Readonly<Record<string, string>> }
/** One element of a JSON file: of the array under `root` (or the object itself, when there is no array). */
export type JsonRow = { line: number; root: string; json: unknown }

/**
 * One thing made from `rows` rows. Without `value` it is refused, and `issues` must say why; with it, `issues` are flags.
 * Things must come in the same order each time the same file is read: that is how an interrupted run finds its place.
 */
export type Thing<T> = { line: number; rows: number; value?: T; issues: Issue[] }

/** What became of one thing. `counts` are added to the run's summary, such as `{ products: 1, variants: 4 }`. */
export type Outcome = {
  result: 'taken' | 'unchanged' | 'refused'
  issues?: Issue[]
  counts?: Readonly<Record<string, number>>
}

export type ApplyContext = {
  clock: Clock
  runId: string
  /** Written into ledgers and audits. */
  actorId: string
  /** What the person chose beside the file: currency, place, … */
  options: Readonly<Record<string, string>>
}

/** What `detect` sees: the header of a CSV, or the shape of a JSON file. */
export type Sample =
  | { source: 'csv'; columns: readonly string[] }
  | { source: 'json'; root: string; keys: readonly string[] }

export type Importer<T = unknown> = {
  kind: ImportKind
  /** Such as `shopify-csv`; unique within the kind. */
  format: string
  name: LocalizedText
  source: 'csv' | 'json'
  /** Whether a file of this shape is mine. Asked in the order of registration; the first yes wins. */
  detect(sample: Sample): boolean
  /** Joins rows into things, without touching the database; holds back only what it must. */
  read(
    rows: AsyncIterable<CsvRow> | AsyncIterable<JsonRow>,
    options: Readonly<Record<string, string>>,
  ): AsyncIterable<Thing<T>>
  /** Things in one transaction; 200 when absent. */
  batchSize?: number
  /**
   * Writes things with a value; one outcome for each, in order. Applying the same thing a second time must be `unchanged`.
   * Throwing undoes the batch; the engine then tries its things one by one, and lists the one that fails.
   */
  apply(tx: Tx, context: ApplyContext, things: readonly { line: number; value: T }[]): Promise<Outcome[]>
  /** After the last batch, in a transaction of its own: what can only be done when all is there. */
  finish?(tx: Tx, context: ApplyContext): Promise<void>
}

/** Progress of a run; bytes give the share done, since rows are not counted before. */
export type Progress = {
  runId: string
  rowsRead: number
  rowsTaken: number
  rowsUnchanged: number
  rowsRefused: number
  bytesRead: number
  bytesTotal: number
}

export type ImportResult = Progress & {
  status: 'done' | 'canceled' | 'failed'
  format: string
  summary: Readonly<Record<string, number>>
  issues: { refused: number; flagged: number }
  /** True when an interrupted run of the same file was continued. */
  resumed: boolean
}
