/** The rows of platform.import_run and import_issue: where a run stands and what it listed. */
import type { Clock } from '../clock.ts'
import type { Db, Queryable, Tx } from '../db.ts'
import { newId } from '../ids.ts'
import { sql } from '../sql.ts'
import type { Batch } from './batch.ts'
import { importProblems } from './problems.ts'
import type { ImportKind, Issue } from './types.ts'

export type RunStatus = 'uploaded' | 'running' | 'done' | 'failed' | 'canceled'
export type Run = {
  id: string
  kind: ImportKind
  format: string
  fileName: string
  status: RunStatus
  storedAs: string | null
  options: Record<string, string>
  bytesTotal: number
  bytesRead: number
  rowsTotal: number | null
  rowsRead: number
  rowsTaken: number
  rowsUnchanged: number
  rowsRefused: number
  resumeAt: number
  summary: Record<string, number>
  startedBy: string | null
  startedAt: Date
  finishedAt: Date | null
  refused: number
  flagged: number
}

export const runColumns = sql`
  r.id, r.kind, r.format, r.file_name as "fileName", r.status, r.stored_as as "storedAs", r.options,
  r.bytes_total as "bytesTotal", r.bytes_read as "bytesRead", r.rows_total as "rowsTotal", r.rows_read as "rowsRead",
  r.rows_taken as "rowsTaken", r.rows_unchanged as "rowsUnchanged", r.rows_refused as "rowsRefused",
  r.resume_at as "resumeAt", r.summary, r.started_by as "startedBy", r.started_at as "startedAt",
  r.finished_at as "finishedAt",
  (select count(*)::int from platform.import_issue i where i.run_id = r.id and i.severity = 'refused') as refused,
  (select count(*)::int from platform.import_issue i where i.run_id = r.id and i.severity = 'flagged') as flagged`

/** @throws Problem imports.run_not_found */
export async function findRun(q: Queryable, id: string): Promise<Run> {
  const run = await q.maybeOne<Run>(sql`select ${runColumns} from platform.import_run r where r.id = ${id}`)
  if (!run) throw importProblems.run_not_found({ runId: id })
  return run
}

export type NewRun = Pick<Run, 'kind' | 'format' | 'fileName' | 'bytesTotal' | 'options'> & {
  runId?: string
  sha256: string
  actorId: string | null
}

/**
 * The run to work on: the uploaded one that was named, else the newest interrupted run of exactly this file, else a new one. It
 * leaves as `running`.
 */
export async function startRun(db: Db, clock: Clock, wanted: NewRun): Promise<Run> {
  const id = wanted.runId ?? (await interrupted(db, wanted)) ?? newId('imp')
  await db.run(sql`
    insert into platform.import_run (id, kind, format, file_name, file_sha256, status, bytes_total, options, started_by, started_at)
    values (${id}, ${wanted.kind}, ${wanted.format}, ${wanted.fileName}, ${wanted.sha256}, 'running', ${wanted.bytesTotal},
            ${JSON.stringify(wanted.options)}::jsonb, ${wanted.actorId}, ${clock.now()})
    on conflict (id) do update
       set status = 'running', format = excluded.format, bytes_total = excluded.bytes_total, finished_at = null`)
  return findRun(db, id)
}

async function interrupted(q: Queryable, { sha256, kind, format, options }: NewRun): Promise<string | undefined> {
  const row = await q.maybeOne<{ id: string }>(sql`
    select id from platform.import_run
     where file_sha256 = ${sha256} and kind = ${kind} and format = ${format} and options = ${JSON.stringify(options)}::jsonb
       and status in ('running', 'failed', 'canceled')
     order by started_at desc, id desc limit 1`)
  return row?.id
}

/**
 * Takes the run for this process, for as long as its connection lives: a killed process lets go by itself.
 * @returns undefined when another process has it
 */
export async function claimRun(db: Db, runId: string): Promise<{ release(): Promise<void> } | undefined> {
  const client = await db.pool.connect()
  const key = `hilo.import:${runId}`
  try {
    const { rows } = await client.query<{ got: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
      [key],
    )
    if (rows[0]?.got !== true) {
      client.release()
      return undefined
    }
  } catch (error) {
    client.release(true)
    throw error
  }
  return {
    release: async () => {
      // Closing the connection lets the lock go even when the statement could not.
      const failed = await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).then(
        () => false,
        () => true,
      )
      client.release(failed)
    },
  }
}

/**
 * Adds a batch to the run, in the batch's transaction; `run` itself is brought up to date, too.
 * @returns false when somebody canceled the run
 */
export async function saveBatch(tx: Tx, run: Run, batch: Batch & { bytesRead: number }): Promise<boolean> {
  const summary = { ...run.summary }
  for (const [name, count] of Object.entries(batch.counts)) summary[name] = (summary[name] ?? 0) + count
  const saved = await tx.run(sql`
    update platform.import_run
       set resume_at = resume_at + ${batch.things}, rows_read = rows_read + ${batch.rows}, rows_taken = rows_taken + ${batch.taken},
           rows_unchanged = rows_unchanged + ${batch.unchanged}, rows_refused = rows_refused + ${batch.refused},
           bytes_read = ${batch.bytesRead}, summary = ${JSON.stringify(summary)}::jsonb
     where id = ${run.id} and status = 'running' and resume_at = ${run.resumeAt}`)
  if (saved === 0) return false
  await saveIssues(tx, run.id, batch.issues)
  tx.onCommit(() => {
    run.summary = summary
    run.resumeAt += batch.things
    run.rowsRead += batch.rows
    run.rowsTaken += batch.taken
    run.rowsUnchanged += batch.unchanged
    run.rowsRefused += batch.refused
    run.bytesRead = batch.bytesRead
  })
  return true
}

/** Lists issues with a run; the same line, field and code once. */
export async function saveIssues(tx: Queryable, runId: string, issues: readonly Issue[]): Promise<void> {
  if (issues.length === 0) return
  await tx.run(sql`
    insert into platform.import_issue (run_id, line, field, severity, code, value, remedy_es, remedy_en)
    select ${runId}, * from unnest(
      ${issues.map(({ line }) => line)}::bigint[], ${issues.map(({ field }) => field)}::text[],
      ${issues.map(({ severity }) => severity)}::text[], ${issues.map(({ code }) => code)}::text[],
      ${issues.map(({ value }) => value?.replaceAll('\0', '').slice(0, 500) ?? null)}::text[],
      ${issues.map(({ remedy }) => remedy.es)}::text[], ${issues.map(({ remedy }) => remedy.en)}::text[])
    on conflict do nothing`)
}

/** Ends the run; one that somebody canceled stays canceled. */
export async function finishRun(db: Db, clock: Clock, run: Run, status: 'done' | 'failed' | 'canceled'): Promise<Run> {
  await db.run(sql`
    update platform.import_run
       set status = case when status = 'running' then ${status} else status end, finished_at = ${clock.now()},
           rows_total = case when ${status} = 'done' then rows_read else rows_total end,
           bytes_read = case when ${status} = 'done' then bytes_total else bytes_read end
     where id = ${run.id}`)
  return findRun(db, run.id)
}
