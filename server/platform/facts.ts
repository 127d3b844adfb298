import type { Queryable, Tx } from './db.ts'
import { gatherReads } from './gather.ts'
import type { PeriodicJob } from './jobs.ts'
import { sql } from './sql.ts'

type Kept<T> = { version: number; values: T }
/** So many of one kind are remembered by id unless said otherwise; beyond, the memory begins anew. */
const mostKept = 20_000

/**
 * How often read-mostly tables were changed, in this snapshot; a value for the `select` list of any statement. Null inside a
 * transaction that changed them itself: what it sees may never be committed, so nothing of it is remembered.
 */
export const factsVersionNow = sql`(
  select case when current_setting('hilo.facts_changed', true) = pg_current_xact_id_if_assigned()::text then null
              else v.changes + (select count(*) from platform.fact_change) end
    from platform.fact_version v)`

async function readVersion(q: Queryable): Promise<number | null> {
  return (await q.one<{ version: number | null }>(sql`select ${factsVersionNow} as version`)).version
}

/** For each pool: those who ask at the same time are told by one statement, which begins after the last of them asked. */
const gathered = new WeakMap<object, () => Promise<number | null>>()

/** What was read under the same number still holds. */
async function factsVersion(q: Queryable): Promise<number | null> {
  const { facts } = q
  if (!facts.once) {
    let ask = gathered.get(facts.kept)
    if (ask === undefined) {
      ask = gatherReads(() => readVersion(q)) as () => Promise<number | null>
      gathered.set(facts.kept, ask)
    }
    return ask()
  }
  facts.version ??= readVersion(q)
  return facts.version
}

/**
 * The same pool, told which version holds by a statement that read `factsVersionNow` beside its own: what is remembered under it is
 * used without asking again. For one request only.
 */
export function atFactsVersion(q: Queryable, version: number | null): Queryable {
  return { ...q, facts: { ...q.facts.inTransaction(), version: Promise.resolve(version) } }
}

/**
 * A list of a read-mostly table, read once until one of those tables changes. Do not change what you get: everybody has the same.
 * @param name of the list; one name, one statement
 */
export async function keptList<T>(q: Queryable, name: string, load: () => Promise<T>): Promise<T> {
  const version = await factsVersion(q)
  if (version === null) return load()
  const kept = q.facts.kept.get(name) as Kept<T> | undefined
  if (kept?.version === version) return kept.values
  const values = await load()
  if (kept === undefined || kept.version <= version) q.facts.kept.set(name, { version, values })
  return values
}

/**
 * Rows of read-mostly tables by id; only those that are not known yet are read. Ids that do not exist are missing from the map.
 * Do not change what you get.
 */
export async function keptById<T>(
  q: Queryable,
  name: string,
  ids: readonly string[],
  load: (missing: string[]) => Promise<Map<string, T>>,
  most = mostKept,
): Promise<Map<string, T>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const version = await factsVersion(q)
  if (version === null) return load(wanted)
  const known = mapOf<T>(q, name, version)
  const found = new Map<string, T>()
  const missing: string[] = []
  for (const id of wanted) {
    const value = known.get(id)
    if (value === undefined) missing.push(id)
    else found.set(id, value)
  }
  if (missing.length === 0) return found
  const read = await load(missing)
  if (known.size + read.size > most) known.clear()
  for (const [id, value] of read) {
    known.set(id, value)
    found.set(id, value)
  }
  return found
}

/** The map of this version; an older one than what is kept already gets a map that is thrown away. */
function mapOf<T>(q: Queryable, name: string, version: number): Map<string, T> {
  const kept = q.facts.kept.get(name) as Kept<Map<string, T>> | undefined
  if (kept?.version === version) return kept.values
  const values = new Map<string, T>()
  if (kept === undefined || kept.version < version) q.facts.kept.set(name, { version, values })
  return values
}

/** Folds the noted changes into one number, so that reading the version stays one tiny statement. */
export async function foldFactChanges(tx: Tx): Promise<void> {
  await tx.run(sql`
    with gone as (delete from platform.fact_change returning 1)
    update platform.fact_version set changes = changes + (select count(*) from gone) where exists (select 1 from gone)`)
}

/** Periodic work of the platform's memory. */
export const factsJob: PeriodicJob = {
  name: 'fact-changes',
  everyMs: 60_000,
  run: async ({ db }) => db.transaction(foldFactChanges),
}
