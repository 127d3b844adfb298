/**
 * A hot backup of the embedded database and the files beside it, while the shop sells.
 *
 *   START   pg_backup_start; a temporary slot keeps the log that is written from now on
 *   COPY    every file of the database as it is at that moment, even half-changed
 *   STOP    pg_backup_stop; every transaction acknowledged until now is in the log before this point
 *   LOG     the segments between start and stop, with which the copy becomes consistent when it is opened
 *   FILES   pictures, secret and hilo.env; after the database, so that no row names a picture that is missing
 *
 * The method is PostgreSQL's own (manual, 25.3.4 "Making a Base Backup Using the Low Level API"); the npm package brings
 * no pg_basebackup.
 */
import { readdirSync, statSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { PoolClient } from 'pg'
import type { Db } from '../../db.ts'
import { ranMigrations } from '../../migrate.ts'
import { SetupError } from '../setup-error.ts'
import { type Manifest, type ManifestFile, manifestName, sha256 } from './manifest.ts'
import { openSink, type Sink } from './sink.ts'

export type BackupOptions = Readonly<{
  dataDir: string
  /** A new folder, or a file name ending in .tar, .tar.gz, .tgz or .tar.zst. */
  to: string
  now: Date
  hiloVersion: string
  onProgress?: (doneBytes: number, totalBytes: number) => void
  /** A folder inside the data folder that is not copied, such as an archive of backups. */
  leaveOut?: string
  /** For tests only: files of a folder are not forced to disk. */
  unsynced?: boolean
}>
export type BackupResult = Readonly<{ bytes: number; files: number; startLsn: string; stopLsn: string }>

/** Not copied: made anew by the server, or copied in its own step. */
const skippedFiles =
  /^(postmaster\.(pid|opts|pid\.stale)|backup_label(\.old)?|tablespace_map(\.old)?|current_logfiles)$|(^|\/)pg_internal\.init|(^|\/)pgsql_tmp/
const skippedContents = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\//
/** Only the database files of `postgres/` matter; a backup kept inside the data folder is not backed up again. */
const skippedBeside = /^(postgres(\/|$)|\.restoring|\.before-restore)|\.partial(\/|$)|(^|\/)hilo-backup\.json$/
const controlFile = 'global/pg_control'
const chunkBytes = 262_144

/**
 * Writes a backup of the running embedded database of `dataDir`.
 * @throws SetupError refused, disk_full; the system's error when a file cannot be read
 */
export async function createBackup(db: Db, options: BackupOptions): Promise<BackupResult> {
  const dataDir = resolve(options.dataDir)
  const data = join(dataDir, 'postgres/data')
  const to = resolve(options.to)
  const all = walk(data, '').files
  const without = [to, ...(options.leaveOut === undefined ? [] : [resolve(options.leaveOut)])]
  const beside = besides(dataDir, without)
  const total = sizeOf(data, all) + sizeOf(dataDir, beside)
  const sink = await openSink(to, Math.floor(options.now.getTime() / 1000), !options.unsynced)
  const writer = new Writer(sink, (done) => options.onProgress?.(done, Math.max(total, done)))
  try {
    const points = await copyDatabase(db, data, writer)
    for (const path of besides(dataDir, without)) await writer.copy(join(dataDir, path), path)
    const manifest: Manifest = {
      format: 1,
      createdAt: options.now.toISOString(),
      hiloVersion: options.hiloVersion,
      ...points,
      folders: writer.folders,
      files: writer.files,
    }
    await writer.text(manifestName, JSON.stringify(manifest, null, 1))
    await sink.finish()
    return { bytes: writer.done, files: writer.files.length, startLsn: manifest.startLsn, stopLsn: manifest.stopLsn }
  } catch (error) {
    await sink.abandon()
    throw error
  }
}

type Points = Pick<Manifest, 'postgresMajor' | 'migration' | 'startLsn' | 'stopLsn'>

/** START to LOG, in one session of the server: leaving it ends the backup. */
async function copyDatabase(db: Db, data: string, writer: Writer): Promise<Points> {
  const session = await db.pool.connect()
  try {
    const value = (text: string, values: unknown[] = []) => firstValue(session, text, values)
    const { rows: spaces } = await session.query("select 1 from pg_tablespace where spcname !~ '^pg_'")
    if (spaces.length > 0) throw foreignTablespace()
    const slot = `hilo_backup_${process.pid}`
    await value('select pg_create_physical_replication_slot($1, true, true)', [slot])
    const startLsn = await value("select pg_backup_start('hilo', fast => true)")
    const startSegment = await value('select pg_walfile_name($1)', [startLsn])
    const migration = (await ranMigrations(async (text) => (await session.query(text)).rows)).at(-1)?.name ?? ''
    const postgresMajor = Number(await value("select current_setting('server_version_num')::int / 10000"))

    const { folders, files } = walk(data, '')
    for (const path of folders) await writer.folder(`postgres/data/${path}`)
    for (const path of files) await writer.copy(join(data, path), `postgres/data/${path}`)
    await writer.text(`postgres/data/${controlFile}`, await stableRead(join(data, controlFile)))

    const { rows } = await session.query<{ lsn: string; labelfile: string }>(
      'select lsn::text, labelfile from pg_backup_stop(wait_for_archive => false)',
    )
    const stop = rows[0] ?? { lsn: '', labelfile: '' }
    await writer.text('postgres/data/backup_label', stop.labelfile)
    const stopSegment = await value('select pg_walfile_name($1)', [stop.lsn])
    for (const segment of segmentsOf(data, startSegment, stopSegment)) {
      await writer.copy(join(data, 'pg_wal', segment), `postgres/data/pg_wal/${segment}`)
    }
    await value('select pg_drop_replication_slot($1)', [slot])
    return { postgresMajor, migration, startLsn, stopLsn: stop.lsn }
  } finally {
    session.release(true)
  }
}

async function firstValue(session: PoolClient, text: string, values: unknown[]): Promise<string> {
  const { rows } = await session.query<unknown[]>({ text, values, rowMode: 'array' })
  return String(rows[0]?.[0] ?? '')
}

/** Segments that recovery needs, all of them there, or the backup would not open. */
function segmentsOf(data: string, start: string, stop: string): string[] {
  const found = readdirSync(join(data, 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name))
  const needed = found.filter((name) => name >= start && name <= stop).sort()
  if (needed[0] !== start || needed.at(-1) !== stop) throw new Error(`the log from ${start} to ${stop} is not complete`)
  return [...needed, ...readdirSync(join(data, 'pg_wal')).filter((name) => name.endsWith('.history'))]
}

/** The control file is rewritten in place: read until two readings agree. */
async function stableRead(path: string): Promise<Buffer> {
  let previous = await readFile(path)
  for (;;) {
    const next = await readFile(path)
    if (next.equals(previous)) return next
    previous = next
  }
}

function foreignTablespace(): SetupError {
  return new SetupError('refused', {
    es: 'La base de datos usa un espacio de tablas propio; hilo backup no lo copia. Usa pg_basebackup.',
    en: 'The database uses a tablespace of its own; hilo backup does not copy it. Use pg_basebackup.',
  })
}

/** Folders and files below `root`, relative, without what a backup leaves out. */
function walk(root: string, from: string): { folders: string[]; files: string[] } {
  const found = { folders: [] as string[], files: [] as string[] }
  for (const entry of readdirSync(join(root, from), { withFileTypes: true })) {
    const path = from === '' ? entry.name : `${from}/${entry.name}`
    if (skippedFiles.test(path) || skippedContents.test(path) || path === controlFile) continue
    if (entry.isFile()) found.files.push(path)
    if (!entry.isDirectory()) continue
    found.folders.push(path)
    const below = walk(root, path)
    found.folders.push(...below.folders)
    found.files.push(...below.files)
  }
  return found
}

/** Everything in the data folder that is not the database. */
function besides(dataDir: string, without: readonly string[], from = ''): string[] {
  return readdirSync(join(dataDir, from), { withFileTypes: true }).flatMap((entry) => {
    const path = from === '' ? entry.name : `${from}/${entry.name}`
    if (skippedBeside.test(path) || without.some((each) => join(dataDir, path).startsWith(each))) return []
    if (entry.isDirectory()) return besides(dataDir, without, path)
    return entry.isFile() ? [path] : []
  })
}

function sizeOf(root: string, files: readonly string[]): number {
  return files.reduce((sum, path) => sum + (statSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Copies into the sink and notes what it copied. */
class Writer {
  readonly folders: string[] = []
  readonly files: ManifestFile[] = []
  done = 0
  readonly #sink: Sink
  readonly #tell: (done: number) => void

  constructor(sink: Sink, tell: (done: number) => void) {
    this.#sink = sink
    this.#tell = tell
  }

  async folder(path: string): Promise<void> {
    await this.#sink.folder(path)
    this.folders.push(path)
  }

  async text(path: string, content: Buffer | string): Promise<void> {
    const bytes = Buffer.from(content)
    await this.#sink.file(
      path,
      bytes.length,
      (async function* () {
        yield bytes
      })(),
    )
    this.files.push({ path, size: bytes.length, sha256: sha256(bytes) })
  }

  /** A file that was dropped since it was listed is left out: the log knows. */
  async copy(from: string, path: string): Promise<void> {
    const file = await openIfThere(from)
    if (file === null) return
    try {
      const { size } = await file.stat()
      const chunks = file.createReadStream({ highWaterMark: chunkBytes, autoClose: false }) as AsyncIterable<Buffer>
      const { sha256: hash } = await this.#sink.file(path, size, this.#counted(chunks))
      this.files.push({ path, size, sha256: hash })
    } finally {
      await file.close()
    }
  }

  async *#counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.done += chunk.length
      this.#tell(this.done)
      yield chunk
    }
  }
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
