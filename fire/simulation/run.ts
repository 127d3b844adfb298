/** One run: a few hours of a small retailer, drawn from a seed, and the laws after every step. */
import type { OpeningHours } from '@hilo/calc'
import type { SourcePlace } from '../../server/fulfillment/choose-sources.ts'
import { Dice } from './dice.ts'
import { checkAlways, checkAtTheEnd } from './laws.ts'
import { buyer, chooses, look, secondThoughts, settleBins, stockRoom, van } from './people.ts'
import { Provider } from './provider.ts'
import type { Cart } from './purchase.ts'
import { type Rules, realRules } from './rules.ts'
import {
  checkDuePayments,
  deliverEvent,
  dropStalePayments,
  isBehind,
  lapseDrafts,
  sendRefunds,
  subscriberNames,
  takeNotice,
  tidyUp,
} from './servers.ts'
import { keyAt, minute, type Sim } from './sim.ts'
import { putOnHand } from './stock.ts'
import { Stores, type Wish } from './stores.ts'
import { Tasks } from './tasks.ts'

export type RunResult = {
  seed: number
  /** The law that broke, in words; absent when all held. */
  broken?: string
  steps: number
  kills: number
  /** What happened, newest last: all of it when asked for, else the end. */
  trace: string[]
  /** Orders that were placed, for the test that runs are about something. */
  placed: number
}

const day = [['09:00', '21:00'] as const]
const openingHours: OpeningHours = {
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day },
  exceptions: [],
}
const places: readonly SourcePlace[] = ['Valencia', 'Castellón', 'Sevilla', 'Getafe'].map((name, at) => ({
  id: `p${at + 1}`,
  name,
  kind: at === 3 ? 'warehouse' : 'shop',
  pickup: at < 3,
  ships: at !== 1,
  latitude: 37 + at,
  longitude: -5 + at,
  timeZone: 'Europe/Madrid',
  openingHours,
  handlingMinutes: 60,
  full: false,
}))
const variants = ['v1', 'v2'] as const
const stepsOfARun = 320
const traceKept = 60
/** More than any order needs from here to its end; one that needs more can never be finished. */
const calmRoundsMax = 40

function open(seed: number, rules: Rules, wholeTrace: boolean): { sim: Sim; trace: string[] } {
  const dice = new Dice(seed)
  const trace: string[] = []
  const sim: Sim = {
    dice,
    rules,
    stores: new Stores(),
    provider: new Provider(dice),
    goods: { shelf: new Map(), bins: new Map(), vans: new Map(), hands: new Map(), lost: new Map() },
    places,
    variants,
    prices: new Map([
      ['v1', 2599],
      ['v2', 995],
    ]),
    now: Date.parse('2026-11-16T08:00:00Z') + dice.below(72) * 60 * minute,
    acknowledged: new Map(),
    inHand: new Set(),
    noticesSeen: 0,
    note: (text) => {
      trace.push(`${new Date(sim.now).toISOString().slice(5, 19)} ${text}`)
      if (!wholeTrace && trace.length > traceKept) trace.shift()
    },
  }
  return { sim, trace }
}

/** A few units a shop; one figure in six is wrong, as figures are. */
function fill({ dice, stores, goods }: Sim, sim: Sim): number {
  let units = 0
  stores.transaction(() => {
    for (const variantId of variants)
      for (const { id } of places) {
        const said = dice.below(4)
        const there = dice.below(6) === 0 ? Math.max(0, said - 1) : said
        if (said > 0) putOnHand(sim, keyAt(variantId, id), said, 'received')
        goods.shelf.set(keyAt(variantId, id), there)
        units += there
      }
  })
  return units
}

function aCart({ dice }: Sim, n: number): Cart {
  const shop = places[dice.below(3)]?.id ?? 'p1'
  const kind = dice.below(10)
  const wish: Wish =
    kind < 5
      ? { kind: 'pickup', locationId: shop }
      : kind < 8
        ? { kind: 'delivery', point: null, speed: { daysMin: 1, daysMax: 2, cutoffHour: 14 } }
        : { kind: 'carry_out', locationId: shop }
  const lines = variants.filter(() => dice.percent(60)).map((variantId) => ({ variantId, units: 1 + dice.below(2) }))
  return { id: `cart_${n}`, wish, lines: lines.length > 0 ? lines : [{ variantId: 'v1', units: 1 }] }
}

/**
 * Runs a seed.
 * @param rules what decides; a planted fault replaces one of them
 * @returns how it went; the same seed and rules give the same result and the same trace
 */
export function runSeed(
  seed: number,
  { rules = realRules, wholeTrace = false }: { rules?: Rules; wholeTrace?: boolean } = {},
): RunResult {
  const { sim, trace } = open(seed, rules, wholeTrace)
  const tasks = new Tasks(sim)
  const result: RunResult = { seed, steps: 0, kills: 0, trace, placed: 0 }
  try {
    const units = fill(sim, sim)
    const carts = Array.from({ length: 5 + sim.dice.below(6) }, (_, n) => aCart(sim, n + 1))
    const waiting = [...carts]
    for (let step = 0; step < stepsOfARun; step++) {
      sim.now += sim.dice.percent(3) ? 21 * minute : sim.dice.below(40) * 1000
      if (waiting.length > 0 && sim.dice.percent(8)) begin(sim, tasks, waiting)
      if (happens(sim, tasks)) result.kills += 1
      for (const cart of carts) if (sim.dice.percent(2)) look(sim, cart)
      settleBins(sim)
      checkAlways(sim)
      result.steps += 1
    }
    calmDown(sim, tasks)
    result.placed = sim.stores.orders.where(({ status }) => status === 'completed' || status === 'canceled').length
    checkAtTheEnd(sim, units)
  } catch (error) {
    // Also what no law foresaw breaks a run: a defect thrown by a decision is as bad as a wrong one.
    result.broken = error instanceof Error ? error.message : String(error)
  }
  return result
}

function begin(sim: Sim, tasks: Tasks, waiting: Cart[]): void {
  const cart = waiting.shift()
  if (cart) tasks.begin(`buyer of ${cart.id}`, buyer(sim, tasks, cart))
}

/** Something happens, anywhere. @returns whether the servers were killed */
function happens(sim: Sim, tasks: Tasks): boolean {
  const { dice, stores, provider } = sim
  const what = dice.below(100)
  if (what < 55) tasks.step()
  else if (what < 58) {
    tasks.kill()
    return true
  } else if (what < 63) job(sim, tasks)
  else if (what < 69) notice(sim, tasks)
  else if (what < 78) event(sim, tasks)
  else if (what < 80) provider.somethingHappens()
  else if (what < 91) {
    const row = dice.pick(
      stores.fulfillments.where(({ status }) => ['open', 'picking', 'ready', 'packed', 'shipped'].includes(status)),
    )
    if (row) tasks.begin(`stock room of ${row.locationId}`, stockRoom(sim, tasks, row.id))
  } else if (what < 94) {
    const transfer = dice.pick(stores.transfers.where(({ status }) => status === 'requested' || status === 'sent'))
    if (transfer) tasks.begin(`van ${transfer.id}`, van(sim, tasks, transfer))
  } else if (what < 97) {
    const asked = dice.pick(stores.shortages.where(({ status }) => status === 'asked'))
    if (asked) tasks.begin(`customer of ${asked.orderId}`, chooses(sim, tasks, asked.id))
  } else {
    const order = dice.pick(stores.orders.where(({ status }) => status === 'placed' || status === 'completed'))
    if (order) tasks.begin(`customer of ${order.id}`, secondThoughts(sim, tasks, order.id))
  }
  return false
}

const jobs = { checkDuePayments, dropStalePayments, lapseDrafts, sendRefunds, tidyUp }

function job(sim: Sim, tasks: Tasks): void {
  const name = sim.dice.pick(Object.keys(jobs) as (keyof typeof jobs)[])
  if (name) tasks.serve(name, jobs[name](sim))
}

/** A notice anywhere in the queue: their order says nothing. */
function notice(sim: Sim, tasks: Tasks): void {
  const one = sim.dice.pick(sim.provider.notices)
  if (one) tasks.serve(`notice ${one.id}`, takeNotice(sim, one))
}

function event(sim: Sim, tasks: Tasks): void {
  const name = sim.dice.pick(subscriberNames.filter((one) => isBehind(sim, one)))
  if (name) tasks.serve(`event to ${name}`, deliverEvent(sim, name))
}

function isBusy({ stores, provider }: Sim): boolean {
  return (
    provider.notices.length > 0 ||
    stores.orders.where(({ status }) => status === 'draft' || status === 'placed').length > 0 ||
    stores.payments.where(({ status }) => status === 'pending' || status === 'unknown').length > 0 ||
    stores.refunds.where(({ status }) => status === 'pending').length > 0 ||
    stores.transfers.where(({ status }) => status === 'requested' || status === 'sent').length > 0
  )
}

/** Hours go by, everybody gets their answers, and honest people finish their work. */
function calmDown(sim: Sim, tasks: Tasks): void {
  const { stores, provider } = sim
  const rest = () => {
    while (!tasks.idle && tasks.step()) {
      settleBins(sim)
      checkAlways(sim)
    }
  }
  provider.quiet = true
  rest()
  for (let round = 0; round < calmRoundsMax && (round < 4 || isBusy(sim)); round++) {
    sim.now += 30 * minute
    while (provider.somethingHappens());
    for (const one of provider.notices.slice()) tasks.serve(`notice ${one.id}`, takeNotice(sim, one))
    rest()
    for (const work of Object.values(jobs)) {
      tasks.serve(work.name, work(sim))
      rest()
    }
    for (const name of subscriberNames)
      while (isBehind(sim, name)) {
        tasks.serve(`event to ${name}`, deliverEvent(sim, name))
        rest()
      }
    for (const { id } of stores.shortages.where(({ status }) => status === 'asked')) {
      tasks.begin('customer', chooses(sim, tasks, id, true))
      rest()
    }
    for (const transfer of stores.transfers.where(({ status }) => status === 'requested' || status === 'sent')) {
      tasks.begin('van', van(sim, tasks, transfer))
      rest()
    }
    for (const { id } of stores.fulfillments.where(({ status }) =>
      ['open', 'picking', 'ready', 'packed', 'shipped'].includes(status),
    )) {
      tasks.begin('stock room', stockRoom(sim, tasks, id, true))
      rest()
    }
  }
}
