import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { newToken } from '#platform/ids'
import { hashToken } from '#platform/secrets'
import { type Sql, sql } from '#platform/sql'
import { bookShortageMail } from './mails.ts'
import { lockRow } from './rows.ts'
import { shortageOptions } from './shortage-options.ts'
import { namesOf, readShortages } from './shortages.ts'

/** How long a customer has to answer before being asked again, and before the service is told to call. */
export const unansweredAfterHours = 24

/** Condition on `s`: asked so long ago that somebody should care. */
export function unanswered(clock: Clock): Sql {
  const before = new Date(clock.now().getTime() - unansweredAfterHours * 3_600_000)
  return sql`(s.status = 'asked' and s.created_at <= ${before})`
}

/**
 * Asks once more about missing units that nobody answered for: with what can be done now, and a link of its own beside the first one.
 * Nothing is chosen by machine; the service list shows what stays open.
 * @returns how many were asked again
 */
export async function remindShortages(db: Db, clock: Clock): Promise<number> {
  const open = await readShortages(
    db,
    sql`${unanswered(clock)} and s.reminded_at is null`,
    sql`order by s.created_at limit 50`,
  )
  let reminded = 0
  for (const { id, fulfillmentOrderId, variantId, units } of open) {
    const done = await db.transaction(async (tx) => {
      const row = await lockRow(tx, fulfillmentOrderId)
      const token = newToken()
      const mine = await tx.run(sql`
        update fulfillment.shortage set reminded_at = ${clock.now()}, reminder_token_hash = ${hashToken(token)}
         where id = ${id} and status = 'asked' and reminded_at is null`)
      if (mine === 0) return false
      const options = await shortageOptions(tx, clock, { row, variantId, units })
      const names = await namesOf(tx, row.locationId, variantId)
      await bookShortageMail(tx, clock, { row, ...names, shortageId: id, token, units, options, again: true })
      return true
    })
    if (done) reminded += 1
  }
  return reminded
}
