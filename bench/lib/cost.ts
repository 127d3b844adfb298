import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openDb } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'

/**
 * What one operation costs the database, events and their followers included; `null` where its log cannot be read. `own`: statements
 * of the operation itself, without those of its followers and without begin and commit.
 */
export type Cost = {
  text: string
  own: number | null
  statements: number | null
  walBytes: number
  transactions: number
}

const settleMs = 1500
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Runs an operation some times, one after the other, while the database logs each statement; then counts what its log and its
 * statistics say. What the idle system does in the same time is measured right before and taken off.
 */
export async function costOf(
  databaseUrl: string,
  { text, operation, times = 20 }: { text: string; operation: (n: number) => Promise<void>; times?: number },
): Promise<Cost> {
  const db = openDb(databaseUrl, { poolSize: 1 })
  const folder = dirname(new URL(databaseUrl).searchParams.get('host') ?? '/')
  const logging = async (on: boolean) => {
    await db.run(
      on ? sql`alter system set log_min_duration_statement = 0` : sql`alter system reset log_min_duration_statement`,
    )
    await db.many(sql`select pg_reload_conf()`)
    await pause(200)
  }
  const look = async (work: () => Promise<void>) => {
    const before = { ...(await figures()), log: logSize(folder), at: performance.now() }
    await work()
    const ms = performance.now() - before.at
    const after = await figures()
    return {
      ms,
      wal: after.wal - before.wal,
      transactions: after.transactions - before.transactions,
      ...statementsIn(folder, before.log),
    }
  }
  const figures = () =>
    db.one<{ wal: number; transactions: number }>(sql`
      select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as wal, pg_stat_clear_snapshot(),
             (select xact_commit + xact_rollback from pg_stat_database where datname = current_database())::bigint as transactions`)
  for (let n = 0; n < 5; n++) await operation(n)
  await logging(true)
  try {
    await pause(settleMs)
    const idle = await look(() => pause(settleMs))
    const busy = await look(async () => {
      for (let n = 0; n < times; n++) await operation(5 + n)
      await pause(settleMs)
    })
    const each = (of: 'wal' | 'transactions' | 'statements' | 'own') =>
      Math.max(0, Math.round((busy[of] - (idle[of] * busy.ms) / idle.ms) / times))
    return {
      text,
      own: busy.statements === 0 ? null : each('own'),
      statements: busy.statements === 0 ? null : each('statements'),
      walBytes: each('wal'),
      transactions: each('transactions'),
    }
  } finally {
    await logging(false)
    await db.close()
  }
}

/** Log files of a database's folder. */
export function logFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name.endsWith('log') || entry.parentPath.endsWith('/log')))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** How long each of them is by now, in bytes. */
export function logSize(folder: string): Map<string, number> {
  return new Map(logFiles(folder).map((path) => [path, statSync(path).size]))
}

const follows = /platform\.subscriber|delete from platform\.outbox/
const bracket = /^(begin|commit|rollback)/

/** Counts what the log has taken down since; a transaction that moves a follower belongs to the followers with all its statements. */
function statementsIn(folder: string, from: ReadonlyMap<string, number>): { statements: number; own: number } {
  const sum = { statements: 0, own: 0 }
  const count = (texts: readonly string[]) => {
    sum.statements += texts.length
    if (!texts.some((text) => follows.test(text))) sum.own += texts.filter((text) => !bracket.test(text)).length
  }
  for (const path of logFiles(folder)) {
    const added = readFileSync(path)
      .subarray(from.get(path) ?? 0)
      .toString('utf8')
    const open = new Map<string, string[]>()
    for (const entry of added.split(/\n(?=\d{4}-\d\d-\d\d )/)) {
      const found = /\[(\d+)\] LOG: {2}duration: [\d.]+ ms {2}(?:execute|statement)[^:]*: ([\s\S]*)/.exec(entry)
      if (!found) continue
      const [, session = '', text = ''] = found
      const transaction = open.get(session)
      if (transaction) transaction.push(text)
      else if (text.startsWith('begin')) open.set(session, [text])
      else count([text])
      if (transaction && /^(commit|rollback)/.test(text)) {
        open.delete(session)
        count(transaction)
      }
    }
  }
  return sum
}
