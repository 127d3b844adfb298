import type { PromotionBody, PromotionView } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import { isUniqueViolation, type Queryable, type Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { platformProblems } from '#platform/problems'
import { join, type Sql, sql } from '#platform/sql'
import { pricingProblems } from './problems.ts'
import { type PromotionRow, promotionColumns } from './promotion-rows.ts'
import { currentRules, raiseVersion } from './rules.ts'

type State = PromotionView['state']

/** What holds at this moment. */
function stateOf(row: PromotionRow, at: Date): State {
  if (row.status !== 'active') return row.status
  if (row.startsAt !== null && at < row.startsAt) return 'scheduled'
  if (row.endsAt !== null && row.endsAt <= at) return 'ended'
  return row.couponLimit !== null && row.couponUses >= row.couponLimit ? 'used_up' : 'running'
}

function toView(row: PromotionRow, at: Date): PromotionView {
  const { startsAt, endsAt } = row
  return {
    ...row,
    startsAt: startsAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
    state: stateOf(row, at),
  }
}

/** A promotion by id. @throws Problem pricing.promotion_not_found */
export async function findPromotion(q: Queryable, clock: Clock, id: string): Promise<PromotionView> {
  const row = await q.maybeOne<PromotionRow>(sql`select ${promotionColumns} from pricing.promotion where id = ${id}`)
  if (!row) throw pricingProblems.promotion_not_found({ promotionId: id })
  return toView(row, clock.now())
}

export type PromotionsQuestion = {
  q?: string
  state?: State
  kind?: string
  channel?: string
  cursor?: string
  limit: number
}

/** A page of promotions, newest first. */
export async function listPromotions(
  q: Queryable,
  clock: Clock,
  { q: words, state, kind, channel, cursor, limit }: PromotionsQuestion,
): Promise<{ items: PromotionView[]; next: string | null }> {
  const at = clock.now()
  const conditions: Sql[] = [sql`true`]
  if (words) {
    const like = `%${words.replace(/[\\%_]/g, '\\$&')}%`
    conditions.push(sql`(name ->> 'es' ilike ${like} or name ->> 'en' ilike ${like} or coupon_code ilike ${like})`)
  }
  if (kind) conditions.push(sql`kind = ${kind}`)
  if (channel) conditions.push(sql`(channel_ids is null or ${channel} = any (channel_ids))`)
  if (state) conditions.push(stateCondition(state, at))
  if (cursor) conditions.push(sql`id < ${cursor}`)
  const rows = await q.many<PromotionRow>(sql`
    select ${promotionColumns} from pricing.promotion where ${join(conditions, sql` and `)} order by id desc limit ${limit + 1}::int`)
  const shown = rows.slice(0, limit)
  return { items: shown.map((row) => toView(row, at)), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

function stateCondition(state: State, at: Date): Sql {
  const begun = sql`(starts_at is null or starts_at <= ${at})`
  const open = sql`(ends_at is null or ends_at > ${at})`
  const left = sql`(coupon_limit is null or coupon_uses < coupon_limit)`
  const active: Record<Exclude<State, 'draft' | 'paused'>, Sql> = {
    scheduled: sql`starts_at > ${at}`,
    ended: sql`${begun} and ends_at <= ${at}`,
    used_up: sql`${begun} and ${open} and coupon_uses >= coupon_limit`,
    running: sql`${begun} and ${open} and ${left}`,
  }
  return state === 'draft' || state === 'paused' ? sql`status = ${state}` : sql`status = 'active' and ${active[state]}`
}

/**
 * What is missing for the promotion to mean something, or undefined. One that holds on some channels only must be declared: owner,
 * explanation and both dates (DESIGN law 5).
 */
export function promotionFault(
  body: PromotionBody,
): { parameter: string; detail: string; detailEs: string } | undefined {
  const fault = (parameter: string, detail: string, detailEs: string) => ({ parameter, detail, detailEs })
  if (body.kind === 'percentage' && body.valueBp === null)
    return fault('valueBp', 'Say the percentage.', 'Indica el porcentaje.')
  if (body.kind === 'amount' && body.valueMinor === null)
    return fault('valueMinor', 'Say the amount.', 'Indica el importe.')
  if (body.kind === 'gift' && (body.giftVariantId === null || body.giftUnits === null)) {
    return fault(
      'giftVariantId',
      'Say which article is given and how many.',
      'Indica qué artículo se regala y cuántos.',
    )
  }
  if (body.startsAt !== null && body.endsAt !== null && Date.parse(body.endsAt) <= Date.parse(body.startsAt)) {
    return fault('endsAt', 'It ends before it begins.', 'Acaba antes de empezar.')
  }
  if (body.couponLimit !== null && body.couponCode === null) {
    return fault('couponCode', 'A limit of uses needs a code.', 'Un límite de usos necesita un código.')
  }
  if (body.channelIds === null) return undefined
  const missing = (['owner', 'explanation', 'startsAt', 'endsAt'] as const).find((field) => body[field] === null)
  return (
    missing &&
    fault(
      missing,
      'An advantage of some channels only is declared: who answers for it, in which words, from when and until when.',
      'Una ventaja de solo algunos canales se declara: quién responde, con qué texto, desde cuándo y hasta cuándo.',
    )
  )
}

async function checked(q: Queryable, body: PromotionBody): Promise<void> {
  const fault = promotionFault(body)
  if (fault) throw pricingProblems.promotion_invalid(fault)
  const { channels } = await currentRules(q)
  const unknown = body.channelIds?.find((id) => !channels.has(id))
  if (unknown !== undefined) {
    throw pricingProblems.promotion_invalid({
      parameter: 'channelIds',
      detail: `There is no channel ${unknown}.`,
      detailEs: `No hay ningún canal ${unknown}.`,
    })
  }
}

async function mapCouponTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isUniqueViolation(error, 'promotion_coupon'))
      throw pricingProblems.coupon_taken({ parameter: 'couponCode' }, { cause: error })
    throw error
  }
}

/**
 * Makes a promotion.
 * @throws Problem pricing.promotion_invalid, pricing.coupon_taken
 */
export async function createPromotion(tx: Tx, clock: Clock, body: PromotionBody): Promise<PromotionView> {
  await checked(tx, body)
  const id = newId('pro')
  await mapCouponTaken(
    tx.run(sql`
    insert into pricing.promotion (id, name, kind, value_bp, value_minor, gift_variant_id, gift_units, channel_ids, owner, explanation,
      coupon_code, coupon_limit, starts_at, ends_at, min_subtotal_minor, min_units, variant_ids, product_ids, collection_ids,
      combinable, priority, status, created_at)
    values (${id}, ${JSON.stringify(body.name)}::jsonb, ${body.kind}, ${body.valueBp}, ${body.valueMinor}, ${body.giftVariantId},
      ${body.giftUnits}, ${body.channelIds}, ${body.owner}, ${body.explanation && JSON.stringify(body.explanation)}::jsonb,
      ${body.couponCode}, ${body.couponLimit}, ${body.startsAt}, ${body.endsAt}, ${body.minSubtotalMinor}, ${body.minUnits},
      ${body.variantIds}, ${body.productIds}, ${body.collectionIds}, ${body.combinable}, ${body.priority}, ${body.status}, ${clock.now()})`),
  )
  await raiseVersion(tx, clock)
  return findPromotion(tx, clock, id)
}

/**
 * Changes a promotion; fields left out stay.
 * @throws Problem pricing.promotion_not_found, pricing.promotion_invalid, pricing.coupon_taken, platform.changed_meanwhile
 */
export async function editPromotion(
  tx: Tx,
  clock: Clock,
  { id, version, changes }: { id: string; version: number; changes: Partial<PromotionBody> },
): Promise<PromotionView> {
  const present = await tx.maybeOne<{ version: number }>(
    sql`select version from pricing.promotion where id = ${id} for update`,
  )
  if (!present) throw pricingProblems.promotion_not_found({ promotionId: id })
  if (present.version !== version) throw platformProblems.changed_meanwhile({ version: present.version })
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  const body: PromotionBody = { ...(await findPromotion(tx, clock, id)), ...given }
  await checked(tx, body)
  await mapCouponTaken(
    tx.run(sql`
    update pricing.promotion
       set name = ${JSON.stringify(body.name)}::jsonb, kind = ${body.kind}, value_bp = ${body.valueBp}, value_minor = ${body.valueMinor},
           gift_variant_id = ${body.giftVariantId}, gift_units = ${body.giftUnits}, channel_ids = ${body.channelIds},
           owner = ${body.owner}, explanation = ${body.explanation && JSON.stringify(body.explanation)}::jsonb,
           coupon_code = ${body.couponCode}, coupon_limit = ${body.couponLimit}, starts_at = ${body.startsAt}, ends_at = ${body.endsAt},
           min_subtotal_minor = ${body.minSubtotalMinor}, min_units = ${body.minUnits}, variant_ids = ${body.variantIds},
           product_ids = ${body.productIds}, collection_ids = ${body.collectionIds}, combinable = ${body.combinable},
           priority = ${body.priority}, status = ${body.status}, version = version + 1
     where id = ${id}`),
  )
  await raiseVersion(tx, clock)
  return findPromotion(tx, clock, id)
}
