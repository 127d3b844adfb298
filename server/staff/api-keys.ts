import { type Actor, actorId } from '#platform/actor'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { gatherReads } from '#platform/gather'
import { newId } from '#platform/ids'
import { allActions } from '#platform/permissions'
import { platformProblems } from '#platform/problems'
import { hashToken, looksLikeApiKey, newApiKey } from '#platform/secrets'
import { sql } from '#platform/sql'
import { audit } from './audit.ts'
import { staffProblems } from './problems.ts'

export type ApiKeyActor = Extract<Actor, { kind: 'api_key' }>
export type ApiKeyRow = {
  id: string
  name: string
  hint: string
  channelId: string
  scopes: string[]
  createdBy: string
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

type LiveKey = {
  keyHash: string
  id: string
  name: string
  channelId: string
  scopes: string[]
  expiresAt: Date | null
  lastUsedAt: Date | null
}
const asking = new WeakMap<object, (keyHash: string) => Promise<LiveKey[]>>()

function liveKeysOf(q: Queryable): (keyHash: string) => Promise<LiveKey[]> {
  let ask = asking.get(q.facts.kept)
  if (!ask) {
    ask = gatherReads((hashes: readonly string[]) =>
      q.many<LiveKey>(sql`
        select key_hash as "keyHash", id, name, channel_id as "channelId", scopes, expires_at as "expiresAt", last_used_at as "lastUsedAt"
          from staff.api_key where key_hash = any(${[...new Set(hashes)]}::text[]) and revoked_at is null`),
    )
    asking.set(q.facts.kept, ask)
  }
  return ask
}

/** Who acts by this API key; undefined when it is junk, unknown, expired or revoked. Its last use is noted once a minute. */
export async function apiKeyActor(q: Queryable, clock: Clock, key: string): Promise<ApiKeyActor | undefined> {
  if (!looksLikeApiKey(key)) return undefined
  const now = clock.now()
  const hash = hashToken(key)
  // Calls that arrive together ask together; each asks anew, so a revoked key ends with its next call.
  const row = (await liveKeysOf(q)(hash)).find(
    ({ keyHash, expiresAt }) => keyHash === hash && (expiresAt === null || expiresAt > now),
  )
  if (!row) return undefined
  if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > 60_000) {
    await q.run(sql`update staff.api_key set last_used_at = ${now} where id = ${row.id}`)
  }
  return { kind: 'api_key', keyId: row.id, name: row.name, channelId: row.channelId, scopes: row.scopes }
}

/** Every scope some route asks for, in order. */
export function knownScopes(): string[] {
  const scopes = [...allActions().values()].flatMap(({ apiScope }) => (apiScope === undefined ? [] : [apiScope]))
  return [...new Set(scopes)].sort()
}

/**
 * Makes a key. The text is returned here and never again; the hash is stored.
 * @throws Problem staff.unknown_scope
 */
export async function createApiKey(
  tx: Tx,
  clock: Clock,
  actor: Actor,
  {
    name,
    channelId,
    scopes,
    expiresAt = null,
  }: { name: string; channelId: string; scopes: string[]; expiresAt?: Date | null },
): Promise<{ apiKey: ApiKeyRow; key: string }> {
  const unknown = scopes.filter((scope) => !knownScopes().includes(scope))
  if (unknown.length > 0) throw staffProblems.unknown_scope({ parameter: 'scopes', unknown, known: knownScopes() })
  const id = newId('apk')
  const key = newApiKey()
  await tx.run(sql`
    insert into staff.api_key (id, name, key_hash, key_hint, channel_id, scopes, created_by, created_at, expires_at)
    values (${id}, ${name}, ${hashToken(key)}, ${key.slice(-4)}, ${channelId}, ${[...new Set(scopes)].sort()}::text[], ${actorId(actor)},
            ${clock.now()}, ${expiresAt})`)
  await audit(tx, clock, actor, { action: 'staff.key.created', subjectId: id, data: { name, channelId, scopes } })
  return { apiKey: await findApiKey(tx, id), key }
}

/** Ends a key for good; a second time changes nothing. @throws Problem platform.not_found */
export async function revokeApiKey(tx: Tx, clock: Clock, actor: Actor, id: string): Promise<ApiKeyRow> {
  await findApiKey(tx, id)
  const revoked = await tx.run(
    sql`update staff.api_key set revoked_at = ${clock.now()} where id = ${id} and revoked_at is null`,
  )
  if (revoked === 1) await audit(tx, clock, actor, { action: 'staff.key.revoked', subjectId: id })
  return findApiKey(tx, id)
}

const columns = sql`id, name, key_hint as hint, channel_id as "channelId", scopes, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`

async function findApiKey(q: Queryable, id: string): Promise<ApiKeyRow> {
  const row = await q.maybeOne<ApiKeyRow>(sql`select ${columns} from staff.api_key where id = ${id}`)
  if (!row) throw platformProblems.not_found({ id })
  return row
}

/** Keys, newest first. */
export async function listApiKeys(q: Queryable): Promise<ApiKeyRow[]> {
  return q.many<ApiKeyRow>(sql`select ${columns} from staff.api_key order by created_at desc, id desc limit 200`)
}
