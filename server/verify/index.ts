import type { LocalizedText } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import { systemClock } from '#platform/clock'
import type { Db, Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import { findUndeclaredDifferences } from '#pricing'
import type { Check, Disagreement } from './check.ts'
import { orderChecks, orderMoneyChecks } from './order-checks.ts'
import { paymentChecks } from './payment-checks.ts'
import { peopleChecks, promiseChecks } from './people-checks.ts'
import { stockChecks } from './stock-checks.ts'

/** At most so many rows of one check are listed; `count` says how many there are. */
const rowsListed = 50

export type CheckResult = {
  name: string
  law: number
  title: LocalizedText
  count: number
  rows: Disagreement[]
  /** How long it took to recompute, in milliseconds. */
  ms: number
}
export type VerifyReport = {
  ok: boolean
  /** Every check that ran, in order; a good one has `count` 0. */
  checks: CheckResult[]
  at: string
  ms: number
}

const sqlChecks: readonly Check[] = [
  ...stockChecks,
  ...orderChecks,
  ...orderMoneyChecks,
  ...paymentChecks,
  ...peopleChecks,
  ...promiseChecks,
]
/** Names of all checks, for the documentation and the tests. */
export const checkNames: readonly string[] = [...sqlChecks.map(({ name }) => name), 'pricing.undeclared_difference']

/**
 * Recomputes the laws of DESIGN §2 from the ledgers and lists the rows that disagree. Everything is read from one snapshot, so the
 * shop may go on selling meanwhile; nothing is written.
 * @param onProgress told before each check
 */
export async function verify(
  db: Db,
  {
    clock = systemClock,
    onProgress,
  }: { clock?: Clock; onProgress?: (name: string, done: number, total: number) => void } = {},
): Promise<VerifyReport> {
  return db.transaction(
    async (tx) => {
      await tx.run(sql`set transaction read only`)
      await tx.run(sql`set local statement_timeout = 0`)
      return verifyIn(tx, { clock, onProgress })
    },
    { isolation: 'repeatable read' },
  )
}

/** The same within a transaction that is there already; sees what that transaction has written. */
export async function verifyIn(
  q: Queryable,
  {
    clock,
    onProgress,
  }: { clock: Clock; onProgress?: ((name: string, done: number, total: number) => void) | undefined },
): Promise<VerifyReport> {
  const total = checkNames.length
  const checks: CheckResult[] = []
  const timed = async (name: string, work: () => Promise<Omit<CheckResult, 'ms'>>) => {
    onProgress?.(name, checks.length, total)
    const began = performance.now()
    const result = await work()
    checks.push({ ...result, ms: Math.round(performance.now() - began) })
  }
  for (const check of sqlChecks) await timed(check.name, () => runCheck(q, check, clock.now()))
  await timed('pricing.undeclared_difference', () => undeclaredPrices(q))
  const ms = checks.reduce((sum, check) => sum + check.ms, 0)
  return { ok: checks.every(({ count }) => count === 0), checks, at: clock.now().toISOString(), ms }
}

async function runCheck(q: Queryable, { name, law, title, rows }: Check, now: Date): Promise<Omit<CheckResult, 'ms'>> {
  const statement = typeof rows === 'function' ? rows(now) : rows
  const found = await q.many<Disagreement & { count: number }>(sql`
    select subject, expected, found, count(*) over ()::int as count from (${statement}) as wrong order by subject limit ${rowsListed}::int`)
  return {
    name,
    law,
    title,
    count: found[0]?.count ?? 0,
    rows: found.map(({ subject, expected, found: is }) => ({ subject, expected, found: is })),
  }
}

/** Law 5: the same article costs the same everywhere, unless an incentive with owner, dates and text says otherwise. */
async function undeclaredPrices(q: Queryable): Promise<Omit<CheckResult, 'ms'>> {
  const found = await findUndeclaredDifferences(q)
  return {
    name: 'pricing.undeclared_difference',
    law: 5,
    title: { es: 'El mismo precio en todos los canales', en: 'The same price on every channel' },
    count: found.length,
    rows: found.slice(0, rowsListed).map(({ subjectId, detail }) => ({
      subject: subjectId,
      expected: 'declared',
      found: detail.en,
    })),
  }
}
