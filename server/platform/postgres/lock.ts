/** Several `hilo` commands may use one embedded database: a lock for starting and stopping it, and the list of its users. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isAlive } from './processes.ts'

const me = identify(process.pid) ?? String(process.pid)
/** How long an empty lock file may be one that its owner is just writing, in attempts of 20 ms. */
const emptyTries = 50

/** Runs `work` while no other live process holds the lock at `path`. The lock of a dead process does not count. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path)
  try {
    return await work()
  } finally {
    if (readHolder(path) === me) rmSync(path, { force: true })
  }
}

async function acquire(path: string): Promise<void> {
  for (let empty = 0; ; ) {
    if (tryCreate(path)) return
    const holder = readHolder(path)
    empty = holder === '' ? empty + 1 : 0
    if (holder !== null && (holder === '' ? empty > emptyTries : !isAlive(holder))) takeAway(path, holder)
    else await sleep(20)
  }
}

function tryCreate(path: string): boolean {
  try {
    writeFileSync(path, me, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes the lock of a dead holder; moved first, so that a lock taken meanwhile by another is noticed and given back. */
function takeAway(path: string, holder: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readHolder(aside) === holder) rmSync(aside, { force: true })
  else renameSync(aside, path)
}

function readHolder(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

let holds = 0

/** Notes in `dir` that this process uses the database; gives the function that ends it and tells whether others remain. */
export function hold(dir: string): () => boolean {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  holds += 1
  const name = `${me.replace(':', '-')}-${holds}`
  writeFileSync(join(dir, name), me, { mode: 0o600 })
  return () => {
    rmSync(join(dir, name), { force: true })
    return readdirSync(dir).some((other) => stillHolds(join(dir, other)))
  }
}

function stillHolds(path: string): boolean {
  const holder = readHolder(path)
  if (holder !== null && isAlive(holder)) return true
  rmSync(path, { force: true })
  return false
}
