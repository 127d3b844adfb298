import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { type Forgotten, onForget } from '#platform/forget'
import { type Sql, sql } from '#platform/sql'
import { lapseDraft } from './lapse-draft.ts'

/** What of an imported order's origin is figures, not people. */
const keptOfSource = ['format', 'country', 'exact', 'mismatch', 'orderRef', 'status']

/**
 * Forgets people in carts and orders: contact, address, notes and what another system said of them go. Numbers, lines, money, town and
 * the beginning of the postal code stay, since the accounts must still add up. A draft that waits for money ends; money that arrives
 * for it later goes back, because nobody knows any more where the goods should go.
 */
export async function forgetInOrders(tx: Tx, clock: Clock, who: Forgotten): Promise<void> {
  await tx.run(sql`
    update orders.cart c set contact = '{}', delivery = case when delivery ? 'address' then '{}' else delivery end, consents = '[]', note = '',
           version = version + 1
     where ${isOf(sql`c`, who)}`)
  const drafts = await tx.many<{ id: string }>(sql`
    select id from orders.customer_order o where status = 'draft' and ${isOf(sql`o`, who)} order by id for update`)
  for (const { id } of drafts) await lapseDraft(tx, clock, { orderId: id })
  await tx.run(sql`
    delete from orders.order_note
     where order_id in (select o.id from orders.customer_order o where ${isOf(sql`o`, who)})`)
  await tx.run(sql`
    update orders.customer_order o
       set contact = '{}', delivery = ${withoutAddress(sql`delivery`)}, note = '', consents = '[]', source = ${figuresOf(sql`source`)},
           plan = null, version = version + 1
     where ${isOf(sql`o`, who)}`)
  await tx.run(sql`
    update orders.customer_return r set source = ${figuresOf(sql`source`)}
     where r.imported and (r.person_id = any(${who.personIds}::text[])
        or r.order_id in (select id from orders.customer_order where person_id = any(${who.personIds}::text[])))`)
}

/** Theirs by id; without one, by the address or number that was typed in. */
function isOf(table: Sql, { personIds, addresses, phones }: Forgotten): Sql {
  return sql`(${table}.person_id = any(${personIds}::text[]) or (${table}.person_id is null
    and (lower(${table}.contact ->> 'email') = any(${addresses}::text[]) or ${table}.contact ->> 'phone' = any(${phones}::text[]))))`
}

/** Town and the beginning of the postal code, as the tax on delivery needs them. */
function withoutAddress(delivery: Sql): Sql {
  return sql`case when ${delivery} ? 'address' then jsonb_set(${delivery}, '{address}', jsonb_build_object(
      'name', '', 'line1', '—', 'line2', '', 'postalCode', rpad(left(${delivery} #>> '{address,postalCode}', 3), 3, '0'),
      'city', ${delivery} #>> '{address,city}', 'province', coalesce(${delivery} #>> '{address,province}', ''),
      'country', coalesce(${delivery} #>> '{address,country}', 'ES'), 'phone', '')) else ${delivery} end`
}

function figuresOf(source: Sql): Sql {
  return sql`(select coalesce(jsonb_object_agg(k.key, k.value), '{}') from jsonb_each(${source}) k where k.key = any(${keptOfSource}::text[]))`
}

onForget('orders', forgetInOrders)
