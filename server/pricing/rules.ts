/** What prices depend on beside the price itself: lists, tax rates, promotions. Read once per version of the rules. */
import type { Promotion } from '@hilo/calc'
import { type Channel, listChannels } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable, Tx } from '#platform/db'
import { factsVersionNow } from '#platform/facts'
import { emit } from '#platform/outbox'
import { sql } from '#platform/sql'
import { type PromotionRow, promotionColumns, toPromotion } from './promotion-rows.ts'

export type PriceList = {
  id: string
  name: string
  channelId: string | null
  currency: string
  taxIncluded: boolean
  endsAt: Date | null
}
export type TaxRate = { country: string; region: string; taxClass: string; rateBp: number; validFrom: string }
/** Promotions with the limit of their coupon; how often it was used is asked at each pricing. */
export type RulePromotion = Promotion & { couponLimit: number | null }
export type Rules = {
  version: number
  channels: ReadonlyMap<string, Channel>
  lists: readonly PriceList[]
  taxes: readonly TaxRate[]
  promotions: readonly RulePromotion[]
}
/** Which rules hold: the version, and the database it counts in (a process may speak to several, as tests do). */
export type RulesVersion = { version: number; database: string }

export const versionColumns = sql`v.version, current_database() || ':' || current_setting('port') as database`
// The newest few by database: a transaction may read rules that are never committed, and must not push the committed ones out.
const known = new Map<string, readonly Rules[]>()
const keptVersions = 3

/** The rules of this version; four statements when this process does not know them yet, none when it does. */
export async function rulesAt(q: Queryable, { version, database }: RulesVersion): Promise<Rules> {
  const kept = known.get(database) ?? []
  const found = kept.find((rules) => rules.version === version)
  if (found) return found
  const rules = await loadRules(q, version)
  known.set(database, [rules, ...kept].slice(0, keptVersions))
  return rules
}

/** The newest rules. One tiny read when they are known, none when this transaction has asked already. */
export async function currentRules(q: Queryable): Promise<Rules> {
  return rulesAt(q, await rulesVersion(q))
}

/** Which rules hold now; a transaction asks once, unless it changes them itself. */
export async function rulesVersion(q: Queryable): Promise<RulesVersion> {
  const { facts } = q
  if (facts.once && facts.rules) return facts.rules as Promise<RulesVersion>
  if (!facts.once) return q.one<RulesVersion>(sql`select ${versionColumns} from pricing.version v`)
  // What else is remembered goes by a version of its own; whoever needs the one needs the other next.
  const read = q.one<RulesVersion & { facts: number | null }>(sql`
    select ${versionColumns}, ${factsVersionNow} as facts from pricing.version v`)
  facts.rules = read
  facts.version ??= read.then((row) => row.facts)
  return read
}

/**
 * Asks early in a transaction which rules and which other facts hold, so that the question travels with its first statements instead of
 * going alone when it is needed.
 */
export function askRules(tx: Queryable): void {
  if (!tx.facts.once) return
  rulesVersion(tx).catch(() => undefined)
  tx.facts.version?.catch(() => undefined)
}

async function loadRules(q: Queryable, version: number): Promise<Rules> {
  const channels = await listChannels(q)
  const lists = await q.many<PriceList>(sql`
    select id, name, channel_id as "channelId", currency, tax_included as "taxIncluded", ends_at as "endsAt"
      from pricing.price_list where status = 'active' order by id`)
  const taxes = await q.many<TaxRate>(sql`
    select country, region, tax_class as "taxClass", rate_bp as "rateBp", valid_from as "validFrom" from pricing.tax_rate`)
  const rows = await q.many<PromotionRow>(sql`
    select ${promotionColumns} from pricing.promotion where status = 'active' order by priority desc, id`)
  const byId = new Map(channels.map((channel) => [channel.id, channel]))
  return { version, channels: byId, lists, taxes, promotions: rows.map(toPromotion) }
}

/**
 * Says that prices, promotions, taxes or channels changed; call it once in every transaction that writes them, at its end (the
 * row it locks is everybody's).
 * @returns the new version
 */
export async function raiseVersion(tx: Tx, clock: Clock): Promise<number> {
  const { version } = await tx.one<{ version: number }>(sql`
    update pricing.version set version = nextval('pricing.version_number') returning version`)
  await emit(tx, clock, 'pricing.rules_changed', { subjectId: 'pricing', payload: { version } })
  return version
}
