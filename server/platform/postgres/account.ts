/**
 * Whose name PostgreSQL runs under. It refuses to run as root, and people do start Hilo as root (containers, small
 * servers). In order:
 *
 *   1. not root                       run as who we are
 *   2. root, files of an ordinary user   run as that user
 *   3. root, user namespaces allowed  a namespace in which root bears another number; files stay root's, any folder works
 *   4. root, folder reachable         the account postgres, node, nobody …; programs are copied when it cannot reach them
 *   5. root, folder not reachable     that account with the one capability that opens folders, where `setpriv` exists
 *   6. otherwise                      one sentence
 */
import { type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Binaries, copyBinaries } from './binaries.ts'
import { SetupError } from './setup-error.ts'

type Owner = Readonly<{ uid: number; gid: number }>

/** `prefix` comes before the program's own command line; `owner` owns the files, `null` for whoever runs Hilo. */
export type Account = Readonly<{
  prefix: readonly string[]
  owner: Owner | null
  spawnAs: Readonly<{ uid?: number; gid?: number }>
  binaries: Binaries
}>

/** The ways of root, in the order above; 5 is `capability`. */
export type AccountWay = 'namespace' | 'user' | 'capability'

const ordinary = (binaries: Binaries): Account => ({ prefix: [], owner: null, spawnAs: {}, binaries })

/**
 * The account for the database files in `dir` (which exists).
 * @param without ways taken to be missing, for tests
 * @throws SetupError data_not_writable when the files are another user's, or root has no account to offer
 */
export function chooseAccount(binaries: Binaries, dir: string, without: readonly AccountWay[] = []): Account {
  const uid = process.getuid?.()
  if (uid === undefined) return ordinary(binaries)
  const owner = ownerOf(dir)
  if (uid !== 0) {
    if (owner !== null && owner.uid !== uid) throw otherOwner(dir, owner.uid)
    return ordinary(binaries)
  }
  if (owner !== null && owner.uid !== 0) return asUser(binaries, dir, owner, without)
  const candidates = systemAccounts()
  const namespaces = without.includes('namespace')
    ? []
    : candidates.map(({ uid: to }) => ['unshare', '--user', `--map-user=${to}`])
  const namespace = namespaces.find(works)
  if (namespace) return { ...ordinary(binaries), prefix: namespace }
  for (const candidate of candidates) {
    const account = tryUser(binaries, dir, candidate, without)
    if (account === null) continue
    // Files of root's own, from a restored backup or a time when namespaces worked, change hands.
    if (owner !== null) giveTo(account, join(dir, 'data'))
    return account
  }
  throw noAccount(dir)
}

/** Gives everything in `path` to the account's owner. */
export function giveTo(account: Account, path: string): void {
  if (account.owner === null) return
  const { uid, gid } = account.owner
  chownSync(path, uid, gid)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) giveTo(account, join(path, name))
}

/** Starts a program of PostgreSQL under the account, with a small and known environment. */
export function spawnProgram(account: Account, program: string, args: readonly string[], options: SpawnOptions) {
  const [command = '', ...rest] = [...account.prefix, join(account.binaries.bin, program), ...args]
  const env = { ...cleanEnvironment(), ...account.binaries.env }
  return spawn(command, rest, { ...options, ...account.spawnAs, env, windowsHide: true })
}

/** No PG* variables of the caller, no locale: messages stay English so that we can read them. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TEMP, SystemRoot } = process.env
  const kept = Object.entries({ PATH, HOME, TMPDIR, TEMP, SystemRoot }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(kept), LC_ALL: 'C', LANG: 'C', TZ: 'UTC' }
}

function ownerOf(dir: string): { uid: number; gid: number } | null {
  const data = statSync(join(dir, 'data'), { throwIfNoEntry: false })
  return data ? { uid: data.uid, gid: data.gid } : null
}

/** Accounts fit to run a server, by preference; initdb wants a name for its number, so only listed ones count. */
function systemAccounts(): { uid: number; gid: number }[] {
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  return ['postgres', 'node', 'nobody', 'daemon'].flatMap((name) => {
    const row = rows.find(([user]) => user === name)
    return row ? [{ uid: Number(row[2]), gid: Number(row[3]) }] : []
  })
}

function works(prefix: readonly string[]): boolean {
  const [command = '', ...args] = [...prefix, 'true']
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function asUser(binaries: Binaries, dir: string, owner: Owner, without: readonly AccountWay[]): Account {
  const account = tryUser(binaries, dir, owner, without)
  if (account === null) throw noAccount(dir)
  return account
}

function tryUser(binaries: Binaries, dir: string, owner: Owner, without: readonly AccountWay[]): Account | null {
  chownSync(dir, owner.uid, owner.gid)
  openParent(dir)
  if (!without.includes('user') && canEnter(dir, owner)) {
    const reachable = canRun(binaries, owner) ? binaries : copyBinaries(binaries, join(dir, 'programs'))
    if (canRun(reachable, owner)) return { prefix: [], owner, spawnAs: owner, binaries: reachable }
  }
  const prefix = ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  const capable = [...prefix, '--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  return !without.includes('capability') && works(capable) ? { prefix: capable, owner, spawnAs: {}, binaries } : null
}

/** The data folder is ours and holds only files with their own permissions: passing through it is harmless. */
function openParent(dir: string): void {
  const parent = join(dir, '..')
  const { mode, uid } = statSync(parent)
  if (uid === 0 && (mode & 0o001) === 0) chmodSync(parent, (mode & 0o777) | 0o011)
}

function canEnter(dir: string, owner: Owner): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0" && test -w .', dir], { ...owner, cwd: '/', stdio: 'ignore' }).status === 0
}

function canRun(binaries: Binaries, owner: Owner): boolean {
  const options = { ...owner, cwd: '/', env: binaries.env, stdio: 'ignore' } as const
  return spawnSync(join(binaries.bin, 'postgres'), ['--version'], options).status === 0
}

function otherOwner(dir: string, uid: number): SetupError {
  return new SetupError('data_not_writable', {
    es: `La base de datos de ${dir} es del usuario ${uid}. Arranca Hilo con ese usuario o elige otra carpeta con HILO_DATA.`,
    en: `The database in ${dir} belongs to user ${uid}. Start Hilo as that user or choose another folder with HILO_DATA.`,
  })
}

function noAccount(dir: string): SetupError {
  return new SetupError('data_not_writable', {
    es: `PostgreSQL no puede correr como root y ningún otro usuario llega a ${dir}. Arranca Hilo con un usuario normal, o usa HILO_DATA=/var/lib/hilo.`,
    en: `PostgreSQL cannot run as root and no other user can reach ${dir}. Start Hilo as an ordinary user, or use HILO_DATA=/var/lib/hilo.`,
  })
}
