import { randomUUID } from 'node:crypto'
import type { AvailabilityAnswer, Cart, Order, PlaceAnswer } from '@hilo/contract'
import { ApiProblem, type Client } from '@hilo/contract/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../server/platform/sql.ts'
import { verify } from '../server/verify/index.ts'
import {
  apiKey,
  availableNow,
  buyOnline,
  countTo,
  device,
  freeVariants,
  home,
  keyDevice,
  placesByCode,
  sellAtCounter,
  staffDevice,
  webCart,
} from './clients.ts'
import { type RunningHilo, startHilo } from './harness.ts'

let hilo: RunningHilo
let manager: Client
let counter: Client
let shop: Record<string, string>
let variants: string[]

beforeAll(async () => {
  hilo = await startHilo()
  manager = await staffDevice(hilo, 'manager')
  counter = await staffDevice(hilo, 'counter')
  shop = await placesByCode(hilo)
  variants = await freeVariants(hilo, 12)
})
afterAll(async () => {
  await hilo?.close()
})

const next = () => {
  const id = variants.shift()
  if (!id) throw new Error('no variant left for this test')
  return id
}
const place = (code: string) => {
  const id = shop[code]
  if (!id) throw new Error(`the demo has no place ${code}`)
  return id
}
const codes = () => Object.keys(shop)
const settled = async (runs: Promise<Order>[]) => {
  const results = await Promise.allSettled(runs)
  return {
    orders: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    refusals: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])),
  }
}
const orderCount = async () =>
  (await hilo.db.one<{ n: number }>(sql`select count(*)::int as n from orders.customer_order where number is not null`))
    .n

test('two counters and the web race for the last unit: one order, two clear refusals', async () => {
  const variantId = next()
  await countTo(hilo, manager, variantId, { VLC: 1 })
  const before = await orderCount()
  const web = device(hilo.url)
  const cart = await webCart(web, variantId)
  const { orders, refusals } = await settled([
    sellAtCounter(counter, place('VLC'), variantId),
    sellAtCounter(manager, place('VLC'), variantId),
    buyOnline(web, cart, { kind: 'delivery', address: home }),
  ])
  expect(orders).toHaveLength(1)
  expect(refusals).toHaveLength(2)
  for (const refusal of refusals) {
    expect(refusal).toBeInstanceOf(ApiProblem)
    const { body } = refusal as ApiProblem
    expect(body.status).toBe(409)
    expect(body.title.length).toBeGreaterThan(10)
  }
  expect(await orderCount()).toBe(before + 1)
  expect((await availableNow(web, variantId)).total).toBe(0)
})

test('S12: after a till sale every channel shows the new figure at the next question', async () => {
  const variantId = next()
  await countTo(hilo, manager, variantId, { VLC: 3 })
  await sellAtCounter(counter, place('VLC'), variantId)
  for (const channel of ['web', 'pos']) expect((await availableNow(device(hilo.url), variantId, channel)).total).toBe(2)
})

test('S12: live screens hear of a till sale within a second', async () => {
  const variantId = next()
  await countTo(hilo, manager, variantId, { VLC: 2 })
  // What the count has to say is said before anybody listens.
  const unsaid = () => hilo.db.one<{ n: number }>(sql`select count(*)::int as n from platform.outbox`)
  await expect.poll(async () => (await unsaid()).n, { timeout: 10_000 }).toBe(0)
  const stop = new AbortController()
  const heard: { variantId: string; atp: number }[] = []
  const key = await apiKey(hilo, 'marketplace', ['events:read'])
  const stream = await fetch(`${hilo.url}/api/events?types=inventory.level_changed`, {
    headers: { authorization: `Bearer ${key}` },
    signal: stop.signal,
  })
  const listening = readEvents(stream, heard)
  const sold = Date.now()
  await sellAtCounter(counter, place('VLC'), variantId)
  await expect
    .poll(() => heard.find((event) => event.variantId === variantId && event.atp === 1), {
      timeout: 3000,
      interval: 20,
    })
    .toBeDefined()
  expect(Date.now() - sold).toBeLessThan(3000)
  stop.abort()
  await listening
})

test('S20: web, counter and API answer the same question from the same figure', async () => {
  const variantId = next()
  await countTo(hilo, manager, variantId, { VLC: 4, SVQ: 2 })
  const asked = await Promise.all([
    availableNow(device(hilo.url), variantId),
    availableNow(counter, variantId),
    availableNow(await keyDevice(hilo, 'marketplace', ['orders:write']), variantId),
  ])
  const figures = asked.map((answer) => ({
    total: answer.total,
    valencia: answer.places.find((entry) => entry.locationId === place('VLC'))?.available,
  }))
  expect(figures).toEqual([figures[0], figures[0], figures[0]])
  expect(figures[0]).toEqual({ total: 6, valencia: 4 })
})

test('S44: in the shared pool an online order reserves in the chosen shop and the till there refuses the unit', async () => {
  const variantId = next()
  await countTo(hilo, manager, variantId, { VLC: 1 })
  const web = device(hilo.url)
  await buyOnline(web, await webCart(web, variantId), { kind: 'pickup', locationId: place('VLC') })
  await expect(sellAtCounter(counter, place('VLC'), variantId)).rejects.toMatchObject({ body: { status: 409 } })
})

test('S44: with separate web stock the web sees the warehouse only and the shops keep theirs', async () => {
  const variantId = next()
  const warehouse = (
    await hilo.db.one<{ code: string }>(sql`select code from inventory.location where kind = 'warehouse'`)
  ).code
  await countTo(hilo, manager, variantId, { VLC: 5, [warehouse]: 2 })
  expect((await availableNow(device(hilo.url), variantId)).total).toBe(7)
  await manager.put('/api/admin/stock-pools/web', { locationIds: [place(warehouse)] })
  try {
    expect((await availableNow(device(hilo.url), variantId)).total).toBe(2)
    expect((await availableNow(counter, variantId, 'pos')).total).toBe(7)
  } finally {
    await manager.put('/api/admin/stock-pools/web', { locationIds: [] })
  }
  expect((await availableNow(device(hilo.url), variantId)).total).toBe(7)
})

test('S45: one question gives the sum and the split over all places, and they agree', async () => {
  const variantId = next()
  await countTo(hilo, manager, variantId, Object.fromEntries(codes().map((code, i) => [code, i + 1])))
  const answer = await device(hilo.url).get<AvailabilityAnswer>('/api/store/availability', {
    query: { variants: variantId, channel: 'pos' },
  })
  const [only] = answer.variants
  expect(only?.total).toBe((codes().length * (codes().length + 1)) / 2)
  const inPlaces = only?.places.reduce((sum, entry) => sum + entry.available, 0) ?? 0
  const warehouse = codes().length - (only?.places.length ?? 0)
  expect(warehouse === 0 ? inPlaces : inPlaces < (only?.total ?? 0)).toBe(warehouse === 0 ? only?.total : true)
})

test('a double click, a repeated POST and a lost answer make one order and one charge', async () => {
  const variantId = next()
  await countTo(hilo, manager, variantId, { VLC: 5 })
  const web = device(hilo.url)
  const cart = await webCart(web, variantId)
  const filled = await web.patch<Cart>(`/api/store/carts/${cart.id}`, {
    contact: { name: 'Ana', email: `${randomUUID()}@example.com`, phone: '' },
    delivery: { kind: 'pickup', locationId: place('VLC') },
  })
  const body = { expectedTotalMinor: filled.totalMinor, payment: { method: 'card_online', cardToken: 'tok_ok' } }
  const key = randomUUID()
  const put = (k: string) => web.post<PlaceAnswer>(`/api/store/carts/${cart.id}/place`, body, { key: k })
  const answers = await Promise.all(
    [put(key), put(key), put(randomUUID()), put(randomUUID())].map((run) => run.catch((error: unknown) => error)),
  )
  await put(key)
  const placed = answers.filter(
    (answer): answer is Extract<PlaceAnswer, { status: 'placed' }> => (answer as PlaceAnswer).status === 'placed',
  )
  expect(placed.length).toBeGreaterThan(0)
  expect(new Set(placed.map((answer) => answer.order.number)).size).toBe(1)
  const orderId = placed[0]?.order.id ?? ''
  const charges = await hilo.db.one(sql`
    select count(*) filter (where status = 'captured')::int as captured, coalesce(sum(captured_minor), 0)::int as minor from payments.payment where order_id = ${orderId}`)
  expect(charges).toEqual({ captured: 1, minor: filled.totalMinor })
  expect((await availableNow(web, variantId)).total).toBe(4)
})

test('S08: bought on the web, changed by phone, collected in one shop, returned in another: right to the cent', async () => {
  const [kept, returned, canceled] = [next(), next(), next()]
  for (const id of [kept, returned, canceled]) await countTo(hilo, manager, id, { VLC: 2 })
  const web = device(hilo.url)
  const cart = await web.post<Cart>('/api/store/carts', {
    lines: [kept, returned, canceled].map((variantId) => ({ variantId, units: 1 })),
  })
  const order = await buyOnline(web, cart, { kind: 'pickup', locationId: place('VLC') })
  const line = (variantId: string) => order.lines.find((entry) => entry.variantId === variantId && !entry.gift)
  const service = await staffDevice(hilo, 'service')
  await service.post(`/api/admin/orders/${order.id}/cancel`, {
    reason: 'El cliente llamó: una pieza menos',
    lines: [{ orderLineId: line(canceled)?.id, units: 1 }],
  })
  const [part] = (await manager.get<Order>(`/api/admin/orders/${order.id}`)).fulfillments.filter(
    (entry) => entry.status !== 'canceled',
  )
  for (const entry of part?.lines ?? [])
    await counter.post(`/api/admin/fulfillment/${part?.id}/pick`, {
      orderLineId: entry.orderLineId,
      units: entry.units,
    })
  await counter.post(`/api/admin/fulfillment/${part?.id}/set-aside`, { bin: 'A3' })
  await counter.post('/api/pos/pickups/hand-over', { locationId: place('VLC'), code: part?.pickupCode })
  const back = await manager.post<Order>(`/api/pos/orders/${order.id}/returns`, {
    locationId: place('SVQ'),
    reason: 'Talla',
    lines: [{ orderLineId: line(returned)?.id, units: 1, disposition: 'restock' }],
  })
  await expect
    .poll(async () => (await manager.get<Order>(`/api/admin/orders/${order.id}`)).refundedMinor, { timeout: 10_000 })
    .toBe((line(returned)?.totalMinor ?? 0) + (line(canceled)?.totalMinor ?? 0))
  expect(back.id).toBe(order.id)
  const stock = await hilo.db.many<{ code: string; n: number }>(sql`
    select l.code, s.on_hand as n from inventory.stock_level s join inventory.location l on l.id = s.location_id
     where s.variant_id = ${returned} and s.on_hand <> 0 order by l.code`)
  expect(stock).toEqual([
    { code: 'SVQ', n: 1 },
    { code: 'VLC', n: 1 },
  ])
})

test('after all of this hilo verify finds every law kept', async () => {
  const wrong = async () => (await verify(hilo.db)).checks.filter(({ count }) => count > 0)
  await expect.poll(wrong, { timeout: 10_000, interval: 500 }).toEqual([])
})

async function readEvents(response: Response, heard: { variantId: string; atp: number }[]): Promise<void> {
  let text = ''
  try {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data) heard.push((JSON.parse(data) as { payload: { variantId: string; atp: number } }).payload)
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error
  }
}
