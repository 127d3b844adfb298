/** Backups that were made and how far the archive reaches: asked of the archive's own files and of PostgreSQL, not of what should be. */
import { basename } from 'node:path'
import type { SystemState } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import { readBases, readState } from '#platform/postgres/archive/files'
import { sql } from '#platform/sql'

type Backups = SystemState['backups']

/** Notes that a backup was completed, so that the screen can say when; its path stays on the machine. */
export async function recordBackup(
  q: Queryable,
  { at, bytes, to }: { at: Date; bytes: number; to: string },
): Promise<void> {
  await q.run(sql`
    insert into system.backup (id, completed_at, bytes, target) values (${newId('bak')}, ${at}, ${bytes}, ${basename(to).slice(0, 200)})`)
}

/**
 * The last backup, the archive of HILO_ARCHIVE and, of a PostgreSQL of one's own, its archiving.
 * @param archiveDir null when no archive is kept
 */
export async function readBackups(
  q: Queryable,
  { archiveDir, archiveDays, embedded }: { archiveDir: string | null; archiveDays: number; embedded: boolean },
): Promise<Backups> {
  const last = await q.maybeOne<{ at: Date; bytes: number; target: string }>(sql`
    select completed_at as at, bytes, target from system.backup order by completed_at desc, id desc limit 1`)
  return {
    last: last ? { ...last, at: last.at.toISOString() } : null,
    archive: embedded && archiveDir !== null ? archiveOf(archiveDir, archiveDays) : null,
    server: embedded ? null : await archivingOfServer(q),
    embedded,
  }
}

function archiveOf(folder: string, keptDays: number): Backups['archive'] {
  try {
    const bases = readBases(folder)
    return {
      upTo: readState(folder)?.upTo ?? null,
      lastBaseAt: bases.at(-1)?.completedAt ?? null,
      bases: bases.length,
      keptDays,
    }
  } catch {
    // The disk of the archive is gone or its files cannot be read: then it reaches nowhere, which is what the screen says.
    return { upTo: null, lastBaseAt: null, bases: 0, keptDays }
  }
}

async function archivingOfServer(q: Queryable): Promise<Backups['server']> {
  const row = await q.one<{ mode: string; archived: Date | null; failed: Date | null }>(sql`
    select current_setting('archive_mode') as mode, last_archived_time as archived, last_failed_time as failed from pg_stat_archiver`)
  if (row.mode === 'off') return null
  return { lastArchivedAt: row.archived?.toISOString() ?? null, lastFailedAt: row.failed?.toISOString() ?? null }
}
