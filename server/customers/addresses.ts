import type { Address } from '@hilo/contract'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { newId } from '#platform/ids'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { normalizeIdentity } from './identities.ts'

export type AddressRow = Address & { id: string; createdAt: Date }

/**
 * Keeps an address of a person, once: the same street, number and postal code, however spelt in case, is the same address.
 * @returns its id
 */
export async function keepAddress(q: Queryable, clock: Clock, personId: string, address: Address): Promise<string> {
  const phone = address.phone === '' ? '' : (normalizeIdentity('phone', address.phone) ?? address.phone)
  const known = await q.maybeOne<{ id: string }>(sql`
    select id from customers.address
     where person_id = ${personId} and customers.plain(line1) = customers.plain(${address.line1}) and customers.plain(line2) = customers.plain(${address.line2})
       and postal_code = ${address.postalCode} and country = ${address.country} and customers.plain(name) = customers.plain(${address.name})
     order by id limit 1`)
  if (known) return known.id
  const id = newId('adr')
  await q.run(sql`
    insert into customers.address (id, person_id, name, line1, line2, postal_code, city, province, country, phone, created_at)
    values (${id}, ${personId}, ${address.name}, ${address.line1}, ${address.line2}, ${address.postalCode}, ${address.city}, ${address.province},
            ${address.country}, ${phone}, ${clock.now()})`)
  return id
}

/** Addresses of everybody who counts as this person, newest first. */
export async function addressesOf(q: Queryable, personIds: readonly string[]): Promise<AddressRow[]> {
  return q.many<AddressRow>(sql`
    select id, name, line1, line2, postal_code as "postalCode", city, province, country, phone, created_at as "createdAt"
      from customers.address where person_id = any(${personIds}::text[]) order by created_at desc, id desc limit 100`)
}

/** Writes an address of these people anew; orders that went to the old one keep it. @throws Problem platform.not_found */
export async function changeAddress(
  q: Queryable,
  personIds: readonly string[],
  id: string,
  address: Address,
): Promise<void> {
  const phone = address.phone === '' ? '' : (normalizeIdentity('phone', address.phone) ?? address.phone)
  const changed = await q.run(sql`
    update customers.address
       set name = ${address.name}, line1 = ${address.line1}, line2 = ${address.line2}, postal_code = ${address.postalCode}, city = ${address.city},
           province = ${address.province}, country = ${address.country}, phone = ${phone}
     where id = ${id} and person_id = any(${personIds}::text[])`)
  if (changed === 0) throw platformProblems.not_found({ id })
}

/** Removes an address of these people. @throws Problem platform.not_found */
export async function removeAddress(q: Queryable, personIds: readonly string[], id: string): Promise<void> {
  const removed = await q.run(
    sql`delete from customers.address where id = ${id} and person_id = any(${personIds}::text[])`,
  )
  if (removed === 0) throw platformProblems.not_found({ id })
}
