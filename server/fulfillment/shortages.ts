import type { LocalizedText, ShortageBody, ShortageOption } from '@hilo/contract'
import { findVariants } from '#catalog'
import { listLocations, writeOffMissing } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { newId, newToken } from '#platform/ids'
import { emit } from '#platform/outbox'
import { hashToken } from '#platform/secrets'
import { type Sql, sql } from '#platform/sql'
import { bookShortageMail } from './mails.ts'
import { fulfillmentProblems } from './problems.ts'
import { type FulfillmentLineRow, type FulfillmentRow, lockRow } from './rows.ts'
import { shortageOptions } from './shortage-options.ts'
import { step } from './steps.ts'

export type Shortage = {
  id: string
  orderId: string
  orderNumber: string
  fulfillmentOrderId: string
  orderLineId: string
  variantId: string
  locationId: string
  units: number
  status: 'asked' | 'chosen' | 'settled'
  options: ShortageOption[]
  choice: ShortageOption | null
  chosenBy: string | null
  createdAt: Date
  chosenAt: Date | null
  remindedAt: Date | null
}

const columns = sql`
  s.id, s.order_id as "orderId", f.order_number as "orderNumber", s.fulfillment_order_id as "fulfillmentOrderId",
  s.order_line_id as "orderLineId", s.variant_id as "variantId", s.location_id as "locationId", s.units, s.status, s.options, s.choice,
  s.chosen_by as "chosenBy", s.created_at as "createdAt", s.chosen_at as "chosenAt",
  s.reminded_at as "remindedAt"`

/** Shortages by any condition on `s`. */
export async function readShortages(
  q: Queryable,
  condition: Sql,
  tail: Sql = sql`order by s.created_at desc, s.id desc`,
): Promise<Shortage[]> {
  return q.many<Shortage>(sql`
    select ${columns} from fulfillment.shortage s join fulfillment.fulfillment_order f on f.id = s.fulfillment_order_id where ${condition} ${tail}`)
}

/** @throws Problem fulfillment.shortage_not_found */
export async function findShortage(q: Queryable, id: string): Promise<Shortage> {
  const [found] = await readShortages(q, sql`s.id = ${id}`)
  if (!found) throw fulfillmentProblems.shortage_not_found({ shortageId: id })
  return found
}

/** The one a link in a message opens. @throws Problem fulfillment.shortage_not_found */
export async function findShortageByToken(q: Queryable, token: string): Promise<Shortage> {
  const [found] = await readShortages(q, sql`${hashToken(token)} in (s.token_hash, s.reminder_token_hash)`)
  if (!found) throw fulfillmentProblems.shortage_not_found()
  return found
}

/** The money side is done, too: nothing is open any more. Idempotent. */
export async function settleShortage(tx: Tx, { shortageId }: { shortageId: string }): Promise<void> {
  await tx.run(sql`update fulfillment.shortage set status = 'settled' where id = ${shortageId} and status = 'chosen'`)
}

/**
 * Units are not where they should be: the figure is put right at once, and the customer is asked what to do before they leave home.
 * @param lostUnderWay the units never reached the shelf (a transfer brought fewer), so nothing is to be corrected there
 * @returns the shortage's id
 * @throws Problem fulfillment.too_many_short, fulfillment.state
 */
export async function reportShort(
  tx: Tx,
  clock: Clock,
  {
    id,
    orderLineId,
    units,
    actorId,
    lostUnderWay = false,
  }: { id: string; orderLineId: string; units: number; actorId: string; lostUnderWay?: boolean },
): Promise<string> {
  const row = await lockRow(tx, id)
  const line = shortLine(row, orderLineId, units)
  if (!lostUnderWay) {
    const missing = [{ orderLineId, units, locationId: row.locationId }]
    await writeOffMissing(tx, clock, {
      orderId: row.orderId,
      lines: missing,
      actorId,
      reason: 'not found when it was picked',
    })
  }
  await step(tx, clock, row, 'short')
  await tx.run(sql`
    update fulfillment.fulfillment_line set short_units = ${line.shortUnits}, picked_units = ${line.pickedUnits}
     where fulfillment_order_id = ${id} and order_line_id = ${orderLineId}`)
  const lines = row.lines.map((other) => (other.orderLineId === orderLineId ? line : other))
  return ask(tx, clock, { row: { ...row, lines }, line, units, actorId })
}

/**
 * The line after the report. Of what is set aside or packed already, picked units turn out to be missing as well.
 * @throws Problem fulfillment.too_many_short, fulfillment.not_found
 */
export function shortLine(row: FulfillmentRow, orderLineId: string, units: number): FulfillmentLineRow {
  const line = row.lines.find((candidate) => candidate.orderLineId === orderLineId)
  if (!line) throw fulfillmentProblems.not_found({ orderLineId, parameter: 'orderLineId' })
  const closed = row.status === 'ready' || row.status === 'packed'
  const most = line.units - line.shortUnits - (closed ? 0 : line.pickedUnits)
  if (units > most) throw fulfillmentProblems.too_many_short({ orderLineId, requested: units, available: most })
  const shortUnits = line.shortUnits + units
  return { ...line, shortUnits, pickedUnits: Math.min(line.pickedUnits, line.units - shortUnits) }
}

async function ask(
  tx: Tx,
  clock: Clock,
  { row, line, units, actorId }: { row: FulfillmentRow; line: FulfillmentLineRow; units: number; actorId: string },
): Promise<string> {
  const id = newId('sho')
  const token = newToken()
  const options = await shortageOptions(tx, clock, { row, variantId: line.variantId, units })
  await tx.run(sql`
    insert into fulfillment.shortage (id, order_id, fulfillment_order_id, order_line_id, variant_id, location_id, units, options, token_hash, reported_by, created_at)
    values (${id}, ${row.orderId}, ${row.id}, ${line.orderLineId}, ${line.variantId}, ${row.locationId}, ${units},
            ${JSON.stringify(options)}::jsonb, ${hashToken(token)}, ${actorId}, ${clock.now()})`)
  await emit(tx, clock, 'fulfillment.shortage_asked', {
    subjectId: id,
    personId: row.personId,
    payload: { shortageId: id, orderId: row.orderId, locationId: row.locationId, variantId: line.variantId, units },
  })
  const { shop, title } = await namesOf(tx, row.locationId, line.variantId)
  await bookShortageMail(tx, clock, { row, shop, shortageId: id, token, units, title, options })
  return id
}

/** Shop and article in the words of a message. */
export async function namesOf(
  q: Queryable,
  locationId: string,
  variantId: string,
): Promise<{ shop: string; title: LocalizedText }> {
  const variant = (await findVariants(q, [variantId])).get(variantId)
  const shop = (await listLocations(q)).find((place) => place.id === locationId)?.name ?? ''
  const title: LocalizedText = {
    es: [variant?.title.es ?? '', ...(variant?.optionLabels ?? []).map(({ es }) => es)].join(', '),
    en: [
      variant?.title.en || variant?.title.es || '',
      ...(variant?.optionLabels ?? []).map(({ es, en }) => en || es),
    ].join(', '),
  }
  return { shop, title }
}

/**
 * Shortages as they cross the wire. An open one shows what can be done now, not what could be done when it was asked.
 */
export async function shortageViews(
  q: Queryable,
  clock: Clock,
  shortages: readonly Shortage[],
  rowOf?: (id: string) => Promise<FulfillmentRow>,
): Promise<ShortageBody[]> {
  const variants = await findVariants(
    q,
    shortages.map(({ variantId }) => variantId),
  )
  const places = new Map((await listLocations(q)).map((place) => [place.id, place.name]))
  const views: ShortageBody[] = []
  for (const shortage of shortages) {
    const { id, variantId, units, status } = shortage
    const row = status === 'asked' && rowOf ? await rowOf(shortage.fulfillmentOrderId) : undefined
    const variant = variants.get(variantId)
    views.push({
      ...shortage,
      id,
      title: variant?.title ?? { es: '', en: '' },
      optionLabels: variant?.optionLabels ?? [],
      locationName: places.get(shortage.locationId) ?? '',
      options: row ? await shortageOptions(q, clock, { row, variantId, units }) : shortage.options,
      createdAt: shortage.createdAt.toISOString(),
      chosenAt: shortage.chosenAt?.toISOString() ?? null,
      remindedAt: shortage.remindedAt?.toISOString() ?? null,
    })
  }
  return views
}
