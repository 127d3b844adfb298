/** Runs an import: read, join, apply in batches, remember the place, list what was refused. */
import { basename } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Db, Tx } from '../db.ts'
import { Problem } from '../problems.ts'
import { applyBatch, type Batch } from './batch.ts'
import { importProblems } from './problems.ts'
import { detectImporter, findImporter, importersOf } from './registry.ts'
import { claimRun, finishRun, type Run, saveBatch, saveIssues, startRun } from './runs.ts'
import { csvRows, hashFile, inspectFile, jsonRows, type SourceFile, sampleOf } from './source.ts'
import type { ApplyContext, Importer, ImportKind, ImportResult, Progress, Thing } from './types.ts'
import { refusal } from './values.ts'

export type ImportFileOptions = {
  kind: ImportKind
  path: string
  /** Shown to people; the path's last part when absent. */
  fileName?: string
  /** When absent, the file's columns decide. */
  format?: string
  /** What the importer is told beside the file, such as `{ currency: 'EUR' }`. */
  options?: Readonly<Record<string, string>>
  /** Who brings the file in. */
  actorId?: string
  /** A run made by an upload; else an interrupted run of the same file is continued, or a new one begun. */
  runId?: string
  onProgress?: (progress: Progress) => void
  /** Aborting stops after the batch under way; what is committed stays, and the next run goes on from there. */
  signal?: AbortSignal
}

/**
 * Brings a file in. Every row is taken or listed in `platform.import_issue` with line, field, reason and remedy. A run that was
 * interrupted (power, Ctrl-C, cancel) is continued when the same file comes again; a file that was brought in completely before
 * is gone through again and changes nothing.
 * @throws Problem imports.file_missing, imports.file_empty, imports.format_unknown, imports.running, imports.file_broken
 */
export async function importFile(db: Db, clock: Clock, options: ImportFileOptions): Promise<ImportResult> {
  const file = await inspectFile(options.path)
  const importer = await importerOf(file, options)
  const sha256 = await hashFile(options.path)
  const run = await startRun(db, clock, {
    runId: options.runId,
    kind: options.kind,
    format: importer.format,
    fileName: options.fileName ?? basename(options.path),
    sha256,
    bytesTotal: file.bytes,
    options: options.options ?? {},
    actorId: options.actorId ?? null,
  })
  const lock = await claimRun(db, run.id)
  if (!lock) throw importProblems.running({ runId: run.id })
  try {
    return await goThrough(db, clock, { file, importer, run, options })
  } catch (error) {
    // Said in the row, so that the console shows it; the thrown error says why.
    await noteFailure(db, clock, run, error).catch(() => undefined)
    throw error
  } finally {
    await lock.release()
  }
}

async function noteFailure(db: Db, clock: Clock, run: Run, error: unknown): Promise<void> {
  if (error instanceof Problem && error.code === 'imports.file_broken') {
    const { line, reason, detail } = error.data
    const { title, titleEs, remedy = '', remedyEs = '' } = error.definition
    const issue = refusal(Number(line ?? 0), '', String(reason ?? 'file_broken'), detail ?? null, {
      es: `${titleEs}. ${remedyEs}`,
      en: `${title}. ${remedy}`,
    })
    await saveIssues(db, run.id, [issue])
  }
  await finishRun(db, clock, run, 'failed')
}

async function importerOf(file: SourceFile, { kind, format }: ImportFileOptions): Promise<Importer> {
  const known = importersOf(kind).map((importer) => importer.format)
  const { sample, columns } = await sampleOf(file, 1)
  const found = format === undefined ? detectImporter(kind, sample) : findImporter(kind, format)
  if (!found || found.source !== file.source)
    throw importProblems.format_unknown({ kind, format, formats: known, columns })
  return found
}

type Journey = { file: SourceFile; importer: Importer; run: Run; options: ImportFileOptions }

async function goThrough(db: Db, clock: Clock, { file, importer, run, options }: Journey): Promise<ImportResult> {
  const context: ApplyContext = {
    clock,
    runId: run.id,
    actorId: options.actorId ?? 'system:import',
    options: run.options,
  }
  const size = importer.batchSize ?? 200
  const resumed = run.resumeAt > 0
  const rows = file.source === 'csv' ? csvRows(file, onBytes) : jsonRows(file, onBytes)
  let bytesRead = 0
  function onBytes(read: number): void {
    bytesRead = read
  }
  let skip = run.resumeAt
  let batch: Thing<unknown>[] = []
  const commit = async (): Promise<boolean> => {
    const done = await applyBatch(db, importer, context, batch, (tx: Tx, part: Batch) =>
      saveBatch(tx, run, { ...part, bytesRead }),
    )
    batch = []
    options.onProgress?.(progressOf(run))
    return done
  }
  for await (const thing of importer.read(rows as never, run.options)) {
    if (skip > 0) {
      skip -= 1
      continue
    }
    batch.push(thing)
    if (batch.length < size) continue
    if (!(await commit()) || options.signal?.aborted)
      return result(await finishRun(db, clock, run, 'canceled'), importer, resumed)
  }
  if (batch.length > 0 && !(await commit()))
    return result(await finishRun(db, clock, run, 'canceled'), importer, resumed)
  if (importer.finish) await db.transaction(async (tx) => importer.finish?.(tx, context))
  return result(await finishRun(db, clock, run, 'done'), importer, resumed)
}

function progressOf(run: Run): Progress {
  const { id, rowsRead, rowsTaken, rowsUnchanged, rowsRefused, bytesRead, bytesTotal } = run
  return { runId: id, rowsRead, rowsTaken, rowsUnchanged, rowsRefused, bytesRead, bytesTotal }
}

function result(run: Run, { format }: Importer, resumed: boolean): ImportResult {
  const { status, summary, refused, flagged } = run
  if (status !== 'done' && status !== 'canceled' && status !== 'failed')
    throw new Error(`run ${run.id} ended as ${status}`)
  return { ...progressOf(run), status, format, summary, issues: { refused, flagged }, resumed }
}
