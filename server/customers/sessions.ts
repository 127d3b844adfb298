import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newToken } from '#platform/ids'
import { hashToken } from '#platform/secrets'
import { sql } from '#platform/sql'

/** A shopper stays signed in for sixty days from the last visit, half a year at most. */
const idleDays = 60
const absoluteDays = 180
const dayMs = 86_400_000

/** Opens a session for a person and gives its token; only the hash is stored. */
export async function openCustomerSession(tx: Tx, clock: Clock, personId: string): Promise<string> {
  const token = newToken()
  const now = clock.now()
  await tx.run(sql`
    insert into customers.session (token_hash, person_id, created_at, last_used_at, expires_at)
    values (${hashToken(token)}, ${personId}, ${now}, ${now}, ${new Date(now.getTime() + absoluteDays * dayMs)})`)
  return token
}

/** Who is signed in by this token (canonical id), or undefined. The visit is noted at most once an hour. */
export async function customerOfToken(q: Queryable, clock: Clock, token: string): Promise<string | undefined> {
  const now = clock.now()
  const hash = hashToken(token)
  const row = await q.maybeOne<{ personId: string; lastUsedAt: Date }>(sql`
    select root.id as "personId", s.last_used_at as "lastUsedAt"
      from customers.session s
      join customers.person p on p.id = s.person_id
      join customers.person root on root.id = coalesce(p.canonical_id, p.id)
     where s.token_hash = ${hash} and s.expires_at > ${now} and s.last_used_at > ${new Date(now.getTime() - idleDays * dayMs)}
       and p.erased_at is null and root.erased_at is null`)
  if (!row) return undefined
  if (now.getTime() - row.lastUsedAt.getTime() > 3_600_000) {
    await q.run(sql`update customers.session set last_used_at = ${now} where token_hash = ${hash}`)
  }
  return row.personId
}

/** Signs out: this token is worth nothing from now on. */
export async function endCustomerSession(tx: Tx, token: string): Promise<void> {
  await tx.run(sql`delete from customers.session where token_hash = ${hashToken(token)}`)
}
