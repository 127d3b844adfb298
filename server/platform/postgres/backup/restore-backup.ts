/**
 * Brings a backup back into a data folder.
 *
 *   UNPACK   into a hidden folder beside the present data; every byte compared with the manifest
 *   PROVE    a server opens the copy and replays its log; nothing present has been touched until here
 *   SWAP     what was there moves aside, the copy takes its place; a note makes a swap cut short complete itself later
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { isPostgresRunning, startPostgres, type TestingOptions } from '../launcher.ts'
import { SetupError } from '../setup-error.ts'
import { isInside, type Manifest, manifestName, notABackup, parseManifest } from './manifest.ts'
import { finishRestore, isSwapUnderWay, swapIn } from './swap.ts'
import { readTar } from './tar.ts'

export type RestoreOptions = Readonly<{
  from: string
  dataDir: string
  /** Whether present data may be moved aside. */
  replace: boolean
  now: Date
  onProgress?: (doneBytes: number, totalBytes: number) => void
  /** Judges the opened copy before anything is moved, for example that its schema is not newer than the code. */
  check?: (url: string) => Promise<void>
  testing?: TestingOptions
}>

/** `aside` is where the former data are now, `null` when there were none. */
export type RestoreResult = Readonly<{ manifest: Manifest; aside: string | null }>

/**
 * Restores a backup folder or file.
 * @throws SetupError refused (running, not empty, not a backup, damaged, other PostgreSQL), disk_full, data_not_writable
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  return restoreWith(options, async () => undefined)
}

/**
 * The same with a step between unpacking and proof: `replay` may add files to the unpacked data folder and open it itself, so that it
 * goes further than the backup.
 */
export async function restoreWith(
  options: RestoreOptions,
  replay: (staged: string) => Promise<void>,
): Promise<RestoreResult> {
  const dataDir = resolve(options.dataDir)
  await finishRestore(dataDir)
  const occupied = refuseUnfit(dataDir, options.replace)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await dropLeftovers(dataDir)
  const staged = join(dataDir, `.restoring-${process.pid}`)
  try {
    const manifest = await unpack(resolve(options.from), staged, options)
    await replay(staged)
    await prove(staged, options)
    refuseUnfit(dataDir, options.replace) // somebody may have started a shop on it meanwhile
    const aside = join(dataDir, `.before-restore-${options.now.toISOString().replace(/[:.]/g, '-')}`)
    await swapIn(dataDir, staged, aside)
    return { manifest, aside: occupied ? aside : null }
  } catch (error) {
    if (!isSwapUnderWay(dataDir)) await rm(staged, { recursive: true, force: true })
    throw error
  }
}

/** True when data are there that may be replaced. */
function refuseUnfit(dataDir: string, replace: boolean): boolean {
  if (!existsSync(join(dataDir, 'postgres/data'))) return false
  if (isPostgresRunning(dataDir)) {
    throw new SetupError('refused', {
      es: `Hilo está en marcha con los datos de ${dataDir}. Páralo (Ctrl-C) y repite hilo restore.`,
      en: `Hilo is running on the data in ${dataDir}. Stop it (Ctrl-C) and repeat hilo restore.`,
    })
  }
  if (replace) return true
  throw new SetupError('refused', {
    es: `En ${dataDir} ya hay datos. Añade --replace para apartarlos, o elige otra carpeta con --data.`,
    en: `There are data in ${dataDir} already. Add --replace to move them aside, or choose another folder with --data.`,
  })
}

async function dropLeftovers(dataDir: string): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith('.restoring-')) await rm(join(dataDir, name), { recursive: true, force: true })
  }
}

async function prove(staged: string, { check, testing }: RestoreOptions): Promise<void> {
  const server = await startPostgres({ dataDir: staged }, { testing })
  try {
    await check?.(server.url)
  } finally {
    await server.stop()
  }
  for (const name of ['run', 'users', 'log', 'socket-folder']) {
    await rm(join(staged, 'postgres', name), { recursive: true, force: true })
  }
}

async function unpack(from: string, to: string, { onProgress, testing }: RestoreOptions): Promise<Manifest> {
  const sync = !testing?.unsynced
  if (!existsSync(from)) throw missing(from)
  const isFolder = statSync(from).isDirectory()
  const total = isFolder ? folderTotal(from) : statSync(from).size
  const received = new Map<string, { size: number; sha256: string }>()
  let done = 0
  try {
    const entries = isFolder ? readFolder(from) : readTar(readArchive(from, (bytes) => onProgress?.(bytes, total)))
    for await (const { entry, chunks } of entries) {
      if (!isInside(entry.path)) throw notABackup(entry.path)
      if (entry.kind === 'folder') await mkdir(join(to, entry.path), { recursive: true, mode: 0o700 })
      else received.set(entry.path, await receive(join(to, entry.path), chunks, sync))
      done += entry.size
      if (isFolder) onProgress?.(done, total)
    }
  } catch (error) {
    if (error instanceof SetupError || (error as NodeJS.ErrnoException).syscall) throw error
    throw notABackup((error as Error).message)
  }
  return checkManifest(to, received)
}

function missing(from: string): SetupError {
  return new SetupError('refused', {
    es: `No existe ${from}. Comprueba el camino de la copia.`,
    en: `${from} does not exist. Check the path of the backup.`,
  })
}

function folderTotal(from: string): number {
  const path = join(from, manifestName)
  if (!existsSync(path)) throw notABackup(manifestName)
  return parseManifest(readFileSync(path, 'utf8')).files.reduce((sum, { size }) => sum + size, 0)
}

async function receive(
  path: string,
  chunks: AsyncIterable<Buffer>,
  sync: boolean,
): Promise<{ size: number; sha256: string }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  const file = await open(path, 'w', 0o600)
  let size = 0
  try {
    for await (const chunk of chunks) {
      hash.update(chunk)
      size += chunk.length
      await file.write(chunk)
    }
    if (sync) await file.datasync()
  } finally {
    await file.close()
  }
  return { size, sha256: hash.digest('hex') }
}

/** Compares what arrived with what the manifest lists: nothing missing, nothing changed, nothing more. */
async function checkManifest(to: string, received: Map<string, { size: number; sha256: string }>): Promise<Manifest> {
  if (!received.delete(manifestName)) throw notABackup(manifestName)
  const manifest = parseManifest(await readFile(join(to, manifestName), 'utf8'))
  for (const { path, size, sha256 } of manifest.files) {
    const found = received.get(path)
    if (found?.size !== size || found.sha256 !== sha256) throw notABackup(path)
    received.delete(path)
  }
  for (const path of received.keys()) throw notABackup(path)
  for (const path of manifest.folders) await mkdir(join(to, path), { recursive: true, mode: 0o700 })
  await rm(join(to, manifestName))
  return manifest
}

async function* readFolder(
  root: string,
  from = '',
): AsyncGenerator<{
  entry: { path: string; kind: 'file' | 'folder'; size: number }
  chunks: AsyncIterable<Buffer>
}> {
  for (const found of readdirSync(join(root, from), { withFileTypes: true })) {
    const path = from === '' ? found.name : `${from}/${found.name}`
    if (!found.isDirectory() && !found.isFile()) throw notABackup(path)
    const kind = found.isDirectory() ? 'folder' : 'file'
    const size = kind === 'file' ? statSync(join(root, path)).size : 0
    yield { entry: { path, kind, size }, chunks: createReadStreamIf(kind, join(root, path)) }
    if (kind === 'folder') yield* readFolder(root, path)
  }
}

async function* createReadStreamIf(kind: 'file' | 'folder', path: string): AsyncGenerator<Buffer> {
  if (kind === 'file') yield* createReadStream(path) as AsyncIterable<Buffer>
}

/** The bytes of an archive, unpacked; `tell` gets the bytes read from the file. */
function readArchive(from: string, tell: (bytes: number) => void): AsyncIterable<Buffer> {
  const counted = Readable.from(count(createReadStream(from, { highWaterMark: 262_144 }), tell), { objectMode: false })
  if (!from.endsWith('gz') && !from.endsWith('zst')) return counted
  const unpacker = from.endsWith('gz') ? createGunzip() : createZstdDecompress()
  counted.on('error', (error) => unpacker.destroy(error))
  return counted.pipe(unpacker)
}

async function* count(chunks: AsyncIterable<Buffer>, tell: (bytes: number) => void): AsyncGenerator<Buffer> {
  let read = 0
  for await (const chunk of chunks) {
    read += chunk.length
    tell(read)
    yield chunk
  }
}
