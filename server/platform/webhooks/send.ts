import type { Clock } from '../clock.ts'
import type { Db } from '../db.ts'
import { sql } from '../sql.ts'
import { traceparentOf } from '../trace.ts'
import { signWebhook } from './sign.ts'

/** Sends one signed request; throws when nothing answered. Given by the app, so that tests and guards decide what is reachable. */
export type PostWebhook = (url: string, headers: Record<string, string>, body: string) => Promise<{ status: number }>

/**
 * Pauses before the attempts after the first: 5 s, 30 s, 2 min, 10 min, 1 h, 3 h, 6 h, 12 h, 24 h, 24 h: three days in all,
 * as the large payment providers do.
 */
const pausesSeconds = [5, 30, 120, 600, 3600, 10_800, 21_600, 43_200, 86_400, 86_400]
const leaseSeconds = 60
const failuresToDisable = 5

type Due = {
  id: string
  endpointId: string
  url: string
  secrets: string[]
  attempts: number
  seq: number
  type: string
  subjectId: string
  payload: unknown
  occurredAt: Date
}

/**
 * Takes due deliveries with a lease (no transaction is open while the receiver answers), sends them side by side, and books
 * what happened. Deliveries of one subject go in order: a later event waits while an earlier one is pending.
 * @returns how many were tried
 */
export async function sendDueWebhooks(db: Db, clock: Clock, post: PostWebhook, limit = 20): Promise<number> {
  const now = clock.now()
  const due = await db.many<Due>(sql`
    with picked as (
      select d.id from platform.webhook_delivery d
        join platform.webhook_endpoint e on e.id = d.endpoint_id and e.status = 'enabled'
        join platform.event v on v.seq = d.event_seq
       where d.status = 'pending' and d.next_attempt_at <= ${now} and (d.leased_until is null or d.leased_until <= ${now})
         and not exists (
           select 1 from platform.webhook_delivery earlier join platform.event ev on ev.seq = earlier.event_seq
            where earlier.endpoint_id = d.endpoint_id and earlier.status = 'pending' and earlier.event_seq < d.event_seq
              and ev.subject_id = v.subject_id)
       order by d.next_attempt_at limit ${limit}::int for update of d skip locked)
    update platform.webhook_delivery d
       set leased_until = ${now}::timestamptz + ${leaseSeconds} * interval '1 second', attempts = attempts + 1
      from picked, platform.webhook_endpoint e, platform.event v
     where d.id = picked.id and e.id = d.endpoint_id and v.seq = d.event_seq
    returning d.id, d.endpoint_id as "endpointId", e.url, e.secrets, d.attempts, v.seq, v.type, v.subject_id as "subjectId",
              v.payload, v.occurred_at as "occurredAt"`)
  await Promise.all(due.map((delivery) => sendOne(db, clock, post, delivery)))
  return due.length
}

async function sendOne(db: Db, clock: Clock, post: PostWebhook, delivery: Due): Promise<void> {
  const { type, occurredAt, seq, subjectId, payload } = delivery
  const body = JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    data: { seq, subjectId, ...(payload as object) },
  })
  const started = clock.now()
  let status: number | null = null
  let error: string | null = null
  try {
    const signed = signWebhook(delivery.secrets, { id: `evt_${seq}`, at: started, body })
    const headers = { 'content-type': 'application/json', traceparent: traceparentOf(`evt_${seq}`), ...signed }
    status = (await post(delivery.url, headers, body)).status
  } catch (failure) {
    error = failure instanceof Error ? failure.message.slice(0, 500) : String(failure)
  }
  const delivered = status !== null && status >= 200 && status < 300
  const pause = status === 410 ? undefined : pausesSeconds[delivery.attempts - 1]
  await db.transaction(async (tx) => {
    await tx.run(sql`
      insert into platform.webhook_attempt (delivery_id, attempt, at, response_status, error, duration_ms)
      values (${delivery.id}, ${delivery.attempts}, ${started}, ${status}, ${error}, ${clock.now().getTime() - started.getTime()})
      on conflict do nothing`)
    await tx.run(sql`
      update platform.webhook_delivery
         set status = ${delivered ? 'delivered' : pause === undefined ? 'failed' : 'pending'}, leased_until = null,
             next_attempt_at = ${delivered || pause === undefined ? null : new Date(started.getTime() + pause * 1000)}
       where id = ${delivery.id}`)
    if (delivered || pause !== undefined) return
    // Receivers that say "gone", or failed five events for three days each, are switched off with the reason shown.
    await tx.run(sql`
      update platform.webhook_endpoint e set status = 'disabled', disabled_reason = ${status === 410 ? 'gone' : 'failing'}
       where id = ${delivery.endpointId} and (${status === 410} or (
         select count(*) from (select status from platform.webhook_delivery d where d.endpoint_id = e.id and d.status <> 'pending'
                                order by created_at desc limit ${failuresToDisable}::int) newest where status = 'failed') >= ${failuresToDisable}::int)`)
  })
}
