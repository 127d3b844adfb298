import type { StockDetail, StockLevel, StockMovement, StockRow } from '@hilo/contract'
import { findVariants, type SaleVariant, searchProducts, variantsOfProducts } from '#catalog'
import type { Queryable } from '#platform/db'
import { empty, type Sql, sql } from '#platform/sql'
import { inventoryProblems } from './problems.ts'

export type StockFilter = {
  q?: string | undefined
  location?: string | undefined
  state?: 'low' | 'none' | 'conflict' | 'in_stock' | undefined
  low: number
}

/** Stock by variant with its places, in id order; a search finds variants by name, SKU or barcode, also those without any stock. */
export async function listStock(
  q: Queryable,
  { filter, cursor, limit }: { filter: StockFilter; cursor?: string | undefined; limit: number },
): Promise<{ items: StockRow[]; next: string | null }> {
  const named = filter.q ? await variantsNamed(q, filter.q) : undefined
  const ids =
    named && filter.state === undefined && filter.location === undefined
      ? pageOf(named, cursor, limit)
      : await variantsWithLevels(q, filter, { named, cursor, limit })
  const shown = ids.slice(0, limit)
  return { items: await stockRows(q, shown, filter.location), next: ids.length > limit ? (shown.at(-1) ?? null) : null }
}

async function variantsNamed(q: Queryable, query: string): Promise<string[]> {
  const { productIds, exact } = await searchProducts(q, query)
  if (exact) return [exact.id]
  return (await variantsOfProducts(q, productIds.slice(0, 200))).map(({ id }) => id).toSorted()
}

function pageOf(ids: readonly string[], cursor: string | undefined, limit: number): string[] {
  return ids.filter((id) => cursor === undefined || id > cursor).slice(0, limit + 1)
}

async function variantsWithLevels(
  q: Queryable,
  { location, state, low }: StockFilter,
  { named, cursor, limit }: { named: readonly string[] | undefined; cursor: string | undefined; limit: number },
): Promise<string[]> {
  const atp = sql`sum(greatest(0, l.on_hand - l.allocated - l.reserved - l.safety_stock))`
  const having: Record<NonNullable<StockFilter['state']>, Sql> = {
    low: sql`having ${atp} between 1 and ${low}`,
    none: sql`having ${atp} = 0`,
    conflict: sql`having sum(l.conflicted) > 0`,
    in_stock: sql`having ${atp} > 0`,
  }
  const rows = await q.many<{ id: string }>(sql`
    select l.variant_id as id from inventory.stock_level l
     where (${named ?? null}::text[] is null or l.variant_id = any(${named ?? null}::text[]))
       and (${location ?? null}::text is null or l.location_id = ${location ?? null})
       and (${cursor ?? null}::text is null or l.variant_id > ${cursor ?? null})
     group by l.variant_id ${state ? having[state] : empty} order by l.variant_id limit ${limit + 1}::int`)
  return rows.map(({ id }) => id)
}

async function stockRows(
  q: Queryable,
  variantIds: readonly string[],
  location: string | undefined,
): Promise<StockRow[]> {
  const variants = await findVariants(q, variantIds)
  const levels = Map.groupBy(await readLevels(q, { variantIds, location }), ({ variantId }) => variantId)
  return variantIds.map((id) => stockRow(id, variants.get(id), levels.get(id) ?? []))
}

function stockRow(variantId: string, variant: SaleVariant | undefined, places: StockLevel[]): StockRow {
  const sum = (pick: (level: StockLevel) => number) => places.reduce((all, level) => all + pick(level), 0)
  return {
    variantId,
    productId: variant?.productId ?? null,
    sku: variant?.sku ?? '',
    gtin: variant?.gtin ?? null,
    title: variant?.title ?? { es: '', en: '' },
    optionLabels: variant?.optionLabels ?? [],
    picture: variant?.picture ?? null,
    onHand: sum((level) => level.onHand),
    allocated: sum((level) => level.allocated),
    reserved: sum((level) => level.reserved),
    atp: sum((level) => level.atp),
    incoming: sum((level) => level.incoming),
    places,
  }
}

/** Levels of variants at all places or one, with what is on its way there. */
export async function readLevels(
  q: Queryable,
  { variantIds, location }: { variantIds: readonly string[]; location?: string | undefined },
): Promise<StockLevel[]> {
  return q.many<StockLevel>(sql`
    with incoming as (
      select l.variant_id, t.to_location_id, sum(coalesce(l.sent_units, l.units))::int as units
        from inventory.transfer t join inventory.transfer_line l on l.transfer_id = t.id
       where t.status = 'sent' and l.variant_id = any(${[...variantIds]}::text[]) group by 1, 2)
    select k.variant_id as "variantId", k.location_id as "locationId", coalesce(l.on_hand, 0) as "onHand", coalesce(l.allocated, 0) as allocated,
           coalesce(l.reserved, 0) as reserved, coalesce(l.safety_stock, 0) as "safetyStock", coalesce(l.conflicted, 0) as conflicted,
           greatest(0, coalesce(l.on_hand - l.allocated - l.reserved - l.safety_stock, 0)) as atp, coalesce(i.units, 0) as incoming
      from (select variant_id, location_id from inventory.stock_level where variant_id = any(${[...variantIds]}::text[])
            union select variant_id, to_location_id from incoming) as k
      join inventory.location p on p.id = k.location_id
      left join inventory.stock_level l on l.variant_id = k.variant_id and l.location_id = k.location_id
      left join incoming i on i.variant_id = k.variant_id and i.to_location_id = k.location_id
     where ${location ?? null}::text is null or k.location_id = ${location ?? null}
     order by k.variant_id, p.position, p.code`)
}

/** One variant: all places, who holds units until when, for which orders they are promised, and the newest of the ledger. */
export async function stockDetail(q: Queryable, variantId: string): Promise<StockDetail> {
  const [row] = await stockRows(q, [variantId], undefined)
  if (!row || row.productId === null) throw inventoryProblems.unknown_variant({ variantId })
  const reservations = await q.many<Omit<StockDetail['reservations'][number], 'expiresAt'> & { expiresAt: Date }>(sql`
    select holder_id as "holderId", location_id as "locationId", units, expires_at as "expiresAt" from inventory.reservation
     where variant_id = ${variantId} and status = 'live' order by expires_at limit 200`)
  const allocations = await q.many<Omit<StockDetail['allocations'][number], 'createdAt'> & { createdAt: Date }>(sql`
    select order_id as "orderId", order_line_id as "orderLineId", location_id as "locationId", units, created_at as "createdAt"
      from inventory.allocation where variant_id = ${variantId} and status = 'open' order by created_at limit 200`)
  const { items } = await listMovements(q, { filter: { variant: variantId }, limit: 50 })
  return {
    row,
    reservations: reservations.map((held) => ({ ...held, expiresAt: held.expiresAt.toISOString() })),
    allocations: allocations.map((open) => ({ ...open, createdAt: open.createdAt.toISOString() })),
    movements: items,
  }
}

export type MovementFilter = {
  variant?: string | undefined
  location?: string | undefined
  kind?: string | undefined
  reference?: string | undefined
}

/** The ledger, newest first. */
export async function listMovements(
  q: Queryable,
  { filter, cursor, limit }: { filter: MovementFilter; cursor?: string | undefined; limit: number },
): Promise<{ items: StockMovement[]; next: string | null }> {
  const { variant, location, kind, reference } = filter
  const rows = await q.many<Omit<StockMovement, 'at'> & { at: Date }>(sql`
    select id, variant_id as "variantId", location_id as "locationId", kind, quantity, reason, reference, actor_id as "actorId", at
      from inventory.stock_movement
     where (${variant ?? null}::text is null or variant_id = ${variant ?? null})
       and (${location ?? null}::text is null or location_id = ${location ?? null})
       and (${kind ?? null}::text is null or kind = ${kind ?? null})
       and (${reference ?? null}::text is null or reference = ${reference ?? null})
       and (${cursor ?? null}::text is null or id < ${cursor ?? null})
     order by id desc limit ${limit + 1}::int`)
  const shown = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }))
  return { items: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}
