/**
 * The embedded database: a real PostgreSQL from npm, in the data folder, for whoever has none.
 *
 *   <data folder>/postgres/data      the database files
 *   <data folder>/postgres/run       the socket, mode 0700: who may enter this folder may use the database, nobody else.
 *                                    That is safer than a password (nothing to leak, nothing on the network) and simpler.
 *   <data folder>/postgres/log       what the server says
 *   <data folder>/postgres/users     the live Hilo processes that use it; the last one stops it
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Account, type AccountWay, chooseAccount, giveTo } from './account.ts'
import { finishRestore } from './backup/swap.ts'
import { binariesIn, findBinaries } from './binaries.ts'
import { databaseName, ensureCluster } from './cluster.ts'
import { hold, withLock } from './lock.ts'
import {
  findPostmaster,
  type Postmaster,
  signalStop,
  startPostmaster,
  stopPostmaster,
  waitUntilReady,
} from './postmaster.ts'
import { fileTrouble, SetupError } from './setup-error.ts'
import { type SupervisionEvent, superviseServer } from './supervisor.ts'

/** `adopted` is true when it was already running: another Hilo uses it, or it outlived one that was killed. */
export type RunningPostgres = Readonly<{
  /** Connection address; goes through the socket folder, so it is valid on this machine only. */
  url: string
  adopted: boolean
  /** Stops the server, unless another live Hilo process uses it. */
  stop(): Promise<void>
  /** The same for a process that is about to end: tells the server to stop and does not wait. */
  stopNow(): void
}>

export type PostgresOptions = {
  /** Told every few seconds while the server recovers from a crash. */
  onWait?: (seconds: number) => void
  /** When given, a server that ends unasked (killed, crashed) is started again, and this is told. */
  supervise?: (event: SupervisionEvent) => void
  /** Settings of this start that win over ours, such as how far a restore shall go. */
  settings?: Readonly<Record<string, string>>
  testing?: TestingOptions
}

/** What only tests ask for. */
export type TestingOptions = Readonly<{
  /** Server settings that win over ours. */
  settings?: Readonly<Record<string, string>>
  /** Make the files without syncing them to disk. */
  unsynced?: boolean
  /** Folder of another PostgreSQL's `initdb` and `postgres`. */
  bin?: string
  /** Ways for root that are taken to be missing on this machine. */
  without?: readonly AccountWay[]
}>

/** A socket's path may have 107 bytes (Linux) or 103 (macOS), with `/.s.PGSQL.5432` at its end. */
const socketDirBytesMax = 85
/** Names the socket file; nothing listens on the network. */
const port = '5432'

/**
 * Starts the embedded PostgreSQL of a data folder, or adopts the one that runs already; makes it when there is none.
 * @param config.dataDir absolute or relative path of the data folder
 * @throws SetupError disk_full, data_not_writable, database_newer, database_broken
 */
export async function startPostgres(
  config: Readonly<{ dataDir: string }>,
  options: PostgresOptions = {},
): Promise<RunningPostgres> {
  if (process.platform === 'win32') throw noWindows()
  const wanted = join(resolve(config.dataDir), 'postgres')
  try {
    await finishRestore(config.dataDir)
    mkdirSync(wanted, { recursive: true, mode: 0o700 })
    const dir = realpathSync(wanted)
    return await withLock(join(dir, 'lock'), () => start(dir, options))
  } catch (error) {
    throw fileTrouble(error, config.dataDir) ?? error
  }
}

async function start(dir: string, options: PostgresOptions): Promise<RunningPostgres> {
  const data = join(dir, 'data')
  const { onWait = () => undefined, supervise } = options
  const testing = { ...options.testing, settings: { ...options.settings, ...options.testing?.settings } }
  const running = await waitUntilReady(data, onWait)
  const postmaster = running ?? (await bringUp(dir, onWait, testing))
  const leave = hold(join(dir, 'users'))
  const again = () =>
    withLock(join(dir, 'lock'), async () => {
      if ((await waitUntilReady(data, onWait)) === null) await bringUp(dir, onWait, testing)
    })
  const supervisor = supervise && superviseServer({ isUp: () => findPostmaster(data) !== null, again, tell: supervise })
  const stop = async () => {
    await supervisor?.end()
    await withLock(join(dir, 'lock'), async () => {
      const othersRemain = leave()
      if (!othersRemain) await stopPostmaster(data)
    })
  }
  const stopNow = () => {
    if (!leave()) signalStop(data)
  }
  return { url: addressOf(postmaster), adopted: running !== null, stop, stopNow }
}

async function bringUp(dir: string, onWait: (seconds: number) => void, testing: TestingOptions): Promise<Postmaster> {
  const binaries = testing.bin ? binariesIn(testing.bin) : findBinaries(join(dir, 'lib'))
  const account = chooseAccount(binaries, dir, testing.without)
  await ensureCluster(account, dir, { sync: !testing.unsynced })
  const settings = {
    listen_addresses: '',
    port,
    unix_socket_directories: socketDir(account, dir),
    unix_socket_permissions: '0700',
    ...testing.settings,
  }
  return startPostmaster(account, dir, settings, onWait)
}

/** The socket folder: `run` beside the data, or a short private one in the temporary folder, kept for the next start. */
function socketDir(account: Account, dir: string): string {
  const own = join(dir, 'run')
  if (Buffer.byteLength(own) <= socketDirBytesMax) return prepared(account, own)
  const note = join(dir, 'socket-folder')
  const kept = existsSync(note) ? readFileSync(note, 'utf8') : ''
  if (isOurs(account, kept)) return prepared(account, kept)
  const short = mkdtempSync(join(tmpdir(), 'hilo-'))
  writeFileSync(note, short)
  return prepared(account, short)
}

function prepared(account: Account, path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  giveTo(account, path)
  return path
}

/** A folder in the temporary folder may have been made by somebody else since: only our own, closed one is used again. */
function isOurs(account: Account, path: string): boolean {
  const found = path === '' ? undefined : statSync(path, { throwIfNoEntry: false })
  const owner = account.owner?.uid ?? process.getuid?.()
  return found !== undefined && found.isDirectory() && found.uid === owner && (found.mode & 0o077) === 0
}

function addressOf({ socketDir: folder, port: socketPort }: Postmaster): string {
  const query = new URLSearchParams({ host: folder, port: String(socketPort) })
  return `postgres://${databaseName}@localhost/${databaseName}?${query}`
}

/** Node has no Unix sockets on Windows, and a database open to the network is not a default we want. */
function noWindows(): SetupError {
  return new SetupError('database_broken', {
    es: 'En Windows, la base de datos incluida funciona dentro de WSL. Arranca Hilo en WSL, o usa un PostgreSQL propio con DATABASE_URL.',
    en: 'On Windows the bundled database runs inside WSL. Start Hilo in WSL, or use your own PostgreSQL with DATABASE_URL.',
  })
}

/** True when a server for this data folder runs now. */
export function isPostgresRunning(dataDir: string): boolean {
  const dir = join(resolve(dataDir), 'postgres')
  return existsSync(dir) && findPostmaster(join(realpathSync(dir), 'data')) !== null
}
