import type { Tx } from './db.ts'
import { sql } from './sql.ts'

/**
 * Forgets people in what the ground floor keeps: mails to them go, and what was noted about them in events that carry free text is
 * emptied. The events themselves stay, for figures and order of things.
 */
export async function forgetPeople(
  tx: Tx,
  { personIds, addresses }: { personIds: readonly string[]; addresses: readonly string[] },
): Promise<void> {
  await tx.run(sql`
    delete from platform.mail_message where person_id = any(${personIds}::text[]) or lower(to_address) = any(${addresses}::text[])`)
  for (const table of [sql`platform.event`, sql`platform.outbox`]) {
    await tx.run(sql`
      update ${table} set payload = payload || '{"note":""}'
       where person_id = any(${personIds}::text[]) and type = 'customers.visited'`)
    await tx.run(sql`
      update ${table} set payload = payload || '{"to":"","subject":""}'
       where person_id = any(${personIds}::text[]) and type = 'platform.mail_sent'`)
  }
}
