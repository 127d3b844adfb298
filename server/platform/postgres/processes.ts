/** Questions about processes that Node has no call for: is that pid still the one I mean, or a zombie, or a stranger? */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Names a live process so that a reused pid is not taken for it: `pid:start time`. `null` when there is none, or when it
 * is a zombie: a zombie still answers to signals but holds nothing.
 */
export function identify(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (process.platform === 'linux') return identifyLinux(pid)
  if (process.platform === 'win32') return isSignalable(pid) ? `${pid}` : null
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
  const [state = '', ...started] = (stdout ?? '').trim().split(/\s+/)
  return state === '' || state.startsWith('Z') ? null : `${pid}:${started.join('-')}`
}

function identifyLinux(pid: number): string | null {
  const fields = statFields(pid)
  // Fields after the name: state is the first, the start time the twentieth (proc(5) counts them as 3 and 22).
  return fields === null || ['Z', 'X', 'x'].includes(fields[0] ?? '') ? null : `${pid}:${fields[19]}`
}

function statFields(pid: number): string[] | null {
  const stat = readProc(`/proc/${pid}/stat`)
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** True when the process with this identity (from `identify`) still lives. */
export function isAlive(identity: string): boolean {
  return identify(Number.parseInt(identity, 10)) === identity
}

/** True when `pid` lives and is a PostgreSQL server process working in `dataDir` (as far as the system tells). */
export function isPostgresOf(pid: number, dataDir: string): boolean {
  if (identify(pid) === null) return false
  if (process.platform === 'win32') return true
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
    return (stdout ?? '').includes('postgres')
  }
  if (!(readProc(`/proc/${pid}/comm`) ?? '').startsWith('postgres')) return false
  const cwd = workingDir(pid)
  return cwd === null || cwd === dataDir
}

/** Pids of every PostgreSQL process working in `dataDir`; Linux only, elsewhere empty. */
export function postgresProcessesOf(dataDir: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingDir(pid) === dataDir && isPostgresOf(pid, dataDir))
}

function workingDir(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null // gone meanwhile, or of another user: then the name of the process has to do
  }
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // the process ended between two looks
  }
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
