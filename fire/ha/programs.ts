import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Programs = { etcd: string; patroni: string; haproxy: string; postgresBin: string }

/** What `apt-get` calls the packages on Debian 12 and Ubuntu 24.04. */
export const debianPackages = 'postgresql-15 patroni etcd-server haproxy'

/** The programs of a highly available database on this machine, or the names of those that are missing. Installs nothing. */
export function findPrograms(): { programs: Programs } | { missing: string[] } {
  const found = {
    etcd: which('etcd'),
    patroni: which('patroni'),
    haproxy: which('haproxy'),
    postgresBin: postgresBin(),
  }
  const missing = Object.entries(found).flatMap(([name, path]) => (path === undefined ? [name] : []))
  if (process.platform !== 'linux') missing.push('Linux')
  return missing.length > 0 ? { missing } : { programs: found as Programs }
}

function which(name: string): string | undefined {
  // Debian keeps haproxy where only root's path looks.
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** Programs of the newest PostgreSQL from 15 to 18; the bundled one brings no pg_basebackup and no pg_rewind. */
function postgresBin(): string | undefined {
  const home = '/usr/lib/postgresql'
  const majors = existsSync(home) ? readdirSync(home).map(Number) : []
  const fit = majors.filter((major) => major >= 15 && major <= 18).sort((a, b) => b - a)
  return fit.map((major) => join(home, String(major), 'bin')).find((bin) => existsSync(join(bin, 'pg_basebackup')))
}

/** PostgreSQL refuses to run as root: then its own account does. Undefined for an ordinary user. */
export function databaseAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const row = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'postgres')
  if (!row) throw new Error('there is no account "postgres" to run PostgreSQL under')
  return { uid: Number(row[2]), gid: Number(row[3]) }
}

/** First line of what a program says of its version. */
export function versionOf(program: string, argument = '--version'): string {
  const { stdout } = spawnSync(program, [argument], { encoding: 'utf8' })
  return stdout.split('\n')[0] ?? ''
}
