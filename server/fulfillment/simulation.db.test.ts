import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTransfersOf, receiveTransfer, sendTransfer } from '#inventory'
import { Problem } from '#platform/problems'
import { sql } from '#platform/sql'
import { type TestDatabase, testDatabase } from '#platform/testing'
import { brokenLevels, someStock } from '../inventory/testing.ts'
import { applyShortageChoice } from './choose-shortage.ts'
import { readShortages, reportShort } from './shortages.ts'
import { fulfillmentSubscribers } from './subscribers.ts'
import { aWorkshop, type Workshop } from './testing.ts'
import { handOver, pick, setAside } from './work.ts'

let t: TestDatabase
let w: Workshop
beforeAll(async () => {
  t = await testDatabase()
  w = await aWorkshop(t)
})
afterAll(async () => {
  await w.app.close()
  await t.close()
})

function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return ((z ^ (z >>> 14)) >>> 0) % below
  }
}

/** Notices sent so far, each with what is true at this moment about the place it names. */
async function falseNotices(): Promise<object[]> {
  return t.db.many(sql`
    select m.subject, f.status, f.location_id
      from platform.mail_message m
      join fulfillment.fulfillment_order f on m.dedupe_key = 'pickup_ready:' || f.id || ':' || (f.version - 1)
      join inventory.location p on p.id = f.location_id
     where f.status = 'ready'
       and (f.set_aside_at is null or m.subject not like '% te espera en ' || p.name
            or exists (select 1 from fulfillment.fulfillment_line l where l.fulfillment_order_id = f.id and l.picked_units <> l.units)
            or (select coalesce(sum(a.units), 0) from inventory.allocation a
                 where a.order_id = f.order_id and a.location_id = f.location_id and a.status = 'open')
               < (select sum(l.units) from fulfillment.fulfillment_line l where l.fulfillment_order_id = f.id))`)
}

test('S25 on the real tables: 120 random pickups with vans that lose goods and shelves that lack them; every notice was true, every sum holds', async () => {
  const next = seeded(2511)
  const shops = [w.one, w.two, w.three]
  const told = { collected: 0, refused: 0 }
  for (let run = 0; run < 120; run++) {
    const variantId = await w.anArticle()
    for (const locationId of shops)
      if (next(3) > 0) await someStock(t.db, t.clock, { variantId, locationId, units: 1 + next(2) })
    const order = await w
      .anOrder(variantId, { shop: shops[next(3)] ?? w.one, units: 1 + next(2) })
      .catch(() => undefined)
    if (!order) continue
    for (let i = 0; i < 16; i++) {
      await attempt(next, order, told).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error
        told.refused += 1
      })
      if (next(3) === 0) await t.drain(fulfillmentSubscribers)
    }
    expect(await falseNotices()).toEqual([])
  }
  const { notices } = await t.db.one<{ notices: number }>(
    sql`select count(*)::int as notices from platform.mail_message where dedupe_key like 'pickup_ready:%'`,
  )
  const { shortages } = await t.db.one<{ shortages: number }>(
    sql`select count(*)::int as shortages from fulfillment.shortage`,
  )
  expect(notices).toBeGreaterThan(30)
  expect(shortages).toBeGreaterThan(20)
  expect(told.collected).toBeGreaterThan(10)
  expect(told.refused).toBeGreaterThan(200)
  expect(await brokenLevels(t.db)).toEqual([])
  // The check itself: goods that vanish from one bin are seen.
  const planted = await t.db.run(sql`
    update fulfillment.fulfillment_line set picked_units = 0
     where fulfillment_order_id = (select id from fulfillment.fulfillment_order where status = 'ready' order by id limit 1)`)
  expect(planted).toBe(1)
  expect(await falseNotices()).toHaveLength(1)
}, 120_000)

async function attempt(
  next: (below: number) => number,
  { orderId }: { orderId: string },
  told: { collected: number },
): Promise<void> {
  const rows = await w.viewOf(orderId)
  const row = rows[next(rows.length)]
  const line = row?.lines[0]
  if (!row || !line) return
  await t.db.transaction(async (tx) => {
    switch (next(8)) {
      case 0:
      case 1:
        return pick(tx, t.clock, { id: row.id, what: { orderLineId: line.orderLineId, units: 1 } })
      case 2:
      case 3:
        return setAside(tx, t.clock, { id: row.id, bin: 'A', actorId: 'mbr_1' })
      case 4:
        return reportShort(tx, t.clock, { id: row.id, orderLineId: line.orderLineId, units: 1, actorId: 'mbr_1' })
      case 5: {
        const [asked] = await readShortages(tx, sql`s.order_id = ${orderId} and s.status = 'asked'`)
        const option = asked?.options[next(asked.options.length)]
        if (asked && option && option.kind !== 'delivery')
          await applyShortageChoice(tx, t.clock, { shortageId: asked.id, optionId: option.id, chosenBy: 'customer' })
        return
      }
      case 6: {
        const [transfer] = await openTransfersOf(tx, [orderId])
        if (transfer?.status === 'requested')
          await sendTransfer(tx, t.clock, {
            transferId: transfer.id,
            missing: next(4) === 0 ? [{ lineNo: 1, units: 1 }] : [],
            actorId: 'mbr_2',
          })
        else if (transfer)
          await receiveTransfer(tx, t.clock, {
            transferId: transfer.id,
            lines: next(4) === 0 ? [{ lineNo: 1, receivedUnits: 0 }] : [],
            actorId: 'mbr_1',
          })
        return
      }
      default: {
        await handOver(tx, t.clock, {
          locationId: row.locationId,
          code: row.pickupCode ?? '',
          handedOverTo: '',
          actorId: 'mbr_1',
        })
        told.collected += 1
      }
    }
  })
}
