import type { Clock } from '#platform/clock'
import type { Db, Queryable } from '#platform/db'
import { gatherReads } from '#platform/gather'
import { platformProblems } from '#platform/problems'
import { sql } from '#platform/sql'
import { done, together } from '#platform/together'
import { Gate } from './gate.ts'
import { recordState } from './online.ts'
import { applyOutcome } from './outcome.ts'
import { type Payment, paymentColumns } from './payment-rows.ts'
import { type ProviderNotice, providerNamed } from './provider.ts'

/**
 * Whether a notice may change anything: not of what is final (outcome.ts), and not while the charge itself is being made. Whoever makes
 * it learns the same from the answer; should they die, the job that asks again does. While an older payment is only being asked about,
 * the notice may be newer than that answer, and the next question an hour away.
 */
function isOpen(clock: Clock, { status, leasedUntil, checks }: Payment): boolean {
  const isBeingMade = checks === 0 && leasedUntil !== null && leasedUntil > clock.now()
  return status !== 'captured' && status !== 'voided' && !isBeingMade
}

/**
 * After an outage a provider sends thousands of notices of open payments at once. It is asked about few of them on the spot; beyond that
 * a notice only makes its payment due, and the job that asks about due payments takes many at a time. Of declined payments, which that
 * job leaves alone, some wait; who finds no place to wait is told to come again, which every provider does.
 */
const gate = new Gate({ atOnce: 4, waitingMax: 300 })

/**
 * Takes a provider's notice. A notice says only that something happened: the truth is asked from the provider (before the
 * transaction), so lost order and stale content do no harm. Stored once by its event id; its effect is applied by the transaction
 * that stores it, so a repeat changes nothing and a crash leaves nothing half done.
 * @returns whether it was new
 * @throws Problem payments.provider_unknown, payments.signature_wrong, platform.unavailable
 */
export async function receiveWebhook(
  db: Db,
  clock: Clock,
  { provider: name, headers, body }: { provider: string; headers: Record<string, string | undefined>; body: Buffer },
): Promise<{ fresh: boolean }> {
  const notice = providerNamed(name).parseWebhook(headers, body)
  const state = await standing(db, clock, { name, notice })
  if (state.known) return { fresh: false }
  const received = { provider: name, ...notice, clock, due: null }
  if (!state.open) return { fresh: await storeTogether(db, received) }
  const payment = state.open
  if (gate.isFull && payment.status !== 'declined')
    return { fresh: await storeTogether(db, { ...received, due: payment.id }) }
  return gate.pass(
    async ({ waited }) => {
      // Another copy of the notice may have been served meanwhile: then it costs the provider no second question.
      if (waited && (await standing(db, clock, { name, notice })).known) return { fresh: false }
      return { fresh: await askAndStore(db, clock, payment, received) }
    },
    () => platformProblems.unavailable({ retryAfterSeconds: 5 }),
  )
}

/** Whether the notice is known, since they come in several copies, often; and its payment while it may still change. */
async function standing(
  db: Db,
  clock: Clock,
  { name, notice }: { name: string; notice: ProviderNotice },
): Promise<{ known: boolean; open: Payment | undefined }> {
  const { known, payments } = await askTogether(db)({ provider: name, eventId: notice.eventId, paymentId: notice.key })
  const payment = payments.get(notice.key)
  return { known: known.has(notice.eventId), open: payment && isOpen(clock, payment) ? payment : undefined }
}

async function askAndStore(db: Db, clock: Clock, payment: Payment, received: Received): Promise<boolean> {
  const state = await providerNamed(received.provider).status({ key: payment.id, ref: payment.providerRef })
  if (state.status === 'captured') {
    // Written with its order. A crash before the notice is stored lets it come again and find the payment captured.
    await recordState(db, clock, { payment, state })
    return storeTogether(db, received)
  }
  return db.transaction(async (tx) => {
    if ((await store(tx, [received])).size === 0) return false
    await applyOutcome(tx, clock, { paymentId: payment.id, state })
    return true
  })
}

/** `due`: the payment that is to be asked about soon, in the same statement. */
type Received = {
  provider: string
  eventId: string
  type: string
  payload: unknown
  clock: Clock
  due: string | null
}

/** Writes notices down, each once by its id. @returns ids of those that are new */
async function store(q: Queryable, notices: readonly Received[]): Promise<Set<string>> {
  const column = <T>(pick: (notice: Received) => T) => notices.map(pick)
  const now = notices[0]?.clock.now()
  const insert = sql`
    insert into payments.provider_event (provider, event_id, type, payload, received_at)
    select n.*, ${now}::timestamptz
      from unnest(${column(({ provider }) => provider)}::text[], ${column(({ eventId }) => eventId)}::text[],
                  ${column(({ type }) => type)}::text[], ${column(({ payload }) => JSON.stringify(payload))}::jsonb[]) as n (provider, id, type, payload)
     order by n.provider, n.id
    on conflict do nothing returning event_id as id`
  const due = notices.filter((notice) => notice.due !== null)
  if (due.length === 0) return idsOf(await q.many<{ id: string }>(insert))
  // Locked in the order in which everybody locks payments. One that is being asked about this moment is asked again soon after.
  return idsOf(
    await q.many<{ id: string }>(sql`
    with fresh as (${insert}),
    open as (
      select p.id from payments.payment p
        join unnest(${due.map(({ due: id }) => id)}::text[], ${due.map(({ eventId }) => eventId)}::text[]) as n (payment, event) on n.payment = p.id
       where n.event in (select id from fresh) and p.status in ('pending', 'authorized', 'unknown') order by p.id for update of p
    ), made_due as (
      update payments.payment set next_check_at = ${now}::timestamptz, checks = least(checks, 1) where id in (select id from open)
    )
    select id from fresh`),
  )
}

function idsOf(rows: readonly { id: string }[]): Set<string> {
  return new Set(rows.map(({ id }) => id))
}

/** Notices that change nothing on the spot, those of a moment in one statement. The same one twice in it is new once. */
const storeTogether = together<Received, boolean>(async (db, notices) => {
  const fresh = await store(db, notices)
  return notices.map(({ eventId }) => done(fresh.delete(eventId)))
})

type Asked = { provider: string; eventId: string; paymentId: string }
type Found = { known: Set<string>; payments: Map<string, Payment> }
const asking = new WeakMap<Db, (asked: Asked) => Promise<Found>>()

/** Which notices are known, and the payments they are about; those who ask at the same time ask together. */
function askTogether(db: Db): (asked: Asked) => Promise<Found> {
  let ask = asking.get(db)
  if (!ask) {
    ask = gatherReads(async (asked: readonly Asked[]) =>
      db.together(async (q) => {
        const [known, payments] = await Promise.all([
          q.many<{ id: string }>(sql`
            select e.event_id as id from payments.provider_event e
              join unnest(${asked.map(({ provider }) => provider)}::text[], ${asked.map(({ eventId }) => eventId)}::text[]) as n (provider, id)
                on e.provider = n.provider and e.event_id = n.id`),
          q.many<Payment>(sql`
            select ${paymentColumns} from payments.payment where id = any(${asked.map(({ paymentId }) => paymentId)}::text[])`),
        ])
        return { known: new Set(known.map(({ id }) => id)), payments: new Map(payments.map((row) => [row.id, row])) }
      }),
    )
    asking.set(db, ask)
  }
  return ask
}
