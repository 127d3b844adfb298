import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Db } from '../db.ts'
import type { PeriodicJob } from '../jobs.ts'
import { Problem } from '../problems.ts'
import { sql } from '../sql.ts'
import { importFile } from './run.ts'
import { findRun } from './runs.ts'

/** Where uploads lie until their run has ended. */
export function uploadPath(dataDir: string, storedAs: string): string {
  return join(dataDir, 'imports', storedAs)
}

/**
 * Goes through an uploaded file whose run was started; does nothing when another process is at it. A file that cannot be read ends
 * its run as `failed`, with the reason listed.
 */
export async function runUpload(
  db: Db,
  clock: Clock,
  { dataDir, runId, signal }: { dataDir: string; runId: string; signal?: AbortSignal },
): Promise<void> {
  const run = await findRun(db, runId)
  if (run.status !== 'running' || run.storedAs === null) return
  const path = uploadPath(dataDir, run.storedAs)
  try {
    const { kind, format, fileName, options, startedBy } = run
    await importFile(db, clock, {
      runId,
      kind,
      format,
      fileName,
      path,
      options,
      actorId: startedBy ?? undefined,
      signal,
    })
  } catch (error) {
    if (error instanceof Problem && error.code === 'imports.running') return
    if (error instanceof Problem && error.code === 'imports.file_missing') {
      await db.run(sql`
        update platform.import_run set status = 'failed', finished_at = ${clock.now()} where id = ${runId} and status = 'running'`)
    }
    if (!(error instanceof Problem)) throw error
  }
  const { status } = await findRun(db, runId)
  // Kept after a failure, so that it can be started again when the cause is gone.
  if (status === 'done') await rm(path, { force: true })
}

/** Goes on with runs whose process died, and throws away uploads nobody started for a day. */
export function importJobs({ dataDir }: { dataDir: string }): PeriodicJob[] {
  return [
    {
      name: 'imports.resume',
      everyMs: 5_000,
      // A whole catalogue may be one turn.
      patienceMs: 6 * 3_600_000,
      run: async ({ db, clock }) => {
        const open = await db.many<{ id: string }>(sql`
          select id from platform.import_run where status = 'running' and stored_as is not null order by started_at limit 20`)
        for (const { id } of open) await runUpload(db, clock, { dataDir, runId: id })
      },
    },
    {
      name: 'imports.forget-uploads',
      everyMs: 3_600_000,
      run: async ({ db, clock }) => {
        const old = await db.many<{ storedAs: string }>(sql`
          update platform.import_run set status = 'canceled', finished_at = ${clock.now()}
           where status = 'uploaded' and started_at < ${clock.now()}::timestamptz - interval '1 day'
          returning stored_as as "storedAs"`)
        for (const { storedAs } of old) await rm(uploadPath(dataDir, storedAs), { force: true })
      },
    },
  ]
}
