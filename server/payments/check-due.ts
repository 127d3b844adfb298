import type { Clock } from '#platform/clock'
import type { Db } from '#platform/db'
import { sql } from '#platform/sql'
import { Gate } from './gate.ts'
import { inLanes } from './lanes.ts'
import { recordState } from './online.ts'
import { markUnknown } from './outcome.ts'
import { type Payment, paymentColumns } from './payment-rows.ts'
import { type ProviderState, providerNamed } from './provider.ts'

/** Calls to providers that one process has under way at a time. */
const atOnce = 16
/** A claimed payment may wait for two calls of ten seconds before its own. */
const leaseMs = 30_000
/** What an answer takes at most that is called lost, and not slow. */
const quickMs = 1000
/** One turn of the job ends after so many, so that it can be stopped; the next turn goes on. */
const perTurnMax = 3000
/** Times an answer that got lost on a line that carries others is asked for on the spot. */
const onTheSpot = 3
/** Answers that are no plain capture are written down by themselves, few at a time: shoppers need connections to the database, too. */
const writingAtOnce = 3

/**
 * Asks the provider about every open payment whose time has come, until it is captured, declined or voided, or stands on the list of
 * `attention.ts`.
 *
 *   CLAIM   a handful with a lease, in one statement; several processes take different ones
 *   ASK     side by side, no transaction open; an answer that gets lost while others arrive is asked for again at once
 *   RECORD  captures that arrive together are written together, with their orders; everything else by itself
 *
 * @param most payments asked about
 * @returns how many were asked
 */
export async function checkDuePayments(db: Db, clock: Clock, most = perTurnMax): Promise<number> {
  let asked = 0
  const writing = new Gate({ atOnce: writingAtOnce, waitingMax: atOnce })
  const inTurn: InTurn = (work) => writing.pass(work, () => new Error('more answers to write down than lanes'))
  async function* claimed(): AsyncGenerator<Payment, void> {
    while (asked < most) {
      const due = await claimDue(db, clock, Math.min(atOnce, most - asked))
      asked += due.length
      yield* due
      if (due.length < atOnce) return
    }
  }
  const line = { isUp: false }
  await inLanes(claimed(), atOnce, (payment) => checkOne(db, clock, { payment, inTurn, line }))
  return asked
}

async function claimDue(db: Db, clock: Clock, limit: number): Promise<Payment[]> {
  return db.many<Payment>(sql`
    with due as (
      select id from payments.payment
       where status in ('pending', 'authorized', 'unknown') and method = 'card_online' and next_check_at <= ${clock.now()}
         and (leased_until is null or leased_until <= ${clock.now()})
       order by next_check_at limit ${limit}::int for update skip locked
    )
    update payments.payment set leased_until = ${new Date(clock.now().getTime() + leaseMs)}
     where id in (select id from due) returning ${paymentColumns}`)
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>

async function checkOne(
  db: Db,
  clock: Clock,
  { payment, inTurn, line }: { payment: Payment; inTurn: InTurn; line: { isUp: boolean } },
): Promise<void> {
  const provider = providerNamed(payment.provider)
  const ask = async (): Promise<ProviderState> => {
    const state = await provider.status({ key: payment.id, ref: payment.providerRef })
    return state.status === 'authorized' ? provider.capture({ key: payment.id, ref: state.ref }) : state
  }
  const answered = async (tries: number): Promise<ProviderState | undefined> => {
    const begun = clock.now().getTime()
    try {
      const state = await ask()
      line.isUp = true
      return state
    } catch {
      // The lease has room for one call that takes its whole time.
      const wasQuick = clock.now().getTime() - begun < quickMs
      return line.isUp && wasQuick && tries < onTheSpot ? answered(tries + 1) : undefined
    }
  }
  const state = await answered(1)
  // The line is down or the answer was lost again: asked later.
  if (state === undefined) await inTurn(() => db.transaction((tx) => markUnknown(tx, clock, payment.id)))
  else await recordState(db, clock, { payment, state, inTurn })
}
