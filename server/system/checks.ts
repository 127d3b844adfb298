/** Runs of the law checks: asked for, carried out in the background by one process at a time, and what they found is kept. */
import type { CheckRun, CheckRunDetail, LawCheck } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Db, Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import type { PeriodicJob } from '#platform/jobs'
import { loggedError } from '#platform/log'
import { sql } from '#platform/sql'
import { type VerifyReport, verify } from '#verify'
import { isNightlyDue } from './nightly.ts'
import { systemProblems } from './problems.ts'

const leaseSeconds = 60
/** Progress is written at most so often: a small shop's checks are through in a second. */
const noteMs = 500
/** Runs that are kept: three months of nights. */
const keptRuns = 100

const columns = sql`id, status, asked_by as "askedBy", asked_at as "askedAt", started_at as "startedAt", finished_at as "finishedAt",
  done, total, ms, disagreements, error`

type RunRow = Omit<CheckRun, 'askedAt' | 'startedAt' | 'finishedAt'> & {
  askedAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

function told(row: RunRow): CheckRun {
  return {
    ...row,
    askedAt: row.askedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

/**
 * Asks for a run. Whoever asks while one waits or runs gets that one: two at once would tell the same.
 * @param askedBy staff member; null for the night's
 */
export async function askForChecks(
  q: Queryable,
  clock: Clock,
  { askedBy }: { askedBy: string | null },
): Promise<CheckRun> {
  await q.run(sql`
    insert into system.check_run (id, status, asked_by, asked_at) values (${newId('chk')}, 'queued', ${askedBy}, ${clock.now()})
    on conflict do nothing`)
  return told(await q.one<RunRow>(sql`select ${columns} from system.check_run where status in ('queued', 'running')`))
}

/** Runs, newest first. */
export async function listRuns(
  q: Queryable,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<CheckRun[]> {
  const rows = await q.many<RunRow>(sql`
    select ${columns} from system.check_run
     where ${before ?? null}::text is null or (asked_at, id) < (select b.asked_at, b.id from system.check_run b where b.id = ${before ?? null})
     order by asked_at desc, id desc limit ${limit}::int`)
  return rows.map(told)
}

/** A run with what each check found. @throws Problem system.run_not_found */
export async function findRun(q: Queryable, id: string): Promise<CheckRunDetail> {
  const row = await q.maybeOne<RunRow & { checks: LawCheck[] }>(
    sql`select ${columns}, coalesce(checks, '[]') as checks from system.check_run where id = ${id}`,
  )
  if (!row) throw systemProblems.run_not_found({ runId: id })
  return { ...told(row), checks: row.checks }
}

/** The run that waits or goes on, the last one that ended, and since when ended runs disagree without a break. */
export async function standingOfChecks(
  q: Queryable,
): Promise<{ open: CheckRun | null; last: CheckRun | null; disagreesSince: Date | null; names: string[] }> {
  const rows = await q.many<RunRow & { names: string[] }>(sql`
    (select ${columns}, array[]::text[] as names from system.check_run where status in ('queued', 'running'))
    union all
    (select ${columns}, array(select c ->> 'name' from jsonb_array_elements(coalesce(checks, '[]')) c where (c ->> 'count')::int > 0) as names
       from system.check_run where status in ('done', 'failed') order by finished_at desc, id desc limit 1)`)
  const { since } = await q.one<{ since: Date | null }>(sql`
    select min(finished_at) as since from system.check_run
     where status = 'done' and disagreements > 0
       and finished_at > coalesce((select max(finished_at) from system.check_run where status = 'done' and disagreements = 0), '-infinity')`)
  const open = rows.find(({ status }) => status === 'queued' || status === 'running')
  const last = rows.find(({ status }) => status === 'done' || status === 'failed')
  const { names = [], ...lastRun } = last ?? {}
  const { names: _none, ...openRun } = open ?? {}
  return {
    open: open ? told(openRun as RunRow) : null,
    last: last ? told(lastRun as RunRow) : null,
    disagreesSince: since,
    names,
  }
}

/**
 * Carries out the run that waits, or one whose process died. Everything is read from one snapshot while the shop goes on.
 * @returns whether there was one
 */
export async function runDueChecks(db: Db, clock: Clock): Promise<boolean> {
  const now = clock.now()
  const waits = await db.maybeOne<{ id: string }>(sql`
    select id from system.check_run where status = 'queued' or (status = 'running' and leased_until < ${now})`)
  if (!waits) return false
  const claimed = await db.run(sql`
    update system.check_run
       set status = 'running', started_at = ${now}, leased_until = ${now}::timestamptz + ${leaseSeconds} * interval '1 second', done = 0
     where id = ${waits.id} and (status = 'queued' or (status = 'running' and leased_until < ${now}))`)
  if (claimed === 0) return false
  await carryOut(db, clock, waits.id)
  return true
}

async function carryOut(db: Db, clock: Clock, id: string): Promise<void> {
  let noted = 0
  let noting: Promise<unknown> = Promise.resolve()
  const note = (done: number, total: number) => {
    if (performance.now() - noted < noteMs) return
    noted = performance.now()
    noting = noteProgress(db, clock, { id, done, total })
  }
  // A single check may take longer than the lease.
  const stayAlive = () => {
    noting = noteProgress(db, clock, { id })
  }
  const alive = setInterval(stayAlive, (leaseSeconds * 1000) / 4).unref()
  try {
    const report = await verify(db, { clock, onProgress: (_name, done, total) => note(done, total) })
    await noting
    await keepReport(db, clock, id, report)
  } catch (error) {
    await noting
    const text = loggedError(error).message.slice(0, 500)
    await db.run(sql`
      update system.check_run set status = 'failed', finished_at = ${clock.now()}, leased_until = null, error = ${text} where id = ${id}`)
  } finally {
    clearInterval(alive)
  }
  await db.run(sql`
    delete from system.check_run where status in ('done', 'failed')
       and id not in (select id from system.check_run order by asked_at desc, id desc limit ${keptRuns}::int)`)
}

/** How far a run is; without numbers only that its process is alive. A lost note is made up for by the next. */
async function noteProgress(
  db: Db,
  clock: Clock,
  { id, done, total }: { id: string; done?: number; total?: number },
): Promise<void> {
  await db
    .run(sql`
      update system.check_run
         set done = coalesce(${done ?? null}, done), total = coalesce(${total ?? null}, total),
             leased_until = ${clock.now()}::timestamptz + ${leaseSeconds} * interval '1 second'
       where id = ${id} and status = 'running'`)
    .catch(() => 0)
}

async function keepReport(db: Db, clock: Clock, id: string, { checks, ms }: VerifyReport): Promise<void> {
  const kept = checks.map((check) => ({ ...check, rows: check.rows.map(blotted) }))
  const disagreements = checks.reduce((sum, { count }) => sum + count, 0)
  await db.run(sql`
    update system.check_run
       set status = 'done', finished_at = ${clock.now()}, leased_until = null, done = ${checks.length}, total = ${checks.length},
           ms = ${Math.round(ms)}, disagreements = ${disagreements}, checks = ${JSON.stringify(kept)}::jsonb
     where id = ${id}`)
}

type Row = LawCheck['rows'][number]

/** What is kept for months must outlive nobody's right to be forgotten: mail addresses and telephones go, ids stay. */
function blotted({ subject, expected, found }: Row): Row {
  return { subject: withoutPeople(subject), expected: withoutPeople(expected), found: withoutPeople(found) }
}

/** A text without mail addresses and telephone numbers. */
export function withoutPeople(text: string): string {
  return text.replace(/[^\s<>]+@[^\s<>]+/g, '…@…').replace(/(^|[\s(:])\+?\d[\d ()-]{7,}\d/g, '$1…')
}

/** Looks every two seconds whether somebody asked, and makes the night's run. */
export function checkJobs(): PeriodicJob[] {
  let workingSince: Date | undefined
  let lookedAt = 0
  return [
    {
      name: 'system.law_checks',
      everyMs: 2_000,
      patienceMs: 3_600_000,
      run: async ({ db, clock }) => {
        const now = clock.now()
        workingSince ??= now
        if (now.getTime() - lookedAt >= 60_000) {
          lookedAt = now.getTime()
          const { last } = await db.one<{ last: Date | null }>(sql`select max(asked_at) as last from system.check_run`)
          if (isNightlyDue({ now, lastAskedAt: last, workingSince })) await askForChecks(db, clock, { askedBy: null })
        }
        await runDueChecks(db, clock)
      },
    },
  ]
}
