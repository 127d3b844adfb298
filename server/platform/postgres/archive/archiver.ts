/**
 * Keeps an archive of the running embedded database, second by second.
 *
 *   HOLD    a replication slot keeps the log from being recycled before it was copied; it gives up at 4 GB (max_slot_wal_keep_size),
 *           so that an archive that is away for days does not fill the shop's own disk
 *   COPY    each second: complete pieces of the log, packed; then what was added to the piece being written
 *   BASE    a backup once a day, and at once when the log has a gap (new archive, after a restore, archive away for too long)
 *   DROP    bases and log that no kept day needs
 *
 * One process archives; others that share the database stand by (advisory lock). The npm package brings no pg_receivewal, and an
 * archive_command would start a program for every piece and never see the one being written.
 */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { PoolClient } from 'pg'
import type { Clock } from '../../clock.ts'
import { type Db, openDb } from '../../db.ts'
import { createBackup } from '../backup/create-backup.ts'
import { diskFull, SetupError } from '../setup-error.ts'
import { type Base, filesIn, outdated, readBases, readState, segmentName, stateName, writeSafely } from './files.ts'

export type ArchiverOptions = Readonly<{
  url: string
  dataDir: string
  archive: string
  days: number
  clock: Clock
  hiloVersion: string
  /** Told when archiving begins to fail, with what, and with null when it works again. */
  tell: (trouble: unknown) => void
  /** Between two looks; a base is made when the newest is older than `baseEveryMs`. */
  everyMs?: number
  baseEveryMs?: number
}>

export type Archiver = {
  /** Copies everything acknowledged until now. @throws what keeps it from doing so */
  catchUp(): Promise<void>
  /** Copies what is left and ends. */
  stop(): Promise<void>
}

const slot = 'hilo_archive'
const pageBytes = 8192
const dayMs = 86_400_000
const idleNoteMs = 10_000
const compress = promisify(zstdCompress)
const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

/** Begins to archive, and goes on until stopped; what fails is told and tried again. */
export function startArchiver(options: ArchiverOptions): Archiver {
  const db = openDb(options.url, { poolSize: 2, statementTimeoutMs: 0, applicationName: 'hilo-archive' })
  const work = new Archive(db, options)
  let queue: Promise<void> = Promise.resolve()
  let troubled = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  /** Looks come one after the other, whoever asks for them. */
  const look = (): Promise<void> => {
    const done = queue.then(() => work.turn())
    queue = done.catch(() => undefined)
    return done
  }
  const tryLook = () =>
    look().then(
      () => {
        if (troubled) options.tell(null)
        troubled = false
      },
      (error: unknown) => {
        if (!troubled) options.tell(error)
        troubled = true
        work.leave()
      },
    )
  const next = () => {
    timer = setTimeout(
      () => void tryLook().finally(() => (stopped ? undefined : next())),
      options.everyMs ?? 1000,
    ).unref()
  }
  next()
  return {
    catchUp: async () => {
      await look()
      await work.baseUnderWay
      await look()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await tryLook()
      await work.close()
      await db.close()
    },
  }
}

type Place = { lsn: string; segment: string; offset: number }

class Archive {
  baseUnderWay: Promise<void> = Promise.resolve()
  readonly #db: Db
  readonly #options: ArchiverOptions
  readonly #data: string
  readonly #archive: string
  #session: PoolClient | undefined
  #segmentBytes = 0
  #systemIdentifier = ''
  /** Bytes of the piece being written that are copied already. */
  #copied = { segment: '', bytes: 0 }
  #needsBase = false
  #baseRuns = false
  #notedAt = 0
  #mirroredAt = 0

  constructor(db: Db, options: ArchiverOptions) {
    this.#db = db
    this.#options = options
    this.#data = join(resolve(options.dataDir), 'postgres/data')
    this.#archive = resolve(options.archive)
  }

  /** One look: everything new goes into the archive. */
  async turn(): Promise<void> {
    const session = this.#session ?? (await this.#enter())
    if (!session) return
    const askedAt = this.#options.clock.now()
    const place = await this.#place(session)
    const moved = await this.#copyLog(session, place)
    if (moved || askedAt.getTime() - this.#notedAt > idleNoteMs) await this.#note(askedAt)
    if (askedAt.getTime() - this.#mirroredAt > 60_000) await this.#mirrorPictures(askedAt)
    this.#startBaseWhenDue(askedAt)
  }

  /** After a failure: begin anew at the next turn. */
  leave(): void {
    this.#session?.release(true)
    this.#session = undefined
    this.#copied = { segment: '', bytes: 0 }
  }

  async close(): Promise<void> {
    await this.baseUnderWay
    this.leave()
  }

  /** Takes the archive for this process, makes it when there is none, and looks for a gap. Undefined: another process archives. */
  async #enter(): Promise<PoolClient | undefined> {
    const session = await this.#db.pool.connect()
    try {
      const ask = async (text: string) => (await session.query<{ value: string }>(text)).rows[0]?.value
      if ((await ask("select pg_try_advisory_lock(hashtext('hilo.archive'))::text as value")) !== 'true') {
        session.release()
        return undefined
      }
      this.#systemIdentifier = String(await ask('select system_identifier::text as value from pg_control_system()'))
      this.#segmentBytes = Number(await ask("select pg_size_bytes(current_setting('wal_segment_size'))::text as value"))
      await this.#openFolder()
      const status = await ask(`select wal_status as value from pg_replication_slots where slot_name = '${slot}'`)
      if (status === 'lost') await session.query(`select pg_drop_replication_slot('${slot}')`)
      if (status === undefined || status === 'lost') {
        await session.query(`select pg_create_physical_replication_slot('${slot}', true)`)
        this.#needsBase = true
      }
      this.#session = session
      return session
    } catch (error) {
      session.release(true)
      throw error
    }
  }

  async #openFolder(): Promise<void> {
    const found = readState(this.#archive)
    if (found && found.systemIdentifier !== this.#systemIdentifier) throw foreignArchive(this.#archive)
    for (const folder of ['bases', 'log', 'files'])
      await mkdir(join(this.#archive, folder), { recursive: true, mode: 0o700 })
  }

  async #place(session: PoolClient): Promise<Place> {
    const { rows } = await session.query<Place>(`
      select lsn::text, (pg_walfile_name_offset(lsn)).file_name as segment, (pg_walfile_name_offset(lsn)).file_offset as offset
        from pg_current_wal_flush_lsn() as lsn`)
    const [place] = rows
    if (!place) throw new Error('the database does not say where its log stands')
    // At the very end of a piece the name is still that of the piece before, or already that of the next: both are right here.
    return place
  }

  /** @returns whether there was anything new */
  async #copyLog(session: PoolClient, { lsn, segment, offset }: Place): Promise<boolean> {
    const folder = join(this.#archive, 'log')
    const have = new Set(filesIn(folder))
    const present = filesIn(join(this.#data, 'pg_wal'))
    const { rows } = await session.query<{ first: string | null }>(
      `select pg_walfile_name(restart_lsn) as first from pg_replication_slots where slot_name = '${slot}'`,
    )
    const first = rows[0]?.first ?? segment
    const complete = present.filter((name) => segmentName.test(name) && name >= first && name < segment).sort()
    let moved = false
    for (const name of complete.filter((each) => !have.has(`${each}.zst`))) {
      const packed = await compress(await readFile(join(this.#data, 'pg_wal', name)), level)
      await writeSafely(join(folder, `${name}.zst`), packed)
      await rm(join(folder, `${name}.partial`), { force: true })
      moved = true
    }
    for (const name of present.filter((each) => each.endsWith('.history') && !have.has(each)))
      await writeSafely(join(folder, name), await readFile(join(this.#data, 'pg_wal', name)))
    if (complete.length > 0)
      await session.query(`select pg_replication_slot_advance('${slot}', $1)`, [startOf(lsn, offset)])
    return (await this.#copyPartial(folder, segment, offset)) || moved
  }

  /** Adds what the piece being written has got since the last look. Its last page is copied anew: it was filled up in place. */
  async #copyPartial(folder: string, segment: string, offset: number): Promise<boolean> {
    const known = this.#copied.segment === segment ? this.#copied.bytes : 0
    if (known === offset) return false
    const from = known - (known % pageBytes)
    const bytes = Buffer.alloc(offset - from)
    const source = await open(join(this.#data, 'pg_wal', segment), 'r')
    try {
      await source.read(bytes, 0, bytes.length, from)
    } finally {
      await source.close()
    }
    const path = join(folder, `${segment}.partial`)
    const target = await open(path, existsSync(path) ? 'r+' : 'w+', 0o600)
    try {
      await target.write(bytes, 0, bytes.length, from)
      await target.datasync()
    } finally {
      await target.close()
    }
    this.#copied = { segment, bytes: offset }
    return true
  }

  async #note(upTo: Date): Promise<void> {
    const state = {
      format: 1,
      systemIdentifier: this.#systemIdentifier,
      segmentBytes: this.#segmentBytes,
      upTo: upTo.toISOString(),
    }
    await writeSafely(join(this.#archive, stateName), JSON.stringify(state))
    this.#notedAt = upTo.getTime()
  }

  /** Pictures never change under their name: those that are there are the same. */
  async #mirrorPictures(at: Date): Promise<void> {
    await mirror(join(resolve(this.#options.dataDir), 'media'), join(this.#archive, 'files/media'))
    this.#mirroredAt = at.getTime()
  }

  #startBaseWhenDue(now: Date): void {
    if (this.#baseRuns) return
    const newest = readBases(this.#archive).at(-1)
    const age = newest ? now.getTime() - Date.parse(newest.completedAt) : Number.POSITIVE_INFINITY
    if (!this.#needsBase && age < (this.#options.baseEveryMs ?? dayMs)) return
    this.#baseRuns = true
    this.baseUnderWay = this.#makeBase(newest)
      .catch((error: unknown) => this.#options.tell(error))
      .finally(() => {
        this.#baseRuns = false
      })
  }

  async #makeBase(previous: Base | undefined): Promise<void> {
    const { clock, dataDir, hiloVersion, days } = this.#options
    const { bavail, bsize } = await statfs(this.#archive)
    if (previous && bavail * bsize < previous.bytes * 1.2) throw diskFull(this.#archive)
    const begun = clock.now()
    const name = begun.toISOString().replace(/[:.]/g, '-')
    const to = join(this.#archive, 'bases', `${name}.tar.zst`)
    const { startLsn } = await createBackup(this.#db, { dataDir, to, now: begun, hiloVersion, leaveOut: this.#archive })
    const { rows } = await this.#db.pool.query<{ segment: string }>('select pg_walfile_name($1::pg_lsn) as segment', [
      startLsn,
    ])
    const base: Base = {
      name,
      completedAt: clock.now().toISOString(),
      firstSegment: rows[0]?.segment ?? '',
      bytes: (await stat(to)).size,
    }
    await writeSafely(join(this.#archive, 'bases', `${name}.json`), JSON.stringify(base))
    this.#needsBase = false
    await this.#dropOutdated(days)
  }

  async #dropOutdated(days: number): Promise<void> {
    const folder = join(this.#archive, 'log')
    const now = this.#options.clock.now()
    const bases = readBases(this.#archive)
    const old = outdated(bases, filesIn(folder), { now, days })
    for (const { name } of old.bases) {
      await rm(join(this.#archive, 'bases', `${name}.json`), { force: true })
      await rm(join(this.#archive, 'bases', `${name}.tar.zst`), { force: true })
    }
    for (const name of old.segments) await rm(join(folder, name), { force: true })
  }
}

/** Where the piece of the log begins that this position lies in: both are numbers of bytes, written as two in hexadecimal. */
function startOf(lsn: string, offset: number): string {
  const [high = '0', low = '0'] = lsn.split('/')
  const start = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`) - BigInt(offset)
  return `${(start >> 32n).toString(16)}/${(start & 0xffff_ffffn).toString(16)}`
}

/** Copies what is missing in `to`, folder by folder. */
async function mirror(from: string, to: string): Promise<void> {
  for (const name of filesIn(from)) {
    const [source, target] = [join(from, name), join(to, name)]
    if ((await stat(source)).isDirectory()) await mirror(source, target)
    else if (!existsSync(target)) {
      await mkdir(to, { recursive: true, mode: 0o700 })
      await copyFile(source, `${target}.new`)
      await rename(`${target}.new`, target)
    }
  }
}

function foreignArchive(archive: string): SetupError {
  return new SetupError('refused', {
    es: `El archivo de ${archive} es de otra base de datos. Pon en HILO_ARCHIVE una carpeta nueva; la tienda sigue abierta, sin archivo.`,
    en: `The archive in ${archive} belongs to another database. Give HILO_ARCHIVE a new folder; the shop stays open, without an archive.`,
  })
}
