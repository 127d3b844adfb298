/**
 * Brings an archive back to a moment, or to its end.
 *
 *   BASE     the newest backup that was complete by then, unpacked and compared byte by byte as any backup
 *   LOG      the pieces written since; to the end also what the archive did not get any more but the old data folder still has
 *   REPLAY   PostgreSQL goes through the log and stops behind the last transaction of that moment
 *   then as with a backup: nothing present is touched before all of it has worked
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { type RestoreOptions, type RestoreResult, restoreWith } from '../backup/restore-backup.ts'
import { startPostgres } from '../launcher.ts'
import { SetupError } from '../setup-error.ts'
import { type ArchiveState, type Base, baseFor, filesIn, position, readBases, readState, segmentName } from './files.ts'

const decompress = promisify(zstdDecompress)

export type RestoreArchiveOptions = RestoreOptions & Readonly<{ to: Date | 'now' }>

/** `reached` is how far the data go: the moment asked for, or the last one that the archive knew about. */
export type ArchiveResult = RestoreResult & Readonly<{ base: Base; reached: Date; fromOldData: boolean }>

/**
 * Restores an archive folder.
 * @throws SetupError refused (no archive, moment outside of it, and as `restoreBackup`), disk_full, data_not_writable
 */
export async function restoreArchive(options: RestoreArchiveOptions): Promise<ArchiveResult> {
  const archive = resolve(options.from)
  const state = readState(archive)
  const bases = readBases(archive)
  if (!state || bases.length === 0) throw noArchive(archive)
  const { to } = options
  if (to !== 'now' && to.toISOString() > state.upTo) throw tooLate(to, state)
  const base = to === 'now' ? bases.at(-1) : baseFor(bases, to)
  if (!base) throw tooEarly(bases)
  const log: Log = {
    archive,
    base,
    state,
    oldData: to === 'now' ? join(resolve(options.dataDir), 'postgres/data') : null,
  }
  let fromOldData = false
  const from = join(archive, 'bases', `${base.name}.tar.zst`)
  const result = await restoreWith({ ...options, from }, async (staged) => {
    await bringPictures(join(archive, 'files'), staged)
    fromOldData = await bringLog(log, join(staged, 'postgres/data'))
    await replay(staged, options)
  })
  return { ...result, base, reached: to === 'now' ? new Date(state.upTo) : to, fromOldData }
}

type Log = { archive: string; base: Base; state: ArchiveState; oldData: string | null }

/** Puts the log where PostgreSQL looks for it. @returns whether the old data folder had more of it than the archive */
async function bringLog({ archive, base, state, oldData }: Log, data: string): Promise<boolean> {
  const folder = join(archive, 'log')
  const names = filesIn(folder)
  const packed = names.filter((name) => name.endsWith('.zst')).map((name) => name.slice(0, 24))
  const partial = names.filter((name) => name.endsWith('.partial')).map((name) => name.slice(0, 24))
  const needed = (name: string) => segmentName.test(name) && position(name) >= position(base.firstSegment)
  const wal = join(data, 'pg_wal')
  for (const name of packed.filter(needed))
    await writeFile(join(wal, name), await decompress(await readFile(join(folder, `${name}.zst`))), { mode: 0o600 })
  for (const name of partial.filter((each) => needed(each) && !packed.includes(each))) {
    await copyFile(join(folder, `${name}.partial`), join(wal, name))
    await truncate(join(wal, name), state.segmentBytes) // PostgreSQL knows pieces of full length only; zeros end the log
  }
  for (const name of names.filter((each) => each.endsWith('.history')))
    await copyFile(join(folder, name), join(wal, name))
  if (oldData === null || systemIdentifierOf(oldData) !== state.systemIdentifier) return false
  // What was acknowledged in the last second before the end may be in the old folder only, where the same log goes on.
  const last = [...packed, ...partial].sort().at(-1) ?? base.firstSegment
  const newer = filesIn(join(oldData, 'pg_wal')).filter(
    (name) => segmentName.test(name) && name >= last && name.slice(0, 8) === last.slice(0, 8),
  )
  for (const name of newer) await copyFile(join(oldData, 'pg_wal', name), join(wal, name))
  return newer.length > 0
}

/** PostgreSQL's own number of a database, the first eight bytes of its control file; null when there is none. */
function systemIdentifierOf(data: string): string | null {
  const path = join(data, 'global/pg_control')
  if (!existsSync(path)) return null
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(8)
    readSync(file, bytes, 0, 8, 0)
    return bytes.readBigUInt64LE().toString()
  } finally {
    closeSync(file)
  }
}

async function bringPictures(from: string, to: string): Promise<void> {
  for (const entry of filesIn(from)) {
    const [source, target] = [join(from, entry), join(to, entry)]
    if (statSync(source).isDirectory()) await bringPictures(source, target)
    else if (!existsSync(target)) {
      await mkdir(to, { recursive: true, mode: 0o700 })
      await copyFile(source, target)
    }
  }
}

async function replay(staged: string, { to, testing }: RestoreArchiveOptions): Promise<void> {
  const data = join(staged, 'postgres/data')
  const settings = {
    // All there is of the log lies in pg_wal already; PostgreSQL insists on a way to ask for more.
    restore_command: 'false',
    recovery_target_action: 'promote',
    hot_standby: 'off',
    ...(to === 'now' ? {} : { recovery_target_time: to.toISOString().replace('T', ' ').replace('Z', '+00') }),
  }
  const open = async (given: Record<string, string>) => {
    await writeFile(join(data, 'recovery.signal'), '', { mode: 0o600 })
    const server = await startPostgres({ dataDir: staged }, { testing, settings: given })
    await server.stop()
  }
  try {
    await open(settings)
  } catch (error) {
    // Nothing was committed between the moment asked for and the end of the log: the end is that moment.
    if (to === 'now' || !/recovery target was reached/.test(String((error as Error).cause))) throw error
    const { recovery_target_time: _reached, ...whole } = settings as Record<string, string>
    await open(whole)
  }
}

function noArchive(archive: string): SetupError {
  return new SetupError('refused', {
    es: `En ${archive} no hay un archivo de Hilo con una copia completa. La carpeta es la de HILO_ARCHIVE.`,
    en: `There is no archive of Hilo with a complete backup in ${archive}. The folder is the one of HILO_ARCHIVE.`,
  })
}

function tooLate(to: Date, { upTo }: ArchiveState): SetupError {
  return new SetupError('refused', {
    es: `El archivo llega hasta ${upTo} y se pide ${to.toISOString()}. Con --to now se recupera todo lo que tiene.`,
    en: `The archive reaches until ${upTo}, and ${to.toISOString()} was asked for. --to now brings back all it has.`,
  })
}

function tooEarly(bases: readonly Base[]): SetupError {
  const first = bases[0]?.completedAt ?? ''
  return new SetupError('refused', {
    es: `El archivo empieza el ${first}; antes de eso no se puede volver. HILO_ARCHIVE_DAYS dice cuántos días se guardan.`,
    en: `The archive begins at ${first}; there is no way back to before that. HILO_ARCHIVE_DAYS says how many days are kept.`,
  })
}
