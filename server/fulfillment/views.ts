import type { FulfillmentOrderBody, PromiseBody } from '@hilo/contract'
import { findVariants, type SaleVariant } from '#catalog'
import { type Location, listLocations, openTransfersOf } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import type { NewFulfillment } from './create.ts'
import { type FulfillmentLineRow, type FulfillmentRow, type PromiseRow, readPromises, readRows } from './rows.ts'
import { isFinal } from './states.ts'

type ShortageRow = {
  id: string
  fulfillmentOrderId: string
  orderLineId: string
  units: number
  status: 'asked' | 'chosen' | 'settled'
  createdAt: Date
}

/** What a pickup's QR says; a till's scanner and the phone's camera read the same. */
export function pickupCodeOf(code: string | null): string | null {
  return code === null ? null : `HILO:P:${code}`
}

/** Everything that is being done for an order, for its page and for staff. Pickup codes included: show them only to who may collect. */
export async function fulfillmentOf(
  q: Queryable,
  orderId: string,
  { clock }: { clock?: Clock } = {},
): Promise<FulfillmentOrderBody[]> {
  return toViews(q, await readRows(q, sql`f.order_id = ${orderId}`), { clock, withCodes: true })
}

/**
 * Rows as they cross the wire: five statements for any number of rows.
 * @param withCodes shows pickup codes: to the holder of the order only, never in a list at the counter
 */
export async function toViews(
  q: Queryable,
  rows: readonly FulfillmentRow[],
  { clock, withCodes = false }: { clock?: Clock; withCodes?: boolean } = {},
): Promise<FulfillmentOrderBody[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const variantIds = rows.flatMap(({ lines }) => lines.map(({ variantId }) => variantId))
  const [variants, locations, promiseRows, shortageRows, transferRows] = await q.together((one) =>
    Promise.all([
      findVariants(one, variantIds),
      listLocations(one),
      readPromises(one, sql`p.fulfillment_order_id = any(${ids}::text[])`),
      readShortages(one, ids),
      openTransfersOf(
        one,
        rows.map(({ orderId }) => orderId),
      ),
    ]),
  )
  return compose(rows, { variants, locations, promiseRows, shortageRows, transferRows }, { clock, withCodes })
}

/** Work that was made this moment, as its order shows it: nothing of it needs to be read again. No transfer serves it yet. */
export async function viewMade(q: Queryable, { rows, promises }: NewFulfillment): Promise<FulfillmentOrderBody[]> {
  const variantIds = rows.flatMap(({ lines }) => lines.map(({ variantId }) => variantId))
  const [variants, locations] = await Promise.all([findVariants(q, variantIds), listLocations(q)])
  const madeAt = rows[0]?.createdAt ?? new Date(0)
  const promiseRows = promises.map(
    (made): PromiseRow => ({
      ...made,
      dueAt: new Date(made.dueAt),
      status: 'made',
      madeAt,
      settledAt: null,
      settledReason: null,
    }),
  )
  const read = { variants, locations, promiseRows, shortageRows: [], transferRows: [] }
  return compose(rows, read, { clock: undefined, withCodes: true })
}

type Read = {
  variants: ReadonlyMap<string, SaleVariant>
  locations: readonly Location[]
  promiseRows: readonly PromiseRow[]
  shortageRows: readonly ShortageRow[]
  transferRows: Awaited<ReturnType<typeof openTransfersOf>>
}

function compose(
  rows: readonly FulfillmentRow[],
  { variants, locations, promiseRows, shortageRows, transferRows }: Read,
  { clock, withCodes }: { clock: Clock | undefined; withCodes: boolean },
): FulfillmentOrderBody[] {
  const places = new Map(locations.map((place) => [place.id, place]))
  const promises = Map.groupBy(promiseRows, (row) => row.fulfillmentOrderId ?? '')
  const shortages = Map.groupBy(shortageRows, (row) => row.fulfillmentOrderId)
  const transfers = Map.groupBy(transferRows, (row) => `${row.reference} ${row.toLocationId}`)
  return rows.map((row) => ({
    ...times(row),
    ...identity(row, { clock, withCodes }),
    locationName: places.get(row.locationId)?.name ?? '',
    locationCode: places.get(row.locationId)?.code ?? '',
    lines: row.lines.filter(({ units }) => units > 0).map((line) => lineView(line, variants.get(line.variantId))),
    promises: (promises.get(row.id) ?? []).map(promiseView),
    shortages: (shortages.get(row.id) ?? []).map(({ id, orderLineId, units, status, createdAt }) => ({
      id,
      orderLineId,
      units,
      status,
      createdAt: createdAt.toISOString(),
    })),
    transfers: (transfers.get(`${row.orderId} ${row.locationId}`) ?? []).map(
      ({ id, fromLocationId, status, expectedAt }) => ({
        id,
        fromLocationId,
        status,
        expectedAt: expectedAt.toISOString(),
      }),
    ),
  }))
}

function identity(row: FulfillmentRow, { clock, withCodes }: { clock: Clock | undefined; withCodes: boolean }) {
  const {
    id,
    orderId,
    orderNumber,
    personId,
    kind,
    status,
    locationId,
    setAsideBin,
    handedOverTo,
    tracking,
    address,
    version,
    dueMinor,
    currency,
  } = row
  const undone = row.readyAt === null && row.shippedAt === null && !isFinal(status)
  return {
    id,
    orderId,
    orderNumber,
    personId,
    kind,
    status,
    locationId,
    setAsideBin,
    handedOverTo,
    tracking,
    address,
    version,
    dueMinor,
    currency,
    contactName: row.contact.name ?? '',
    pickupCode: withCodes ? row.pickupCode : null,
    qr: withCodes ? pickupCodeOf(row.pickupCode) : null,
    overdue: clock !== undefined && undone && row.dueAt !== null && row.dueAt < clock.now(),
    holdExpired: status === 'ready' && row.holdExpiredAt !== null,
    reason: row.plan.reason ?? { es: '', en: '' },
  }
}

function times(row: FulfillmentRow) {
  return {
    dueAt: iso(row.dueAt),
    setAsideAt: iso(row.setAsideAt),
    readyAt: iso(row.readyAt),
    holdUntil: iso(row.holdUntil),
    handedOverAt: iso(row.handedOverAt),
    shippedAt: iso(row.shippedAt),
    deliveredAt: iso(row.deliveredAt),
    canceledAt: iso(row.canceledAt),
    createdAt: row.createdAt.toISOString(),
  }
}

function lineView(line: FulfillmentLineRow, variant: SaleVariant | undefined): FulfillmentOrderBody['lines'][number] {
  return {
    ...line,
    sku: variant?.sku ?? '',
    gtin: variant?.gtin ?? null,
    title: variant?.title ?? { es: '', en: '' },
    optionLabels: variant?.optionLabels ?? [],
    picture: variant?.picture ?? null,
  }
}

/** Every promise made about an order, oldest first. */
export async function promisesOf(q: Queryable, orderId: string): Promise<PromiseBody[]> {
  return (await readPromises(q, sql`p.order_id = ${orderId}`)).map(promiseView)
}

/** A promise as it crosses the wire. */
export function promiseView(row: PromiseRow): PromiseBody {
  const { id, kind, locationId, status, text, settledReason } = row
  return {
    id,
    kind,
    locationId,
    dueAt: row.dueAt.toISOString(),
    status,
    text,
    madeAt: row.madeAt.toISOString(),
    settledAt: iso(row.settledAt),
    settledReason,
  }
}

async function readShortages(q: Queryable, ids: readonly string[]): Promise<ShortageRow[]> {
  return q.many<ShortageRow>(sql`
    select id, fulfillment_order_id as "fulfillmentOrderId", order_line_id as "orderLineId", units, status, created_at as "createdAt"
      from fulfillment.shortage where fulfillment_order_id = any(${ids}::text[]) order by created_at, id`)
}

function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}
