/** The price of one unit: which list holds, whether the markdown is on, which tax. */
import { formatMoney } from '@hilo/calc'
import type { UnitPrice } from '@hilo/contract'
import { type Channel, findVariants } from '#catalog'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import { catalogChannel } from './channel.ts'
import { pricingProblems } from './problems.ts'
import {
  type PriceList,
  type Rules,
  type RulesVersion,
  rulesAt,
  rulesVersion,
  type TaxRate,
  versionColumns,
} from './rules.ts'

export type PriceRow = {
  priceListId: string
  variantId: string
  amountMinor: number
  markdownMinor: number | null
  markdownStartsAt: Date | null
  markdownEndsAt: Date | null
  priorMinor: number | null
}
/** A price that holds now. `markdownMinor` is null unless the markdown is on at this moment. */
export type LivePrice = {
  amountMinor: number
  markdownMinor: number | null
  priorMinor: number | null
  effectiveMinor: number
}

type Read = RulesVersion & { [K in keyof PriceRow]: PriceRow[K] | null }

type KeptPrices = { version: number; byVariant: Map<string, readonly PriceRow[]> }
/** So many variants' prices are remembered; beyond, the memory begins anew. */
const mostKept = 50_000

/**
 * Prices of these variants in every list, with the rules of the same version. What was read under the version that holds is
 * remembered: a pricing whose variants are known reads the version and nothing else. Any change of a price raises it.
 */
export async function readPrices(
  q: Queryable,
  variantIds: readonly string[],
): Promise<{ rules: Rules; prices: readonly PriceRow[] }> {
  if (q.facts.hasWrittenPrices) return readFromTables(q, variantIds)
  const holds = await rulesVersion(q)
  const known = keptPrices(q, holds.version)
  const wanted = [...new Set(variantIds)]
  const missing = wanted.filter((id) => !known.has(id))
  if (missing.length > 0) {
    const read = await readFromTables(q, missing)
    // Raised between the two statements: the newer figures are the answer, and the next asker remembers them.
    if (read.rules.version !== holds.version) return readFromTables(q, variantIds)
    const found = Map.groupBy(read.prices, ({ variantId }) => variantId)
    if (known.size + missing.length > mostKept) known.clear()
    for (const id of missing) known.set(id, found.get(id) ?? [])
    return { rules: read.rules, prices: wanted.flatMap((id) => known.get(id) ?? found.get(id) ?? []) }
  }
  return { rules: await rulesAt(q, holds), prices: wanted.flatMap((id) => known.get(id) ?? []) }
}

/** Reads these prices in one go, so that the pricings that follow in this transaction find them in memory. */
export async function warmPrices(q: Queryable, variantIds: readonly string[]): Promise<void> {
  await readPrices(q, variantIds)
}

/** The map of this version; an asker that still sees an older one gets a map that is thrown away. */
function keptPrices(q: Queryable, version: number): Map<string, readonly PriceRow[]> {
  const kept = q.facts.kept.get('pricing.prices') as KeptPrices | undefined
  if (kept?.version === version) return kept.byVariant
  const byVariant = new Map<string, readonly PriceRow[]>()
  if (kept === undefined || kept.version < version) q.facts.kept.set('pricing.prices', { version, byVariant })
  return byVariant
}

async function readFromTables(
  q: Queryable,
  variantIds: readonly string[],
): Promise<{ rules: Rules; prices: readonly PriceRow[] }> {
  const rows = await q.many<Read>(sql`
    select ${versionColumns}, p.price_list_id as "priceListId", p.variant_id as "variantId", p.amount_minor as "amountMinor",
           p.markdown_minor as "markdownMinor", p.markdown_starts_at as "markdownStartsAt",
           p.markdown_ends_at as "markdownEndsAt", p.prior_minor as "priorMinor"
      from pricing.version v left join pricing.price p on p.variant_id = any (${[...new Set(variantIds)]}::text[])`)
  const [first] = rows
  if (!first) throw new Error('pricing.version has no row')
  const rules = await rulesAt(q, first)
  return { rules, prices: rows.filter((row): row is RulesVersion & PriceRow => row.variantId !== null) }
}

/**
 * Lists that hold on a channel, the strongest first: its own, then the general one; of the channel's currency and tax mode, and
 * not past their end.
 */
export function listsOf(rules: Rules, channel: Channel, at: Date): PriceList[] {
  return rules.lists
    .filter(
      (list) =>
        (list.channelId === channel.id || list.channelId === null) &&
        list.currency === channel.currency &&
        list.taxIncluded === channel.taxIncluded &&
        (list.endsAt === null || list.endsAt > at),
    )
    .sort((a, b) => Number(a.channelId === null) - Number(b.channelId === null))
}

/** The price that holds on the channel at this moment, by variant id; variants without one are missing. Pure. */
export function livePrices(
  rules: Rules,
  channel: Channel,
  at: Date,
  rows: readonly PriceRow[],
): Map<string, LivePrice> {
  const live = new Map<string, LivePrice>()
  for (const list of listsOf(rules, channel, at)) {
    for (const row of rows) {
      if (row.priceListId === list.id && !live.has(row.variantId)) live.set(row.variantId, livePrice(row, at))
    }
  }
  return live
}

/** Whether the markdown is on decides what is paid; its window includes the start and not the end. */
export function livePrice(row: PriceRow, at: Date): LivePrice {
  const { amountMinor, markdownMinor, markdownStartsAt: from, markdownEndsAt: until } = row
  const on = markdownMinor !== null && (from === null || from <= at) && (until === null || at < until)
  if (!on) return { amountMinor, markdownMinor: null, priorMinor: null, effectiveMinor: amountMinor }
  return { amountMinor, markdownMinor, priorMinor: row.priorMinor ?? amountMinor, effectiveMinor: markdownMinor }
}

/**
 * Tax rate in basis points of a class in a country, at the destination: the region whose postal prefix fits best, and of its rates
 * the newest that holds on this day (UTC; rates change at midnight of a year's first day, prices are not asked in that minute).
 * @throws Problem pricing.no_tax_rate
 */
export function taxRateBp(
  taxes: readonly TaxRate[],
  { country, postalCode = '', taxClass, at }: { country: string; postalCode?: string; taxClass: string; at: Date },
): number {
  const day = at.toISOString().slice(0, 10)
  const postal = postalCode.replace(/\s/g, '')
  const fitting = taxes.filter(
    (rate) =>
      rate.country === country && rate.taxClass === taxClass && rate.validFrom <= day && postal.startsWith(rate.region),
  )
  const best = fitting.sort((a, b) => b.region.length - a.region.length || b.validFrom.localeCompare(a.validFrom))[0]
  if (!best) throw pricingProblems.no_tax_rate({ country, postalCode, taxClass })
  return best.rateBp
}

export type Prices = ReadonlyMap<string, UnitPrice>
export type PriceQuestion = {
  clock: Clock
  channelId: string
  postalCode?: string
  /** With the tax class of each, where the asker knows it: that saves reading the variants. */
  variants: readonly { id: string; taxClass: string }[]
}

/** Prices of known variants on a channel; those without a price are missing. One statement. */
export async function unitPrices(q: Queryable, question: PriceQuestion): Promise<Map<string, UnitPrice>> {
  return (await unitPricesUntil(q, question)).prices
}

/** The same with the rules they follow, and until when they hold though nobody changes them (ms since 1970). One statement. */
export async function unitPricesUntil(
  q: Queryable,
  question: PriceQuestion,
): Promise<{ prices: Map<string, UnitPrice>; untilMs: number; rules: Rules }> {
  const { clock, channelId, postalCode, variants } = question
  const { rules, prices } = await readPrices(
    q,
    variants.map(({ id }) => id),
  )
  const channel = catalogChannel(rules, channelId)
  const at = clock.now()
  const live = livePrices(rules, channel, at, prices)
  const rates = new Map<string, number>()
  const answer = new Map<string, UnitPrice>()
  for (const { id, taxClass } of variants) {
    const price = live.get(id)
    if (!price) continue
    const rate = rates.get(taxClass) ?? taxRateBp(rules.taxes, { country: channel.country, postalCode, taxClass, at })
    rates.set(taxClass, rate)
    answer.set(id, {
      ...price,
      currency: channel.currency,
      taxIncluded: channel.taxIncluded,
      taxRateBp: rate,
      reason: markdownReason(price, channel.currency),
    })
  }
  return { prices: answer, untilMs: holdsUntil(rules, at, prices), rules }
}

/** The next moment at which the clock alone changes one of these prices: a markdown, the end of a list, the day of a new tax rate. */
function holdsUntil(rules: Rules, at: Date, rows: readonly PriceRow[]): number {
  const now = at.getTime()
  let until = Number.POSITIVE_INFINITY
  const note = (moment: number | undefined) => {
    if (moment !== undefined && moment > now && moment < until) until = moment
  }
  for (const { markdownStartsAt, markdownEndsAt } of rows) {
    note(markdownStartsAt?.getTime())
    note(markdownEndsAt?.getTime())
  }
  for (const { endsAt } of rules.lists) note(endsAt?.getTime())
  for (const { validFrom } of rules.taxes) note(Date.parse(validFrom))
  return until
}

/**
 * Prices of variants on a channel now, by variant id; variants that do not exist or have no price there are missing. Minor units;
 * `markdownMinor` and `priorMinor` (lowest of the 30 days before it) are null unless a markdown is on. Two statements.
 */
export async function priceOf(
  q: Queryable,
  {
    clock,
    channelId,
    variantIds,
    postalCode,
  }: { clock: Clock; channelId: string; variantIds: readonly string[]; postalCode?: string },
): Promise<Map<string, UnitPrice>> {
  const variants = [...(await findVariants(q, variantIds)).values()]
  return unitPrices(q, { clock, channelId, postalCode, variants })
}

/** Why a unit costs less than its price; null when it does not. Directive 98/6/EC, article 6a, asks for the prior price. */
export function markdownReason(
  { amountMinor, markdownMinor, priorMinor }: LivePrice,
  currency: string,
): UnitPrice['reason'] {
  if (markdownMinor === null) return null
  const say = (minor: number) => ({ es: formatMoney(minor, currency, 'es-ES'), en: formatMoney(minor, currency, 'en') })
  const [from, prior] = [say(amountMinor), say(priorMinor ?? amountMinor)]
  return {
    es: `Rebajado desde ${from.es}. Precio más bajo en los 30 días anteriores: ${prior.es}.`,
    en: `Reduced from ${from.en}. Lowest price in the 30 days before: ${prior.en}.`,
  }
}
