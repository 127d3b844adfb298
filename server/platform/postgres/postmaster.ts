/** One postmaster: finding it, starting it, waiting for it, stopping it. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, spawnProgram } from './account.ts'
import { troubleIn } from './cluster.ts'
import { identify, isPostgresOf, postgresProcessesOf } from './processes.ts'
import type { SetupError } from './setup-error.ts'

/** What `postmaster.pid` says. `ready` is false while it starts, recovers or stops. */
export type Postmaster = Readonly<{ pid: number; port: number; socketDir: string; address: string; state: string }>

const pollMs = 5
/** After a kill -9 the old processes need a moment to go: so long we try again. */
const retryMs = 10_000
const answerMs = 5_000
const stopMs = 60_000
const logBytesMax = 5_000_000

/** The postmaster that serves `data`, or `null`. A zombie, or another program that got its pid, does not count. */
export function findPostmaster(data: string): Postmaster | null {
  const found = readPidFile(data)
  return found && isPostgresOf(found.pid, data) ? found : null
}

function readPidFile(data: string): Postmaster | null {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const [pid, , , port, socketDir = '', address = '', , state = ''] = lines
    return { pid: Number(pid), port: Number(port), socketDir, address, state: state.trim() }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * Starts a postmaster on `dir/data` and waits until it takes connections, recovery from a crash included.
 * @param settings given on the command line, such as `{ port: '5432' }`
 * @param onWait told every few seconds while it recovers
 * @throws SetupError disk_full, data_not_writable, database_broken
 */
export async function startPostmaster(
  account: Account,
  dir: string,
  settings: Readonly<Record<string, string>>,
  onWait: (seconds: number) => void,
): Promise<Postmaster> {
  const data = join(dir, 'data')
  const begun = performance.now()
  for (;;) {
    dropStalePidFile(data)
    const outcome = await tryStart(account, dir, settings, onWait)
    if ('pid' in outcome) return outcome
    const stillLeaving = /lock file|shared memory block/.test(String(outcome.cause))
    const waited = performance.now() - begun
    if (!stillLeaving || waited > retryMs) throw outcome
    // An orphan deep in a query does not notice that its postmaster is gone; after a while it is told.
    if (waited > retryMs / 3) for (const pid of postgresProcessesOf(data)) signal(pid, 'SIGQUIT')
    await sleep(100)
  }
}

/**
 * PostgreSQL refuses to start while the pid in `postmaster.pid` exists, even as a zombie or as somebody else's process.
 * When no process works on these files any more, the note is put aside.
 */
function dropStalePidFile(data: string): void {
  const found = readPidFile(data)
  if (found === null || isPostgresOf(found.pid, data) || postgresProcessesOf(data).length > 0) return
  renameSync(join(data, 'postmaster.pid'), join(data, 'postmaster.pid.stale'))
}

async function tryStart(
  account: Account,
  dir: string,
  settings: Readonly<Record<string, string>>,
  onWait: (seconds: number) => void,
): Promise<Postmaster | SetupError> {
  const data = join(dir, 'data')
  const log = openLog(join(dir, 'log'))
  const before = fstatSync(log).size
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  // Its own process group: Ctrl-C in the terminal must not stop the database before the orders under way are done.
  const child = spawnProgram(account, 'postgres', args, { cwd: dir, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const life: { end?: string } = {}
  child.on('error', (error) => (life.end = error.message))
  child.on('exit', (code, signalName) => (life.end = `postgres ${code ?? signalName}`))
  const tell = everyFewSeconds(onWait)
  while (life.end === undefined) {
    const found = readPidFile(data)
    if (found?.pid === child.pid && found?.state === 'ready') {
      child.unref()
      return found
    }
    await sleep(pollMs)
    tell()
  }
  return troubleIn(readFrom(join(dir, 'log'), before), dir, life.end)
}

/** Calls `onWait` with the seconds passed, at most every three seconds. */
function everyFewSeconds(onWait: (seconds: number) => void): () => void {
  const begun = performance.now()
  let told = 0
  return () => {
    const seconds = Math.floor((performance.now() - begun) / 1000)
    if (seconds < told + 3) return
    told = seconds
    onWait(seconds)
  }
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > logBytesMax) renameSync(path, `${path}.old`)
  return openSync(path, 'a', 0o600)
}

function readFrom(path: string, offset: number): string {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - offset))
    readSync(file, buffer, 0, buffer.length, offset)
    return buffer.toString('utf8')
  } finally {
    closeSync(file)
  }
}

/** Waits until a postmaster that is already there takes connections; `null` when it ended instead. */
export async function waitUntilReady(data: string, onWait: (seconds: number) => void): Promise<Postmaster | null> {
  const tell = everyFewSeconds(onWait)
  for (;;) {
    const found = findPostmaster(data)
    if (found === null) return null
    // "Ready" may be the last word of one that is being killed right now: only an answer counts.
    if (found.state === 'ready' && (await answers(found))) return found
    await sleep(pollMs)
    tell()
  }
}

/** Asks for encryption, as every client may: a living server says yes or no in one byte. */
function answers({ socketDir, port }: Postmaster): Promise<boolean> {
  const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
  return new Promise((resolve) => {
    const socket = connect(join(socketDir, `.s.PGSQL.${port}`), () => socket.write(sslRequest))
    const end = (answered: boolean) => {
      resolve(answered)
      socket.destroy()
    }
    socket.setTimeout(answerMs, () => end(false))
    socket.on('data', () => end(true))
    socket.on('error', () => end(false))
    socket.on('close', () => end(false))
  })
}

/** Stops it: fast (sessions are ended, everything is written), after a minute at once (the next start recovers). */
export async function stopPostmaster(data: string): Promise<void> {
  const found = findPostmaster(data)
  const identity = found && identify(found.pid)
  if (found === null || identity === null) return
  signal(found.pid, 'SIGINT')
  const begun = performance.now()
  while (identify(found.pid) === identity) {
    if (performance.now() - begun > stopMs) signal(found.pid, 'SIGQUIT')
    await sleep(pollMs)
  }
  rmSync(join(data, 'postmaster.pid.stale'), { force: true })
}

/** Tells it to stop and does not wait. */
export function signalStop(data: string): void {
  const found = findPostmaster(data)
  if (found) signal(found.pid, 'SIGINT')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it ended by itself
  }
}
