import { findVariants } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { lockLevels, writeLevels } from './levels.ts'
import { movementRows } from './movements.ts'
import { inventoryProblems } from './problems.ts'

export type NamedConflict = Conflict & { sku: string; title: { es: string; en: string } }
export type Conflict = {
  id: string
  variantId: string
  locationId: string
  units: number
  reference: string
  actorId: string
  at: Date
  settledAt: Date | null
  settledBy: string | null
  settlement: string | null
}
const columns = sql`
  id, variant_id as "variantId", location_id as "locationId", units, reference, actor_id as "actorId", at,
  settled_at as "settledAt", settled_by as "settledBy", settlement`

/** Named conflicts, newest first. */
export async function listConflicts(
  q: Queryable,
  {
    location,
    settled,
    cursor,
    limit,
  }: { location?: string | undefined; settled: boolean; cursor?: string | undefined; limit: number },
): Promise<{ items: unknown[]; next: string | null }> {
  const rows = await q.many<Conflict>(sql`
    select ${columns} from inventory.stock_conflict
     where (settled_at is not null) = ${settled}::boolean and (${location ?? null}::text is null or location_id = ${location ?? null})
       and (${cursor ?? null}::text is null or id < ${cursor ?? null})
     order by id desc limit ${limit + 1}::int`)
  const shown = rows.slice(0, limit)
  return { items: await withArticles(q, shown), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** Conflicts as people read them: with the article's code and name. */
async function withArticles(q: Queryable, conflicts: readonly Conflict[]): Promise<NamedConflict[]> {
  const variants = await findVariants(
    q,
    conflicts.map(({ variantId }) => variantId),
  )
  return conflicts.map((row) => ({
    ...row,
    sku: variants.get(row.variantId)?.sku ?? '',
    title: variants.get(row.variantId)?.title ?? { es: '', en: '' },
  }))
}

/** @throws Problem inventory.conflict_not_found */
export async function findConflict(q: Queryable, id: string): Promise<Conflict> {
  const found = await q.maybeOne<Conflict>(sql`select ${columns} from inventory.stock_conflict where id = ${id}`)
  if (!found) throw inventoryProblems.conflict_not_found({ conflictId: id })
  return found
}

/**
 * A person settles a conflict. `found`: the units had been there uncounted, so the ledger gets them now. `cleared`: the figures bear
 * it by themselves (an order gave way, goods came in).
 * @throws Problem inventory.conflict_settled, inventory.conflict_still_open with the orders that hold the units
 */
export async function settleConflict(
  tx: Tx,
  clock: Clock,
  { conflictId, how, note, actorId }: { conflictId: string; how: 'found' | 'cleared'; note: string; actorId: string },
): Promise<NamedConflict> {
  const conflict = await findConflict(tx, conflictId)
  const level = [...(await lockLevels(tx, [conflict])).values()][0]
  const open = await tx.run(sql`
    update inventory.stock_conflict set settled_at = ${clock.now()}, settled_by = ${actorId}, settlement = ${note === '' ? how : `${how}: ${note}`}
     where id = ${conflictId} and settled_at is null`)
  if (open === 0) throw inventoryProblems.conflict_settled({ conflictId })
  const bears =
    (level?.onHand ?? 0) - (level?.allocated ?? 0) - (level?.reserved ?? 0) + (level?.conflicted ?? 0) - conflict.units
  if (how === 'cleared' && bears < 0)
    throw inventoryProblems.conflict_still_open({
      conflictId,
      missing: -bears,
      orders: await ordersHolding(tx, conflict),
    })
  const { variantId, locationId, units } = conflict
  const found = how === 'found' ? units : 0
  await writeLevels(
    tx,
    clock,
    [{ variantId, locationId, conflicted: -units, onHand: found }],
    [
      movementRows(clock, [{ variantId, locationId, quantity: found }], {
        kind: 'adjusted',
        reason: note || 'found uncounted',
        reference: conflict.reference,
        actorId,
      }),
    ],
  )
  const [settled] = await withArticles(tx, [await findConflict(tx, conflictId)])
  if (!settled) throw inventoryProblems.conflict_not_found({ conflictId })
  return settled
}

async function ordersHolding(q: Queryable, { variantId, locationId }: Conflict): Promise<string[]> {
  const rows = await q.many<{ orderId: string }>(sql`
    select distinct order_id as "orderId" from inventory.allocation
     where variant_id = ${variantId} and location_id = ${locationId} and status = 'open' limit 20`)
  return rows.map(({ orderId }) => orderId)
}
