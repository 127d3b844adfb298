/** Where a backup is written: a folder, or one file (.tar, .tar.gz, .tgz, .tar.zst). Appears under its name only when complete. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, existsSync, readdirSync } from 'node:fs'
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, createZstdCompress } from 'node:zlib'
import { SetupError } from '../setup-error.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'

export type Sink = {
  folder(path: string): Promise<void>
  /** Writes exactly `size` bytes: what is missing at the end of a shrinking file becomes zeros, as in pg_basebackup. */
  file(path: string, size: number, chunks: AsyncIterable<Buffer>): Promise<{ sha256: string }>
  /** Puts the backup under its name, safely on disk. */
  finish(): Promise<void>
  /** Removes what was written. */
  abandon(): Promise<void>
}

const archiveName = /\.(tar|tar\.gz|tgz|tar\.zst)$/

/**
 * Opens the place for a new backup. Its files are readable by this user only: they hold customers' data and the secret.
 * @param mtime seconds since 1970, for the entries of an archive
 * @param sync whether each file of a folder is forced to disk; only tests do without
 * @throws SetupError refused when something is there already
 */
export async function openSink(to: string, mtime: number, sync = true): Promise<Sink> {
  const isArchive = archiveName.test(to)
  if (existsSync(to) && (isArchive || readdirSync(to).length > 0)) throw occupied(to)
  await mkdir(dirname(to), { recursive: true })
  const draft = `${to}.partial`
  await rm(draft, { recursive: true, force: true })
  return isArchive ? archiveSink(to, draft, mtime) : folderSink(to, draft, sync)
}

function occupied(to: string): SetupError {
  return new SetupError('refused', {
    es: `En ${to} ya hay algo. Elige un nombre nuevo para la copia, por ejemplo con la fecha.`,
    en: `There is something at ${to} already. Choose a new name for the backup, for example with the date.`,
  })
}

async function folderSink(to: string, draft: string, sync: boolean): Promise<Sink> {
  await mkdir(draft, { recursive: true, mode: 0o700 })
  return {
    folder: async (path) => void (await mkdir(join(draft, path), { recursive: true, mode: 0o700 })),
    file: async (path, size, chunks) => {
      await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o700 })
      const file = await open(join(draft, path), 'w', 0o600)
      try {
        const hash = await eachExactly(size, chunks, async (chunk) => void (await file.write(chunk)))
        if (sync) await file.datasync()
        return { sha256: hash }
      } finally {
        await file.close()
      }
    },
    finish: async () => {
      if (existsSync(to)) await rmdir(to)
      await rename(draft, to)
      await syncFolder(dirname(to))
    },
    abandon: () => rm(draft, { recursive: true, force: true }),
  }
}

async function archiveSink(to: string, draft: string, mtime: number): Promise<Sink> {
  const packer = to.endsWith('gz')
    ? createGzip()
    : to.endsWith('zst')
      ? createZstdCompress(zstdLevel)
      : new PassThrough()
  const target = createWriteStream(draft, { mode: 0o600, flush: true })
  const done = pipeline(packer, target)
  done.catch(() => undefined) // told by the next write, and by finish
  const put = (chunk: Buffer) => write(packer, chunk, done)
  return {
    folder: (path) => put(tarHeader({ path, kind: 'folder', size: 0, mode: 0o700, mtime })),
    file: async (path, size, chunks) => {
      await put(tarHeader({ path, kind: 'file', size, mode: 0o600, mtime }))
      const hash = await eachExactly(size, chunks, put)
      await put(tarPadding(size))
      return { sha256: hash }
    },
    finish: async () => {
      await put(tarEnd)
      packer.end()
      await done
      await rename(draft, to)
      await syncFolder(dirname(to))
    },
    abandon: async () => {
      packer.destroy()
      await done.catch(() => undefined)
      await rm(draft, { force: true })
    },
  }
}

/** Fast: a backup competes with the shop for the processor. */
const zstdLevel = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

/** Waits for room in the stream; a failed stream (disk full) rejects instead of hanging. */
async function write(stream: Writable, chunk: Buffer, done: Promise<void>): Promise<void> {
  if (chunk.length === 0) return
  if (stream.destroyed) await done
  if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), done])
}

async function eachExactly(
  size: number,
  chunks: AsyncIterable<Buffer>,
  put: (chunk: Buffer) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256')
  let written = 0
  const add = async (chunk: Buffer) => {
    hash.update(chunk)
    written += chunk.length
    await put(chunk)
  }
  for await (const chunk of chunks) {
    await add(chunk.subarray(0, size - written))
    if (written === size) break
  }
  for (let missing = size - written; missing > 0; missing = size - written) {
    await add(Buffer.alloc(Math.min(missing, 65_536)))
  }
  return hash.digest('hex')
}

/** A rename is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
