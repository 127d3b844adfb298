import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { event, eventsPiece, type NewEvent, wakeAfter } from '#platform/outbox'
import { type Sql, sql, writeAll } from '#platform/sql'
import { done, type Outcome, refused } from '#platform/together'
import { type AllocateLine, type Claim, type Decision, decideClaims, type HeldRow, usesHolds } from './decide-claims.ts'
import { keyOf, type Level, lockLevels, type Shortage, type StockKey, shortProblem, unitsByKey } from './levels.ts'
import { movementRows } from './movements.ts'

export type { AllocateLine, Claim } from './decide-claims.ts'
export type Claimed = {
  /** For each claim: ids of the conflicts it opened, or inventory.atp_short with the figures. */
  outcomes: Outcome<string[]>[]
  /** Writes of all that succeeded, for `writeAll`, and their events; the levels stay locked until the transaction ends. */
  writes: Sql[]
  events: NewEvent[]
}

/**
 * Decides any number of claims under one lock: rows of all of them are locked in key order in one statement, then the claims are
 * served in their order, each for itself. Nothing is written yet: the caller puts `writes` and `events` into its own statement.
 * Two reads when enough is free; only short keys cost another, which finds what baskets hold past their time.
 */
export async function claimStock(tx: Tx, clock: Clock, claims: readonly Claim[]): Promise<Claimed> {
  const holders = claims.flatMap((claim) => (usesHolds(claim) ? [claim.holderId ?? ''] : []))
  const create = claims.some((claim) => claim.kind === 'allocate' && claim.unknownBy !== undefined)
  const keys = claims.flatMap(({ lines }) => lines)
  if (keys.length === 0 && holders.length === 0) return { outcomes: claims.map(() => done([])), writes: [], events: [] }
  // Sent together, run one after the other: the second sees what was committed before the first got its locks.
  const [levels, held] = await Promise.all([
    lockLevels(tx, keys, { create, holderIds: holders }),
    holders.length === 0 ? [] : heldBy(tx, sql`r.holder_id = any(${holders}::text[])`),
  ])
  const own = held.filter((row) => levels.has(keyOf(row)))
  let decision = decideClaims({ levels, own, lapsed: [], claims })
  const short = decision.verdicts.flatMap((verdict) => verdict.short)
  if (short.length > 0) {
    const lapsed = await lapsedOn(tx, clock, short)
    if (lapsed.length > 0) decision = decideClaims({ levels, own, lapsed, claims })
  }
  const outcomes: Outcome<string[]>[] = []
  for (const { short: missing, conflicts } of decision.verdicts)
    outcomes.push(missing.length > 0 ? refused(await shortProblem(tx, missing)) : done(conflicts.map(({ id }) => id)))
  return { outcomes, ...toWrite(clock, claims, decision) }
}

/** One claim on its own, in the caller's transaction. @returns ids of conflicts opened @throws Problem inventory.atp_short */
export async function claim(tx: Tx, clock: Clock, one: Claim): Promise<string[]> {
  const { outcomes, writes, events } = await claimStock(tx, clock, [one])
  const [outcome] = outcomes
  if (!outcome?.ok) throw outcome?.error
  if (writes.length > 0) {
    tx.later(writeAll([...writes, eventsPiece(clock, events)]))
    wakeAfter(tx)
  }
  return outcome.value
}

async function heldBy(tx: Tx, which: Sql): Promise<HeldRow[]> {
  return tx.many<HeldRow>(sql`
    select r.id, r.holder_id as "holderId", r.variant_id as "variantId", r.location_id as "locationId", r.units
      from inventory.reservation r where r.status = 'live' and ${which} order by r.id`)
}

async function lapsedOn(tx: Tx, clock: Clock, keys: readonly Shortage[]): Promise<HeldRow[]> {
  return heldBy(
    tx,
    sql`r.expires_at <= ${clock.now()} and (r.variant_id, r.location_id) in (
          select * from unnest(${keys.map((k) => k.variantId)}::text[], ${keys.map((k) => k.locationId)}::text[]))`,
  )
}

function toWrite(
  clock: Clock,
  claims: readonly Claim[],
  { verdicts, changed, closed }: Decision,
): { writes: Sql[]; events: NewEvent[] } {
  const served = claims.filter((_, at) => verdicts[at]?.short.length === 0)
  const conflicts = verdicts.flatMap((verdict) => verdict.conflicts)
  const writes = [
    changed.length > 0 && levelsPiece(changed),
    closed.length > 0 && closedPiece(closed),
    reservationsPiece(clock, served),
    allocationsPiece(clock, served),
    ...soldPieces(clock, served),
    conflicts.length > 0 && conflictsPiece(clock, conflicts),
  ].filter((piece): piece is Sql => piece !== false && piece !== undefined)
  return { writes, events: [...changed.map(levelChanged), ...conflicts.map(conflictOpened)] }
}

/** Figures of locked rows, written as they are now: nobody else can have changed them. */
function levelsPiece(levels: readonly Level[]): Sql {
  return sql`update inventory.stock_level l
       set on_hand = d.on_hand, allocated = d.allocated, reserved = d.reserved, conflicted = d.conflicted
      from unnest(${levels.map((l) => l.variantId)}::text[], ${levels.map((l) => l.locationId)}::text[], ${levels.map((l) => l.onHand)}::int[],
                  ${levels.map((l) => l.allocated)}::int[], ${levels.map((l) => l.reserved)}::int[], ${levels.map((l) => l.conflicted)}::int[])
             as d (variant_id, location_id, on_hand, allocated, reserved, conflicted)
     where l.variant_id = d.variant_id and l.location_id = d.location_id`
}

function closedPiece(closed: Decision['closed']): Sql {
  return sql`update inventory.reservation r set status = d.status
      from unnest(${closed.map(({ id }) => id)}::text[], ${closed.map(({ status }) => status)}::text[]) as d (id, status)
     where r.id = d.id`
}

function reservationsPiece(clock: Clock, claims: readonly Claim[]): Sql | undefined {
  const rows = claims.flatMap((claim) =>
    claim.kind === 'reserve'
      ? unitsByKey(claim.lines).map((item) => ({ ...item, holderId: claim.holderId, expiresAt: claim.expiresAt }))
      : [],
  )
  if (rows.length === 0) return undefined
  return sql`insert into inventory.reservation (id, holder_id, variant_id, location_id, units, expires_at, created_at)
    select n.*, ${clock.now()}::timestamptz
      from unnest(${rows.map(() => newId('res'))}::text[], ${rows.map((r) => r.holderId)}::text[], ${rows.map((r) => r.variantId)}::text[],
                  ${rows.map((r) => r.locationId)}::text[], ${rows.map((r) => r.units)}::int[], ${rows.map((r) => r.expiresAt)}::timestamptz[])
             as n (id, holder_id, variant_id, location_id, units, expires_at)`
}

function allocationsPiece(clock: Clock, claims: readonly Claim[]): Sql | undefined {
  const rows = claims.flatMap((claim) =>
    claim.kind === 'reserve'
      ? []
      : claim.lines.map((line) => ({
          ...line,
          orderId: claim.orderId,
          status: claim.kind === 'sell' ? 'shipped' : 'open',
        })),
  )
  return rows.length === 0 ? undefined : allocationRows(clock, rows)
}

/** The insert that promises units to orders; `shipped` ones are out of the house already. */
export function allocationRows(
  clock: Clock,
  rows: readonly (AllocateLine & { orderId: string; status?: string })[],
  { transferId = null }: { transferId?: string | null } = {},
): Sql {
  const now = clock.now()
  return sql`insert into inventory.allocation (id, order_id, order_line_id, variant_id, location_id, units, transfer_id, created_at, status, closed_at)
    select n.id, n.order_id, n.line, n.variant_id, n.location_id, n.units, ${transferId}::text, ${now}::timestamptz, n.status,
           case when n.status = 'shipped' then ${now}::timestamptz end
      from unnest(${rows.map(() => newId('alc'))}::text[], ${rows.map((l) => l.orderId)}::text[], ${rows.map((l) => l.orderLineId)}::text[],
                  ${rows.map((l) => l.variantId)}::text[], ${rows.map((l) => l.locationId)}::text[], ${rows.map((l) => l.units)}::int[],
                  ${rows.map((l) => l.status ?? 'open')}::text[])
             as n (id, order_id, line, variant_id, location_id, units, status)`
}

function soldPieces(clock: Clock, claims: readonly Claim[]): Sql[] {
  const rows = claims.flatMap((claim) =>
    claim.kind === 'sell'
      ? unitsByKey(claim.lines).map(({ variantId, locationId, units }) => ({
          variantId,
          locationId,
          quantity: -units,
          reference: claim.orderId,
          actorId: claim.actorId,
        }))
      : [],
  )
  return rows.length === 0 ? [] : [movementRows(clock, rows, { kind: 'sold' })]
}

type Conflict = StockKey & { id: string; units: number; reference: string; actorId: string }

/** The insert that opens named conflicts. */
export function conflictsPiece(clock: Clock, conflicts: readonly Conflict[]): Sql {
  return sql`insert into inventory.stock_conflict (id, variant_id, location_id, units, reference, actor_id, at)
    select n.*, ${clock.now()}::timestamptz
      from unnest(${conflicts.map((c) => c.id)}::text[], ${conflicts.map((c) => c.variantId)}::text[], ${conflicts.map((c) => c.locationId)}::text[],
                  ${conflicts.map((c) => c.units)}::int[], ${conflicts.map((c) => c.reference)}::text[], ${conflicts.map((c) => c.actorId)}::text[])
             as n (id, variant_id, location_id, units, reference, actor_id)`
}

export function conflictOpened({
  id,
  variantId,
  locationId,
  units,
}: Omit<Conflict, 'reference' | 'actorId'>): NewEvent {
  return event('inventory.conflict_opened', {
    subjectId: id,
    payload: { conflictId: id, variantId, locationId, units },
  })
}

function levelChanged({ variantId, locationId, onHand, allocated, reserved, safetyStock }: Level): NewEvent {
  const atp = Math.max(0, onHand - allocated - reserved - safetyStock)
  return event('inventory.level_changed', {
    subjectId: variantId,
    payload: { variantId, locationId, onHand, allocated, reserved, atp },
  })
}
