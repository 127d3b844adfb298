import type { StockMovement } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import { newId } from '#platform/ids'
import { type Sql, sql } from '#platform/sql'
import type { StockKey } from './levels.ts'

export type MovementKind = StockMovement['kind']
/** A ledger row to be: `quantity` is signed, in whole units. What it does not say of itself, the call says for all. */
export type Movement = StockKey & { quantity: number; reason?: string; reference?: string; actorId?: string }

/** The insert of ledger rows; rows of zero are left out, nothing moved there. */
export function movementRows(
  clock: Clock,
  movements: readonly Movement[],
  {
    kind,
    reference = '',
    actorId = '',
    reason = '',
  }: { kind: MovementKind; reference?: string; actorId?: string; reason?: string },
): Sql {
  const rows = movements.filter((movement) => movement.quantity !== 0)
  return sql`insert into inventory.stock_movement (id, variant_id, location_id, kind, quantity, reason, reference, actor_id, at)
    select n.id, n.variant_id, n.location_id, ${kind}::text, n.quantity, n.reason, n.reference, n.actor_id, ${clock.now()}::timestamptz
      from unnest(${rows.map(() => newId('mov'))}::text[], ${rows.map((m) => m.variantId)}::text[], ${rows.map((m) => m.locationId)}::text[],
                  ${rows.map((m) => m.quantity)}::int[], ${rows.map((m) => m.reason ?? reason)}::text[],
                  ${rows.map((m) => m.reference ?? reference)}::text[], ${rows.map((m) => m.actorId ?? actorId)}::text[])
             as n (id, variant_id, location_id, quantity, reason, reference, actor_id)`
}
