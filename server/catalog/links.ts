import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { sql } from '#platform/sql'
import { type Change, productsChanged } from './write.ts'

/**
 * Turns what products said about others by name (`source.memberRefs`) into ids, now that all are there; names that lead nowhere are
 * left out. Run again it changes nothing.
 */
export async function resolveLinks(tx: Tx, clock: Clock): Promise<void> {
  const changed = await tx.many<{ id: string }>(sql`
    with wanted as (
      select p.id, p.members,
             array(select found.id
                     from jsonb_array_elements_text(p.source -> 'memberRefs') with ordinality ref (name, at)
                     cross join lateral (
                       select o.id from catalog.product o where o.source ->> 'ref' = ref.name
                       union
                       select v.product_id from catalog.variant v where upper(v.sku) = upper(regexp_replace(ref.name, '^[a-z]+:', ''))
                       limit 1) found
                    order by ref.at) as resolved
        from catalog.product p where p.source ? 'memberRefs'
    )
    update catalog.product p set members = w.resolved, version = version + 1, updated_at = ${clock.now()}
      from wanted w where w.id = p.id and w.members <> w.resolved
    returning p.id`)
  await productsChanged(tx, clock, new Map(changed.map(({ id }): [string, Change] => [id, 'updated'])))
}
