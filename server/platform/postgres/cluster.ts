/** The files of the embedded database: made once, checked at every start. */
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { type Account, giveTo, spawnProgram } from './account.ts'
import { diskFull, notWritable, SetupError } from './setup-error.ts'

/** Role and database of the embedded server. */
export const databaseName = 'hilo'

const MiB = 1024 ** 2

/**
 * Share of a machine's memory for pages of the database: a sixty-fourth, 64 MiB to 1 GiB. Taken only as a shop grows into it; a large
 * one would otherwise fetch most of its pages from the operating system again and again.
 * @param bytes of memory, as `machineMemory` gives them
 */
export function pageMemoryMiB(bytes: number): number {
  return Math.min(1024, Math.max(64, Math.round(bytes / 64 / MiB)))
}

/** Memory that this process may use, bytes: that of the machine, or less in a container with a limit. */
function machineMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/**
 * Settings of the embedded server, for a machine it shares with the shop: small memory when idle, nothing on the network
 * that was not asked for, and every commit on disk before it is acknowledged. A line after the include in
 * `postgresql.conf` wins over them.
 */
const serverSettings = (
  major: number,
) => `# Written by Hilo at every start. Put your own values into postgresql.conf, below the include.
max_connections = 60
shared_buffers = ${pageMemoryMiB(machineMemory())}MB
effective_cache_size = ${pageMemoryMiB(machineMemory()) * 16}MB
work_mem = 8MB
maintenance_work_mem = 64MB
max_wal_size = 1GB
checkpoint_timeout = 15min
random_page_cost = 1.1
fsync = on
full_page_writes = on
synchronous_commit = on
wal_level = replica
max_wal_senders = 0
# An archive that is away (archive/archiver.ts) may keep so much of the log from being recycled, then it begins anew.
max_slot_wal_keep_size = 4GB
max_worker_processes = 4
max_parallel_workers_per_gather = 1
max_parallel_maintenance_workers = 1
autovacuum_max_workers = 2
jit = off
huge_pages = off
timezone = 'UTC'
log_timezone = 'UTC'
# Errors of statements are the application's to report: here they would put customers' data into a file.
log_min_messages = log
log_min_error_statement = panic
log_checkpoints = off
log_line_prefix = '%m [%p] '
${major >= 18 ? 'io_method = sync\n' : ''}`

/**
 * Makes the database files in `dir/data` unless they are there. A start killed half-way leaves only a draft folder,
 * which the next start removes.
 * @param options.sync false leaves the files unsynced, for tests
 * @throws SetupError disk_full, data_not_writable, database_broken
 */
export async function ensureCluster(account: Account, dir: string, options: { sync: boolean }): Promise<void> {
  const data = join(dir, 'data')
  if (!existsSync(join(data, 'PG_VERSION'))) await createCluster(account, dir, options)
  checkMajor(account, data)
  writeIfChanged(account, join(data, 'hilo.conf'), serverSettings(account.binaries.major))
}

async function createCluster(account: Account, dir: string, { sync }: { sync: boolean }): Promise<void> {
  for (const name of readdirSync(dir)) {
    if (name.startsWith('draft-')) rmSync(join(dir, name), { recursive: true, force: true })
  }
  const draft = join(dir, `draft-${process.pid}`)
  // Since 17 a provider inside PostgreSQL gives UTF-8 rules that no update of the system's C library can change.
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const locale = account.binaries.major >= 17 ? ['--locale=C', ...builtin] : ['--locale=C.UTF-8']
  // "trust": only a socket in a folder of mode 0700 leads in (see launcher.ts), so the file system is the guard.
  const rules = ['--auth=trust', `--username=${databaseName}`, '--encoding=UTF8', ...locale]
  try {
    await runProgram(account, dir, 'initdb', ['-D', draft, ...rules, ...(sync ? [] : ['--no-sync'])])
    const include = "\n# Hilo's own values; what you write below them wins.\ninclude = 'hilo.conf'\n"
    appendFileSync(join(draft, 'postgresql.conf'), include)
    writeIfChanged(account, join(draft, 'hilo.conf'), serverSettings(account.binaries.major))
    const single = ['--single', '-D', draft, ...(sync ? [] : ['-F']), 'postgres']
    await runProgram(account, dir, 'postgres', single, `create database ${databaseName}\n`)
    renameSync(draft, join(dir, 'data'))
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function writeIfChanged(account: Account, path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  writeFileSync(path, text, { mode: 0o600 })
  giveTo(account, path)
}

function checkMajor({ binaries }: Account, data: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (Number(found) === binaries.major) return
  throw new SetupError('database_newer', {
    es: `La base de datos de ${data} es de PostgreSQL ${found} y este Hilo trae el ${binaries.major}. Arranca la versión de Hilo que la creó, exporta con hilo export e importa aquí en otra carpeta (HILO_DATA).`,
    en: `The database in ${data} was made by PostgreSQL ${found} and this Hilo brings ${binaries.major}. Start the Hilo that made it, take the data out with hilo export and import them here in another folder (HILO_DATA).`,
  })
}

/** Runs a program to its end. @throws SetupError with its last words */
async function runProgram(
  account: Account,
  dir: string,
  program: string,
  args: readonly string[],
  input = '',
): Promise<void> {
  const child = spawnProgram(account, program, args, { cwd: dir, stdio: 'pipe' })
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk))
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk))
  child.stdin?.on('error', (error) => (said += `stdin: ${error.message}`))
  child.stdin?.end(input)
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(troubleIn(error.message, dir, program)))
    child.on('close', resolve)
  })
  if (status !== 0 || /\b(FATAL|ERROR|PANIC):/.test(said)) throw troubleIn(said, dir, `${program} ${status}`)
}

/** The refusal that the words of a PostgreSQL program call for. */
export function troubleIn(said: string, dir: string, what: string): SetupError {
  if (/No space left on device|Disk quota exceeded/i.test(said)) return diskFull(dirname(dir), said)
  if (/Permission denied|Read-only file system/i.test(said)) return notWritable(dirname(dir), said)
  if (/spawn .*ENOENT|failed to execute|ENOEXEC/.test(said)) return foreignSystem(said)
  const lines = said.split('\n').filter((line) => /FATAL|ERROR|PANIC|error:|cannot open shared/.test(line))
  const last = (lines.at(-1) ?? said.trim().split('\n').at(-1) ?? what).replace(/^.*?(FATAL|ERROR|PANIC):\s*/, '')
  return new SetupError(
    'database_broken',
    {
      es: `La base de datos incluida no arranca: «${last}». El registro completo está en ${join(dir, 'log')}; hilo doctor lo revisa.`,
      en: `The bundled database does not start: "${last}". The whole log is in ${join(dir, 'log')}; hilo doctor looks into it.`,
    },
    { cause: said },
  )
}

/** The programs are there and cannot run: musl instead of glibc (Alpine), or another processor. */
function foreignSystem(cause: string): SetupError {
  return new SetupError(
    'database_broken',
    {
      es: 'El PostgreSQL de npm no funciona en este sistema (necesita glibc 2.27 o posterior; Alpine no la tiene). Usa un PostgreSQL propio con DATABASE_URL.',
      en: 'The PostgreSQL from npm does not run on this system (it needs glibc 2.27 or later; Alpine has none). Use your own PostgreSQL with DATABASE_URL.',
    },
    { cause },
  )
}
