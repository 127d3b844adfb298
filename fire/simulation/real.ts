/** One run on the real tables: the product's commands, processes that die at any moment, and the laws from the ledgers. */

import { brokenLevels } from '../../server/inventory/testing.ts'
import { usePaymentProvider } from '../../server/payments/provider.ts'
import type { Db } from '../../server/platform/db.ts'
import { Problem } from '../../server/platform/problems.ts'
import { sql } from '../../server/platform/sql.ts'
import { verify } from '../../server/verify/index.ts'
import { Dice } from './dice.ts'
import { Crash, mortal } from './mortal.ts'
import { AnswerLost, Provider } from './provider.ts'
import { asPaymentProvider } from './real-provider.ts'
import {
  beginLife,
  buy,
  customerAnswers,
  drive,
  fillCart,
  job,
  type Life,
  ordersOf,
  type Retailer,
  secondThoughts,
  takeNotice,
  tellEvents,
  visit,
} from './real-retailer.ts'

export type RealResult = {
  seed: number
  broken?: string
  steps: number
  crashes: number
  refused: number
  placed: number
  trace: string[]
}

const stepsOfARun = 70
/** One command in so many hundred never ends; its process dies at one of its first moments. */
const diesInHundred = 14
const momentsMax = 12

/** What the run steps through; `act` runs one thing in a process of its own and says how it ended. */
type Act = (name: string, work: (by: Db) => Promise<void>) => Promise<void>

/** Runs a seed on a retailer's database; the same seed draws the same steps, while ids and so the order of rows are the database's own. */
export async function runReal(retailer: Retailer, seed: number): Promise<RealResult> {
  const dice = new Dice(seed)
  const provider = new Provider(dice, `s${seed}_`)
  usePaymentProvider(asPaymentProvider(provider))
  const result: RealResult = { seed, steps: 0, crashes: 0, refused: 0, placed: 0, trace: [] }
  const life = await beginLife(retailer, dice, provider)
  let dies = diesInHundred
  const act: Act = async (name, work) => {
    const process = mortal(life.db, dice.percent(dies) ? dice.below(momentsMax) : -1)
    let ended = 'done'
    try {
      await work(process.db)
    } catch (error) {
      if (process.died() === undefined && !(error instanceof Problem || error instanceof AnswerLost)) throw error
      ended = error instanceof Problem ? error.code : 'answer lost'
    }
    const died = process.died()
    if (died !== undefined) result.crashes += 1
    else if (ended !== 'done') result.refused += 1
    result.trace.push(`${name}: ${died === undefined ? ended : `killed ${died}`}`)
  }
  try {
    for (let step = 0; step < stepsOfARun; step++) {
      await happens(life, act)
      await checkNow(life)
      result.steps += 1
    }
    dies = 0
    await calmDown(life, act)
    result.placed = (await ordersOf(life)).filter(
      ({ status }) => status === 'completed' || status === 'canceled',
    ).length
    await checkAtTheEnd(life)
  } catch (error) {
    if (error instanceof Crash) throw error
    result.broken = error instanceof Error ? error.message : String(error)
  }
  return result
}

async function happens(life: Life, act: Act): Promise<void> {
  const { dice, provider, clock, carts } = life
  clock.advance(dice.percent(4) ? 21 * 60_000 : dice.below(60) * 1000)
  const what = dice.below(100)
  if (what < 10 && carts.length < 7) await fillCart(life)
  const cart = dice.pick(carts)
  if (what < 34) {
    if (cart) await act(`buy ${cart.id}`, (by) => buy(life, by, cart))
  } else if (what < 42) await act('notice', (by) => takeNotice(life, by))
  else if (what < 46) provider.somethingHappens()
  else if (what < 56) await act('job', (by) => job(life, by, dice.below(6)))
  else if (what < 66) await act('events', (by) => tellEvents(life, by, dice.percent(60)))
  else if (what < 84) await act('stock room', (by) => visit(life, by, false))
  else if (what < 90) await act('van', (by) => drive(life, by, false))
  else if (what < 94) await act('customer answers', (by) => customerAnswers(life, by, false))
  else await act('second thoughts', (by) => secondThoughts(life, by))
}

/** After every step: the levels are what their ledgers sum up to, and what somebody was told stands. */
async function checkNow(life: Life): Promise<void> {
  const wrong = await brokenLevels(life.db)
  if (wrong.length > 0) throw new Error(`law 1: ${JSON.stringify(wrong)}`)
  const standing = new Map((await ordersOf(life)).map(({ id, status }) => [id, status]))
  for (const { id, orderId } of life.carts) {
    const status = orderId === undefined ? 'placed' : standing.get(orderId)
    if (status === undefined || status === 'draft' || status === 'lapsed')
      throw new Error(`law 3: ${orderId} of ${id} was acknowledged and is ${status ?? 'gone'}`)
  }
}

/** Hours go by, nobody dies, honest people finish their work. */
async function calmDown(life: Life, act: Act): Promise<void> {
  const { provider, clock, db } = life
  provider.quiet = true
  for (let round = 0; round < 40; round++) {
    clock.advance(30 * 60_000)
    while (provider.somethingHappens());
    while (provider.notices.length > 0) await act('notice', (by) => takeNotice(life, by))
    for (let which = 0; which < 6; which++) await act('job', (by) => job(life, by, which))
    await act('events', (by) => tellEvents(life, by, true))
    for (let n = 0; n < 6; n++) await act('customer answers', (by) => customerAnswers(life, by, true))
    for (let n = 0; n < 4; n++) await act('van', (by) => drive(life, by, true))
    for (let n = 0; n < 8; n++) await act('stock room', (by) => visit(life, by, true))
    const open = (await ordersOf(life)).some(({ status }) => status === 'draft' || status === 'placed')
    const { waiting } = await db.one<{ waiting: number }>(sql`
      select (select count(*) from payments.payment where status in ('pending', 'authorized', 'unknown'))::int
           + (select count(*) from payments.refund where status = 'pending')::int as waiting`)
    if (!open && waiting === 0 && round > 2) return
  }
}

async function checkAtTheEnd(life: Life): Promise<void> {
  const { db, clock, provider } = life
  for (const { id, status } of await ordersOf(life))
    if (status === 'draft' || status === 'placed')
      throw new Error(`law 8: ${id} could never be finished, it is ${status}`)
  const report = await verify(db, { clock })
  const wrong = report.checks.filter(({ count }) => count > 0)
  if (wrong.length > 0)
    throw new Error(wrong.map(({ law, name, rows }) => `law ${law}: ${name} ${JSON.stringify(rows)}`).join('; '))
  // What the provider kept is what the books say, payment by payment.
  const ids = life.carts.map(({ id }) => id)
  const books = await db.many<{ id: string; kept: number }>(sql`
    select p.id, p.captured_minor - p.refunded_minor as kept
      from payments.payment p join orders.customer_order o on o.id = p.order_id
     where o.cart_id = any (${ids}::text[]) and p.method = 'card_online'`)
  for (const { id, kept } of books)
    if (provider.keptMinor(id) !== kept)
      throw new Error(`law 4: the provider kept ${provider.keptMinor(id)} of ${id}, the books say ${kept}`)
}
