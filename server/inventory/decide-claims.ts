import { newId } from '#platform/ids'
import {
  freeUnits,
  keyFields,
  keyOf,
  type Level,
  type Shortage,
  type StockKey,
  sumUnits,
  unitsByKey,
} from './levels.ts'

export type AllocateLine = StockKey & { orderLineId: string; units: number }
type Common = {
  lines: readonly AllocateLine[]
  /** Whose live reservations count for it and are used up. */
  holderId?: string | undefined
  /** A till may take the units that are kept back for whoever stands in the shop. */
  ignoreSafetyStock?: boolean | undefined
}
/**
 * Units that somebody wants, all lines or none:
 *
 *   reserve   held for `holderId` until a time; what it held before on other keys stays
 *   allocate  promised to a placed order
 *   sell      out of the house this moment, carried out over a counter
 */
export type Claim =
  | (Common & { kind: 'reserve'; holderId: string; expiresAt: Date; replace?: boolean | undefined })
  | (Common & {
      kind: 'allocate'
      orderId: string
      /** Who takes goods that lie on the counter whatever the figure says; what is missing becomes a named conflict. */
      unknownBy?: string | undefined
    })
  | (Common & { kind: 'sell'; orderId: string; actorId: string })

/** A live reservation. */
export type HeldRow = StockKey & { id: string; holderId: string; units: number }
export type Verdict = {
  /** Keys with too few units; empty when the claim was served. */
  short: Shortage[]
  conflicts: (StockKey & { id: string; units: number; reference: string; actorId: string })[]
}
export type Decision = {
  verdicts: Verdict[]
  /** Figures of every level that changed, as they are to be. */
  changed: Level[]
  closed: { id: string; status: 'consumed' | 'released' | 'lapsed' }[]
}
type Deciding = {
  levels: Map<string, Level>
  /** Live reservations of the claims' holders, until a claim uses them. */
  own: Map<string, HeldRow[]>
  changed: Set<string>
  closed: Decision['closed']
}

/** Whether what the holder has reserved already counts for it. */
export function usesHolds(claim: Claim): boolean {
  return claim.kind === 'reserve' ? (claim.replace ?? false) : claim.holderId !== undefined
}

/**
 * Serves claims in their order from locked figures; what one takes, the next does not find. Pure: same figures, same decision.
 * @param own live reservations of the claims' holders, on locked keys only
 * @param lapsed reservations past their time on short keys; given back before the first claim is served
 */
export function decideClaims({
  levels,
  own,
  lapsed,
  claims,
}: {
  levels: ReadonlyMap<string, Level>
  own: readonly HeldRow[]
  lapsed: readonly HeldRow[]
  claims: readonly Claim[]
}): Decision {
  const gone = new Set(lapsed.map(({ id }) => id))
  const state: Deciding = {
    levels: new Map([...levels].map(([key, level]) => [key, { ...level }])),
    own: Map.groupBy(
      own.filter(({ id }) => !gone.has(id)),
      ({ holderId }) => holderId,
    ),
    changed: new Set(),
    closed: [],
  }
  for (const row of lapsed) giveBack(state, row, 'lapsed')
  const verdicts = claims.map((claim) => serve(state, claim))
  const changed = [...state.changed].flatMap((key) => state.levels.get(key) ?? [])
  return { verdicts, changed, closed: state.closed }
}

function serve(state: Deciding, claim: Claim): Verdict {
  const wanted = unitsByKey(claim.lines)
  const mine = usesHolds(claim) ? (state.own.get(claim.holderId ?? '') ?? []) : []
  const held = sumUnits(mine)
  const ignoreSafetyStock = claim.ignoreSafetyStock ?? false
  const short = wanted
    .map((item) => ({
      ...keyFields(item),
      requested: item.units,
      available: freeUnits(state.levels.get(keyOf(item)), { own: held.get(keyOf(item)) ?? 0, ignoreSafetyStock }),
    }))
    .filter((item) => item.available < item.requested)
  const unknownBy = claim.kind === 'allocate' ? claim.unknownBy : undefined
  if (short.length > 0 && unknownBy === undefined) return { short, conflicts: [] }
  const conflicts = short.map((item) => ({
    id: newId('con'),
    ...keyFields(item),
    units: missingUnits(item, state.levels.get(keyOf(item)), held.get(keyOf(item)) ?? 0),
    reference: claim.kind === 'reserve' ? claim.holderId : claim.orderId,
    actorId: unknownBy ?? '',
  }))
  for (const row of mine) giveBack(state, row, claim.kind === 'reserve' ? 'released' : 'consumed')
  if (mine.length > 0) state.own.delete(claim.holderId ?? '')
  for (const item of wanted) {
    const level = touch(state, item)
    if (claim.kind === 'reserve') level.reserved += item.units
    else if (claim.kind === 'allocate') level.allocated += item.units
    else level.onHand -= item.units
  }
  for (const item of conflicts) touch(state, item).conflicted += item.units
  return { short: [], conflicts }
}

function giveBack(state: Deciding, row: HeldRow, status: Decision['closed'][number]['status']): void {
  touch(state, row).reserved -= row.units
  state.closed.push({ id: row.id, status })
}

function touch(state: Deciding, key: StockKey): Level {
  const level = state.levels.get(keyOf(key))
  if (!level) throw new Error(`no locked level for ${keyOf(key)}`)
  state.changed.add(keyOf(key))
  return level
}

/** How far below zero the promise would go; a level that is below already (an older conflict) answers only for the new units. */
function missingUnits(item: Shortage, level: Level | undefined, own: number): number {
  const free = level ? Math.max(0, level.onHand - level.allocated - level.reserved) : 0
  return item.requested - free - own
}
