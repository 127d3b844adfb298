import { readFileSync } from 'node:fs'
import { openDb } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import { logFiles, logSize } from './cost.ts'

/** What one kind of transaction cost: those that write the same tables, or a statement by itself. */
export type Spent = { what: string; times: number; cpuMs: number }

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Processor time of the database by kind of transaction, as PostgreSQL measures it itself (`log_statement_stats`: user and system time
 * of each message). Measuring costs time of its own, so the shares last and the sum is too high.
 */
export async function statementStats(
  databaseUrl: string,
  logFolder: string,
  work: () => Promise<void>,
): Promise<Spent[]> {
  const db = openDb(databaseUrl, { poolSize: 1 })
  try {
    await db.run(sql`alter system set log_min_duration_statement = 0`)
    await db.run(sql`alter system set log_statement_stats = on`)
    await db.many(sql`select pg_reload_conf()`)
    await pause(500)
    const from = logSize(logFolder)
    await work()
    await pause(800)
    return logFiles(logFolder).flatMap((path) =>
      spentIn(
        readFileSync(path)
          .subarray(from.get(path) ?? 0)
          .toString('utf8'),
      ),
    )
  } finally {
    await db.run(sql`alter system reset log_min_duration_statement`)
    await db.run(sql`alter system reset log_statement_stats`)
    await db.many(sql`select pg_reload_conf()`)
    await db.close()
  }
}

type Message = 'parse' | 'bind' | 'execute' | 'statement'
type Entry = { session: string; cpuMs: number | null; message: Message | null; text: string }
type Transaction = { texts: string[]; cpuMs: number; isOver: boolean }

/** Reads a log: the statistics of a message follow the line that names its statement. Exported for its test. */
export function spentIn(log: string): Spent[] {
  const newest = new Map<string, Transaction>()
  const kinds = new Map<string, Spent>()
  const count = ({ texts, cpuMs }: Transaction) => {
    const what = kindOf(texts)
    const kind = kinds.get(what) ?? { what, times: 0, cpuMs: 0 }
    kinds.set(what, { what, times: kind.times + 1, cpuMs: kind.cpuMs + cpuMs })
  }
  for (const { session, cpuMs, message, text } of log
    .split(/\n(?=\d{4}-\d\d-\d\d [\d:.]+ \w+ \[\d+\] LOG:)/)
    .map(entryOf)) {
    let mine = newest.get(session)
    if (message === null) {
      if (mine && cpuMs !== null) mine.cpuMs += cpuMs
      continue
    }
    const begins = message === 'statement' && /^begin/i.test(text)
    if (!mine || mine.isOver || begins) {
      if (mine) count(mine)
      mine = { texts: [], cpuMs: 0, isOver: false }
      newest.set(session, mine)
    }
    mine.texts.push(text)
    const isBracketed = /^begin/i.test(mine.texts[0] ?? '')
    // A statement by itself is over when it has run; parse and bind come before.
    mine.isOver = isBracketed
      ? message === 'statement' && /^(commit|rollback)/i.test(text)
      : message === 'execute' || message === 'statement'
  }
  for (const transaction of newest.values()) count(transaction)
  return [...kinds.values()].sort((a, b) => b.cpuMs - a.cpuMs)
}

function entryOf(entry: string): Entry {
  const session = /\[(\d+)\]/.exec(entry)?.[1] ?? ''
  const stats = / STATISTICS[\s\S]*?([\d.]+) s user, ([\d.]+) s system/.exec(entry)
  if (stats) return { session, cpuMs: (Number(stats[1]) + Number(stats[2])) * 1000, message: null, text: '' }
  const [, message, text = ''] =
    /duration: [\d.]+ ms {2}(parse|bind|execute|statement)[^:]*: ([\s\S]*?)(?:\n\d{4}-\d\d-\d\d |$)/.exec(entry) ?? []
  return { session, cpuMs: null, message: (message as Message | undefined) ?? null, text }
}

/** A transaction is known by what it writes; one that writes nothing, by what it reads. */
function kindOf(texts: readonly string[]): string {
  const all = texts.join('\n')
  const written = [...all.matchAll(/(?:insert into|update|delete from) (\w+)\.(\w+)/g)].map(
    ([, schema, table]) => `${schema}.${table}`,
  )
  if (written.length > 0) return [...new Set(written)].sort().join(', ')
  const read = [...all.matchAll(/(?:from|join) (\w+\.\w+)/g)].map(([, table = '']) => table)
  return read.length > 0 ? `reads ${[...new Set(read)].sort().join(', ')}` : 'nothing of ours'
}
