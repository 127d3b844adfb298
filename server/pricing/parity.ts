import type { UndeclaredDifferenceView } from '@hilo/contract'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'

export type UndeclaredDifference = UndeclaredDifferenceView

/**
 * Prices that differ between channels although nobody declared it (DESIGN law 5): promotions of some channels only without owner,
 * text or dates, and price lists of one channel that differ from the general one without owner, text or end. Empty when all
 * channels give one answer.
 */
export async function findUndeclaredDifferences(q: Queryable): Promise<UndeclaredDifference[]> {
  const promotions = await q.many<{ id: string; name: { es: string; en: string }; channelIds: string[] }>(sql`
    select id, name, channel_ids as "channelIds" from pricing.promotion
     where status = 'active' and channel_ids is not null
       and (owner is null or explanation is null or starts_at is null or ends_at is null)
     order by id`)
  const lists = await q.many<{ id: string; name: string; channelId: string; variants: number; example: string }>(sql`
    select own.id, own.name, own.channel_id as "channelId", count(*)::int as variants, min(p.variant_id) as example
      from pricing.price_list own
      join pricing.price_list general
        on general.channel_id is null and general.status = 'active' and general.currency = own.currency
       and general.tax_included = own.tax_included
      join pricing.price p on p.price_list_id = own.id
      join pricing.price g on g.price_list_id = general.id and g.variant_id = p.variant_id
     where own.channel_id is not null and own.status = 'active'
       and (own.owner is null or own.explanation is null or own.ends_at is null)
       and (p.amount_minor, p.markdown_minor, p.markdown_starts_at, p.markdown_ends_at)
           is distinct from (g.amount_minor, g.markdown_minor, g.markdown_starts_at, g.markdown_ends_at)
     group by own.id, own.name, own.channel_id order by own.id`)
  return [
    ...promotions.map(({ id, name, channelIds }) => ({
      kind: 'promotion' as const,
      subjectId: id,
      channelIds,
      detail: {
        es: `La promoción «${name.es}» vale solo en ${channelIds.join(', ')} y le falta dueño, texto o fechas.`,
        en: `The promotion “${name.en || name.es}” holds on ${channelIds.join(', ')} only and lacks owner, text or dates.`,
      },
    })),
    ...lists.map(({ id, name, channelId, variants, example }) => ({
      kind: 'price_list' as const,
      subjectId: id,
      channelIds: [channelId],
      detail: {
        es: `La tarifa «${name}» de ${channelId} difiere de la general en ${variants} artículos (por ejemplo ${example}) sin estar declarada.`,
        en: `The price list “${name}” of ${channelId} differs from the general one in ${variants} articles (for example ${example}) without being declared.`,
      },
    })),
  ]
}
