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

export type Link = { sku: string; linked: readonly string[] }
export type Linked = { found: boolean; changed: boolean; missing: string[] }

/**
 * Notes which products go with which (`source.links`, product ids); what is there already is kept. A name is a SKU of a variant or
 * what a product was called where it comes from.
 * @returns for each link whether its product was found, whether anything changed, and which of the named do not exist
 */
export async function linkProducts(tx: Tx, clock: Clock, links: readonly Link[]): Promise<Linked[]> {
  const names = [...new Set(links.flatMap(({ sku, linked }) => [sku, ...linked]))]
  const rows = await tx.many<{ name: string; id: string; links: string[] }>(sql`
    select n.name, p.id, coalesce(array(select jsonb_array_elements_text(p.source -> 'links')), '{}') as links
      from unnest(${names}::text[]) n (name)
      cross join lateral (
        select o.id, o.source from catalog.product o where o.source ->> 'ref' = 'magento:' || n.name
        union all
        select o.id, o.source from catalog.variant v join catalog.product o on o.id = v.product_id where upper(v.sku) = upper(n.name)
        limit 1) p`)
  const byName = new Map(rows.map((row) => [row.name, row]))
  const results: Linked[] = []
  for (const { sku, linked } of links) {
    const product = byName.get(sku)
    const missing = linked.filter((name) => !byName.has(name))
    const fresh = linked
      .flatMap((name) => byName.get(name)?.id ?? [])
      .filter((id) => id !== product?.id && !product?.links.includes(id))
    if (product && fresh.length > 0) {
      product.links.push(...new Set(fresh))
      await tx.run(sql`
        update catalog.product set source = source || jsonb_build_object('links', ${JSON.stringify(product.links)}::jsonb),
               version = version + 1, updated_at = ${clock.now()} where id = ${product.id}`)
    }
    results.push({ found: product !== undefined, changed: product !== undefined && fresh.length > 0, missing })
  }
  const changed = results.flatMap((result, at) => (result.changed ? [byName.get(links[at]?.sku ?? '')?.id ?? ''] : []))
  await productsChanged(
    tx,
    clock,
    new Map(changed.filter((id) => id !== '').map((id): [string, Change] => [id, 'updated'])),
  )
  return results
}
