/** A retailer on the real tables, and what people do there: each command is the product's own, run by a process that may die. */
import type { DeliveryChoice } from '@hilo/contract'
import { applyShortageChoice } from '../../server/fulfillment/choose-shortage.ts'
import { breakOverduePromises } from '../../server/fulfillment/promises.ts'
import { readRows } from '../../server/fulfillment/rows.ts'
import { readShortages, reportShort } from '../../server/fulfillment/shortages.ts'
import { fulfillmentSubscribers } from '../../server/fulfillment/subscribers.ts'
import { deliver, handOverRow, pack, pick, setAside, ship } from '../../server/fulfillment/work.ts'
import { lapseReservations } from '../../server/inventory/reserve.ts'
import { someStock } from '../../server/inventory/testing.ts'
import { openTransfersOf, receiveTransfer, sendTransfer } from '../../server/inventory/transfers.ts'
import { cancelOrder } from '../../server/orders/cancel-order.ts'
import { dropStalePayments } from '../../server/orders/jobs.ts'
import { lapseDrafts } from '../../server/orders/lapse-draft.ts'
import { returnOrder } from '../../server/orders/return-order.ts'
import { ordersSubscribers } from '../../server/orders/subscribers.ts'
import { aCart, anArticle, aShop, place, testUrl, toAnna, totalOf, type World } from '../../server/orders/testing.ts'
import { checkDuePayments } from '../../server/payments/check-due.ts'
import { livePaymentsOf } from '../../server/payments/payment-rows.ts'
import { sendDueRefunds } from '../../server/payments/refund.ts'
import { receiveWebhook } from '../../server/payments/webhook.ts'
import type { TestClock } from '../../server/platform/clock.ts'
import type { Db } from '../../server/platform/db.ts'
import { sql } from '../../server/platform/sql.ts'
import { drainEvents } from '../../server/platform/subscribers.ts'
import type { Dice } from './dice.ts'
import type { Provider } from './provider.ts'
import { providerName } from './real-provider.ts'

/** One retailer for many runs; each run has articles of its own. */
export type Retailer = { db: Db; clock: TestClock; world: World }
export type Life = Retailer & {
  dice: Dice
  provider: Provider
  variants: readonly string[]
  carts: { id: string; pos: boolean; orderId?: string }[]
}

/** Opens the retailer of a database: once. */
export async function openRetailer(db: Db, clock: TestClock): Promise<Retailer> {
  return { db, clock, world: await aShop(db, clock, { units: 0 }) }
}

const staff = 'mbr_simulated'

/** Two articles and a few units of each in both shops. */
export async function beginLife(retailer: Retailer, dice: Dice, provider: Provider): Promise<Life> {
  const { db, clock, world } = retailer
  const variants = [await anArticle(db, clock, { priceMinor: 2599 }), await anArticle(db, clock, { priceMinor: 995 })]
  for (const variantId of variants)
    for (const locationId of [world.valencia, world.madrid]) {
      const units = dice.below(4)
      if (units > 0) await someStock(db, clock, { variantId, locationId, units })
    }
  return { ...retailer, dice, provider, variants, carts: [] }
}

/** Somebody fills a basket. */
export async function fillCart({ db, clock, dice, world, variants, carts }: Life): Promise<void> {
  const shop = dice.pick([world.valencia, world.madrid]) ?? world.valencia
  const kind = dice.below(10)
  const pos = kind >= 8
  const delivery: DeliveryChoice = pos
    ? { kind: 'carry_out', locationId: shop }
    : kind < 5
      ? { kind: 'pickup', locationId: shop }
      : toAnna
  const wanted = variants.filter(() => dice.percent(60))
  const lines = (wanted.length > 0 ? wanted : variants.slice(0, 1)).map((variantId) => ({
    variantId,
    units: 1 + dice.below(2),
  }))
  const at = pos ? { channelId: 'pos', locationId: shop } : {}
  carts.push({ id: await aCart(db, clock, { lines, delivery, ...at }), pos })
}

/** The buyer asks for the order; whoever is told "placed" is owed it from then on. */
export async function buy(life: Life, by: Db, cart: Life['carts'][number]): Promise<void> {
  const { clock, db } = life
  const tender = cart.pos
    ? { online: undefined, tenders: [{ method: 'cash' as const, amountMinor: await totalOf(db, clock, cart.id) }] }
    : {}
  const answer = await place(by, clock, cart.id, tender)
  if (answer.status === 'placed') cart.orderId = answer.orderId
}

/** Orders of this run, those that stand. */
export async function ordersOf({ db, carts }: Life): Promise<{ id: string; cartId: string; status: string }[]> {
  return db.many(sql`
    select id, cart_id as "cartId", status from orders.customer_order where cart_id = any (${carts.map(({ id }) => id)}::text[]) order by id`)
}

/** A visit of the stock room to one piece of work. @param honest does what is to be done next, instead of anything */
export async function visit(life: Life, by: Db, honest: boolean): Promise<void> {
  const { dice, clock, db } = life
  const ids = (await ordersOf(life)).map(({ id }) => id)
  const rows = (await readRows(db, sql`f.order_id = any (${ids}::text[])`)).filter(
    ({ status }) => !['handed_over', 'delivered', 'canceled', 'waiting'].includes(status),
  )
  const row = dice.pick(rows)
  const line = row && (row.lines.find((one) => one.units - one.shortUnits - one.pickedUnits > 0) ?? row.lines[0])
  if (!row || !line) return
  const { id } = row
  const complete = row.lines.every(({ units, pickedUnits, shortUnits }) => pickedUnits + shortUnits === units)
  const what = honest ? -1 : dice.below(10)
  await by.transaction(async (tx) => {
    if (what === 0)
      return void (await reportShort(tx, clock, { id, orderLineId: line.orderLineId, units: 1, actorId: staff }))
    if (what === 1) return setAside(tx, clock, { id, bin: 'A', actorId: staff })
    if (row.status === 'ready') return handOverRow(tx, clock, { id, handedOverTo: '', actorId: staff })
    if (row.status === 'packed') return ship(tx, clock, { id, actorId: staff })
    if (row.status === 'shipped') return deliver(tx, clock, { id })
    if (!complete) return pick(tx, clock, { id, what: { orderLineId: line.orderLineId, units: 1 } })
    return row.kind === 'pickup' ? setAside(tx, clock, { id, bin: 'B', actorId: staff }) : pack(tx, clock, { id })
  })
}

/** A van leaves, or arrives; sometimes with less. */
export async function drive(life: Life, by: Db, honest: boolean): Promise<void> {
  const { dice, clock, db } = life
  const van = dice.pick(
    await openTransfersOf(
      db,
      (await ordersOf(life)).map(({ id }) => id),
    ),
  )
  if (!van) return
  const fails = !honest && dice.percent(20)
  const transferId = van.id
  await by.transaction(async (tx) => {
    if (van.status === 'requested')
      await sendTransfer(tx, clock, {
        transferId,
        missing: fails ? [{ lineNo: van.lines[0]?.lineNo ?? 1, units: 1 }] : [],
        actorId: staff,
      })
    else
      await receiveTransfer(tx, clock, {
        transferId,
        lines: fails ? [{ lineNo: van.lines[0]?.lineNo ?? 1, receivedUnits: 0 }] : [],
        actorId: staff,
      })
  })
}

/** A customer answers about missing units; in the end everybody takes the money. */
export async function customerAnswers(life: Life, by: Db, honest: boolean): Promise<void> {
  const { dice, clock, db } = life
  const ids = (await ordersOf(life)).map(({ id }) => id)
  const asked = dice.pick(await readShortages(db, sql`s.order_id = any (${ids}::text[]) and s.status = 'asked'`))
  if (!asked) return
  const options = asked.options.filter(({ kind }) => (honest ? kind === 'refund' : kind !== 'delivery'))
  const option = dice.pick(options)
  if (!option) return
  await by.transaction((tx) =>
    applyShortageChoice(tx, clock, { shortageId: asked.id, optionId: option.id, chosenBy: 'customer' }),
  )
}

/** Somebody cancels all or one unit, or brings one back to any shop. */
export async function secondThoughts(life: Life, by: Db): Promise<void> {
  const { dice, clock, db, world } = life
  const order = dice.pick((await ordersOf(life)).filter(({ status }) => status === 'placed' || status === 'completed'))
  if (!order) return
  const lines = await db.many<{ id: string }>(
    sql`select id from orders.order_line where order_id = ${order.id} order by line_no`,
  )
  const orderLineId = dice.pick(lines)?.id ?? ''
  const rest = { orderId: order.id, actorId: staff, publicUrl: testUrl }
  const what = dice.below(3)
  await by.transaction(async (tx) => {
    if (what === 0) await cancelOrder(tx, clock, { ...rest, reason: 'other plans' })
    else if (what === 1)
      await cancelOrder(tx, clock, { ...rest, reason: 'one is enough', lines: [{ orderLineId, units: 1 }] })
    else {
      const locationId = dice.pick([world.valencia, world.madrid]) ?? world.valencia
      const disposition = dice.percent(70) ? ('restock' as const) : ('scrap' as const)
      await returnOrder(tx, clock, {
        ...rest,
        locationId,
        reason: 'size',
        refundMethod: 'original',
        lines: [{ orderLineId, units: 1, disposition }],
      })
    }
  })
}

/** A notice anywhere in the queue; what was answered is not sent again. */
export async function takeNotice({ dice, provider, clock }: Life, by: Db): Promise<void> {
  const notice = dice.pick(provider.notices)
  if (!notice) return
  await receiveWebhook(by, clock, { provider: providerName, headers: {}, body: Buffer.from(JSON.stringify(notice)) })
  const at = provider.notices.indexOf(notice)
  if (at >= 0) provider.notices.splice(at, 1)
}

/** The periodic jobs of the modules, one of them. */
export async function job(life: Life, by: Db, which: number): Promise<void> {
  const { clock, db } = life
  switch (which % 6) {
    case 0:
      return void (await checkDuePayments(by, clock))
    case 1:
      return void (await sendDueRefunds(by, clock))
    case 2:
      return void (await lapseDrafts(by, clock))
    case 3:
      return void (await lapseReservations(by, clock))
    case 4: {
      const ended = (await ordersOf(life)).filter(({ status }) => status === 'lapsed' || status === 'canceled')
      return void (await dropStalePayments(
        by,
        clock,
        await livePaymentsOf(
          db,
          ended.map(({ id }) => id),
        ),
      ))
    }
    default:
      return void (await breakOverduePromises(by, clock))
  }
}

/** Events reach the modules that follow them; which module first is anybody's guess. */
export async function tellEvents({ clock, dice }: Life, by: Db, all: boolean): Promise<void> {
  const both = dice.percent(50)
    ? [ordersSubscribers, fulfillmentSubscribers]
    : [fulfillmentSubscribers, ordersSubscribers]
  await drainEvents(by, clock, all ? both.flat() : (both[0] ?? []))
}
