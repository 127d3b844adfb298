import { balanceOf } from '#payments'
import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { sql } from '#platform/sql'
import { mailDue } from './mails.ts'
import { dueMinor } from './order-money.ts'
import { lockOrder } from './order-rows.ts'

/** How long a buyer has before being reminded of what is still to be paid. */
export const remindAfterHours = 24

/**
 * Reminds, once, of what is still to be paid on placed orders. The order is not canceled by itself: money was taken and goods are set
 * aside, so a person decides; the console lists it until then.
 * @returns how many were reminded by mail
 */
export async function remindDue(db: Db, clock: Clock, { publicUrl }: { publicUrl: string }): Promise<number> {
  const before = new Date(clock.now().getTime() - remindAfterHours * 3_600_000)
  const waiting = await db.many<{ id: string }>(sql`
    select id from orders.customer_order
     where status = 'placed' and payment_status in ('unpaid', 'part_paid') and not imported and reminded_at is null and placed_at <= ${before}
     order by placed_at limit 50`)
  let reminded = 0
  for (const { id } of waiting) {
    const told = await db.transaction(async (tx) => {
      const order = await lockOrder(tx, id)
      const mine = await tx.run(sql`
        update orders.customer_order set reminded_at = ${clock.now()}
         where id = ${id} and reminded_at is null and status = 'placed' and payment_status in ('unpaid', 'part_paid')`)
      const due = dueMinor(order, await balanceOf(tx, id))
      return mine === 1 && due > 0 && (await mailDue(tx, clock, { order, dueMinor: due, publicUrl }))
    })
    if (told) reminded += 1
  }
  return reminded
}
