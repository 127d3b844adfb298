/**
 * R12, full form: `node fire/resilience/restore.ts [megabytes]`. A database of that size (1,024 MB unless told otherwise) with its archive;
 * sales go on, everything is killed, and the time of a restore "to now" is taken. Ends with 1 when a sale is missing or it takes too long.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../server/platform/clock.ts'
import { openDb } from '../../server/platform/db.ts'
import { restoreArchive, startArchiver, startPostgres } from '../../server/platform/postgres/index.ts'
import { postgresProcessesOf } from '../../server/platform/postgres/processes.ts'
import { sql } from '../../server/platform/sql.ts'
import { keepOnPage, table } from '../report.ts'

const secondsMax = 300
const megabytes = Number(process.argv[2] ?? 1024)
const folder = mkdtempSync(join(tmpdir(), 'hilo-restore-'))
const [dataDir, archive] = [join(folder, 'shop'), join(folder, 'archive')]
const say = (what: string) => process.stdout.write(`${what}\n`)
const since = (begun: number) => (performance.now() - begun) / 1000

const server = await startPostgres({ dataDir })
const db = openDb(server.url, { statementTimeoutMs: 0 })
await db.script(`create table public.hilo_migration (version int primary key, name text); create table sale (id int primary key); create table filler as
  select i, string_agg(md5(random()::text), '') as t from generate_series(1, ${megabytes * 64}) i, generate_series(1, 512) group by i`)
const { bytes } = await db.one<{ bytes: number }>(sql`select pg_database_size(current_database()) as bytes`)
const troubles: unknown[] = []
const archiver = startArchiver({
  url: server.url,
  dataDir,
  archive,
  days: 14,
  clock: systemClock,
  hiloVersion: 'fire',
  tell: (trouble) => troubles.push(trouble),
})
const backup = performance.now()
await archiver.catchUp()
if (troubles.some((each) => each !== null)) throw new Error('the archive was not kept', { cause: troubles[0] })
const backupSeconds = since(backup)
say(`${Math.round(bytes / 2 ** 20)} MB, backed up under the archive in ${backupSeconds.toFixed(0)} s`)
let sold = 0
const until = performance.now() + 5000
while (performance.now() < until) await db.run(sql`insert into sale values (${++sold})`)
for (const pid of postgresProcessesOf(join(dataDir, 'postgres/data'))) process.kill(pid, 'SIGKILL')
await archiver.stop().catch(() => undefined)
await db.close()

const begun = performance.now()
const { fromOldData } = await restoreArchive({
  from: archive,
  dataDir,
  replace: true,
  to: 'now',
  now: systemClock.now(),
})
const seconds = since(begun)
const again = await startPostgres({ dataDir })
const restored = openDb(again.url)
const { found } = await restored.one<{ found: number }>(sql`select count(*)::int as found from sale`)
const whole = await restored.one<{ bytes: number }>(sql`select pg_database_size(current_database()) as bytes`)
await restored.close()
await again.stop()
rmSync(folder, { recursive: true, force: true })
say(
  `killed after ${sold} acknowledged sales; restored ${Math.round(whole.bytes / 2 ** 20)} MB to now in ${seconds.toFixed(0)} s: ${found} sales`,
)
say(`the last of them came from the old data folder: ${fromOldData ? 'yes' : 'no'}`)
const isFull = megabytes >= 1024
if (isFull) keepOnPage({ isFull, others: { restore: renderRestore() } })
process.exitCode = found === sold && seconds <= secondsMax ? 0 : 1

function renderRestore(): string {
  return [
    '## R12: back to the moment before everything was killed',
    '`node fire/resilience/restore.ts`. A database with its archive; sales go on one after the other; all of PostgreSQL is killed with `kill -9`; then the archive is restored "to now".',
    table('| what | figure |', [
      ['database / backed up under the archive in', `${mib(bytes)} MiB / ${backupSeconds.toFixed(0)} s`],
      ['sales acknowledged / missing after the restore', `${sold} / ${sold - found}`],
      [`restored, target ≤ ${secondsMax} s`, `${mib(whole.bytes)} MiB in ${seconds.toFixed(0)} s`],
      ['the last sales came from the old data folder', fromOldData ? 'yes' : 'no'],
    ]),
  ].join('\n\n')
}
function mib(size: number): string {
  return Math.round(size / 2 ** 20).toLocaleString('en')
}
