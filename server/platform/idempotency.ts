import { createHash } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Db, Queryable, Tx } from './db.ts'
import { platformProblems } from './problems.ts'
import { eachByKey, type Sql, sql } from './sql.ts'
import { done, refused, together } from './together.ts'

/** What was answered: kept as it was, so a repeat gets the same. */
export type Answer = { status: number; body: unknown }
export type Key = { scope: string; key: string; fingerprint: string }

/** Fingerprint of a request: method, path with query, and body. */
export function fingerprint(method: string, url: string, body: unknown): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(body ?? null)}`)
    .digest('base64url')
}

/**
 * Takes the key inside the transaction of the work. A second request with the same key waits on the row until the first has
 * committed, then reads its answer; if the first was rolled back, the key is free again and the second does the work.
 * @returns the answer of the first run, or undefined: this is the first run
 * @throws Problem platform.key_reused
 */
export async function takeKey(
  tx: Tx,
  clock: Clock,
  { scope, key, fingerprint: print }: Key,
): Promise<Answer | undefined> {
  const inserted = await tx.run(sql`
    insert into platform.idempotency_key (scope, key, fingerprint, created_at)
    values (${scope}, ${key}, ${print}, ${clock.now()}) on conflict do nothing`)
  if (inserted === 1) return undefined
  return readAnswer(tx, { scope, key, fingerprint: print })
}

/** Keeps the answer beside the key, in the same transaction as the work. */
export function keepAnswer(tx: Tx, { scope, key }: Key, answer: Answer): void {
  tx.later(sql`
    update platform.idempotency_key set status = ${answer.status}, body = ${JSON.stringify(answer.body ?? null)}::jsonb
     where scope = ${scope} and key = ${key}`)
}

/** What is known of these keys already. */
export async function findKeys(
  q: Queryable,
  keys: readonly Key[],
): Promise<(Key & { status: number | null; body: unknown })[]> {
  return q.many(sql`
    select k.scope, k.key, k.fingerprint, k.status, k.body
      from unnest(${keys.map(({ scope }) => scope)}::text[], ${keys.map(({ key }) => key)}::text[]) as n (scope, key)
      ${eachByKey(sql`select * from platform.idempotency_key k where k.scope = n.scope and k.key = n.key`)} k`)
}

/** The insert of keys with their answers; a key that another request has taken meanwhile breaks `idempotency_key_pkey`. */
export function answersPiece(clock: Clock, kept: readonly { key: Key; answer: Answer }[]): Sql {
  const rows = kept.map(({ key, answer: { status, body } }) => ({ ...key, status, body: body ?? null }))
  return sql`insert into platform.idempotency_key (scope, key, fingerprint, status, body, created_at)
    select n.scope, n.key, n.fingerprint, n.status, coalesce(n.body, 'null'), ${clock.now()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (scope text, key text, fingerprint text, status int, body jsonb)`
}

/** The answer of work of several transactions. Need not reach the disk at once: lost in a crash, the repeat resumes. */
export async function keepAnswerAfter(db: Db, key: Key, answer: Answer): Promise<void> {
  await keepTogether(db, { key, answer })
}

const keepTogether = together<{ key: Key; answer: Answer }, void>(async (db, kept) => {
  const rows = kept.map(({ key: { scope, key }, answer: { status, body } }) => ({
    scope,
    key,
    status,
    body: body ?? null,
  }))
  await db.run(sql`
    with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
    update platform.idempotency_key k set status = n.status, body = coalesce(n.body, 'null')
      from relaxed, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (scope text, key text, status int, body jsonb)
     where k.scope = n.scope and k.key = n.key`)
  return kept.map(() => done(undefined))
})

/**
 * For work of several transactions that is itself once-only (placing an order): the key is noted first, the answer after.
 * A crash in between leaves a key without answer; the repeat runs the command again, which resumes and answers the same.
 * @returns the kept answer; without one, run the command: `isRepeat` when an earlier run did not come to its answer
 * @throws Problem platform.key_reused
 */
export async function noteKey(db: Db, clock: Clock, key: Key): Promise<{ kept?: Answer; isRepeat: boolean }> {
  return noteTogether(db, { key, clock })
}

const noteTogether = together<{ key: Key; clock: Clock }, { kept?: Answer; isRepeat: boolean }>(async (db, items) => {
  const keys = items.map(({ key }) => key)
  // Need not reach the disk at once: a key lost in a crash makes the repeat run the command, which resumes.
  const inserted = await db.many<{ scope: string; key: string }>(sql`
    with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
    insert into platform.idempotency_key (scope, key, fingerprint, created_at)
    select n.*, ${items[0]?.clock.now()}::timestamptz
      from relaxed, unnest(${keys.map(({ scope }) => scope)}::text[], ${keys.map(({ key }) => key)}::text[],
                           ${keys.map(({ fingerprint: print }) => print)}::text[]) as n (scope, key, fingerprint)
     order by n.scope, n.key
    on conflict do nothing returning scope, key`)
  const isNew = new Set(inserted.map(({ scope, key }) => JSON.stringify([scope, key])))
  // Of the same key twice in one batch the first one is the new one.
  const firsts = keys.map(({ scope, key }) => isNew.delete(JSON.stringify([scope, key])))
  const repeats = keys.filter((_, at) => !firsts[at])
  const known = repeats.length === 0 ? [] : await findKeys(db, repeats)
  return keys.map((key, at) => {
    if (firsts[at]) return done({ isRepeat: false })
    const row = known.find((one) => one.scope === key.scope && one.key === key.key)
    if (row && row.fingerprint !== key.fingerprint)
      return refused(platformProblems.key_reused({ parameter: 'Idempotency-Key' }))
    if (!row || row.status === null) return done({ isRepeat: true })
    return done({ kept: { status: row.status, body: row.body }, isRepeat: true })
  })
})

/** A refusal is an answer, too: kept in a transaction of its own, since the work's was rolled back. */
export async function keepRefusal(db: Db, clock: Clock, key: Key, answer: Answer): Promise<void> {
  await db.run(sql`
    insert into platform.idempotency_key (scope, key, fingerprint, status, body, created_at)
    values (${key.scope}, ${key.key}, ${key.fingerprint}, ${answer.status}, ${JSON.stringify(answer.body)}::jsonb, ${clock.now()})
    on conflict (scope, key) do update set status = excluded.status, body = excluded.body
     where platform.idempotency_key.status is null and platform.idempotency_key.fingerprint = excluded.fingerprint`)
}

async function readAnswer(
  db: Pick<Db, 'maybeOne'>,
  { scope, key, fingerprint: print }: Key,
): Promise<Answer | undefined> {
  const row = await db.maybeOne<{ fingerprint: string; status: number | null; body: unknown }>(sql`
    select fingerprint, status, body from platform.idempotency_key where scope = ${scope} and key = ${key}`)
  if (!row) return undefined
  if (row.fingerprint !== print) throw platformProblems.key_reused({ parameter: 'Idempotency-Key' })
  return row.status === null ? undefined : { status: row.status, body: row.body }
}

/** Drops keys older than their promise of 24 hours (two days, to be generous to slow clocks). */
export async function cleanKeys(db: Db, clock: Clock): Promise<number> {
  return db.run(
    sql`delete from platform.idempotency_key where created_at < ${clock.now()}::timestamptz - interval '48 hours'`,
  )
}
