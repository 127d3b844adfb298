/** A model of the database: tables whose writes are kept or undone together, and the check that PostgreSQL makes of a stock level. */

import type { FulfillmentRow } from '../../server/fulfillment/rows.ts'
import type { Level } from '../../server/inventory/levels.ts'
import type { WorthLine } from '../../server/orders/order-money.ts'

export type LevelRow = Level & { id: string }
export type Movement = { id: string; key: string; quantity: number; reason: string }
export type Reservation = {
  id: string
  holderId: string
  key: string
  units: number
  status: 'live' | 'consumed' | 'released' | 'lapsed'
  expiresAt: number
}
export type Allocation = {
  id: string
  orderId: string
  lineId: string
  key: string
  units: number
  status: 'open' | 'shipped' | 'released' | 'in_transit' | 'arrived'
  transferId: string | null
}
export type OrderLine = WorthLine & { id: string; variantId: string }
export type PlannedLine = { lineId: string; variantId: string; units: number; fromLocationId: string }
export type PlannedGroup = {
  kind: 'pickup' | 'delivery' | 'carry_out'
  locationId: string
  dueAt: string
  lines: PlannedLine[]
}
export type Wish =
  | { kind: 'pickup' | 'carry_out'; locationId: string }
  | { kind: 'delivery'; point: null; speed: { daysMin: number; daysMax: number; cutoffHour: number } }
export type Order = {
  id: string
  cartId: string
  status: 'draft' | 'placed' | 'completed' | 'canceled' | 'lapsed'
  paymentStatus: string
  wish: Wish
  lines: OrderLine[]
  totalMinor: number
  deliveryMinor: number
  groups: PlannedGroup[]
  lapsesAt: number
}
export type Payment = {
  id: string
  orderId: string
  amountMinor: number
  status: 'pending' | 'unknown' | 'captured' | 'declined' | 'voided'
  online: boolean
  capturedMinor: number
  refundedMinor: number
  leasedUntil: number
  nextCheckAt: number
}
export type Refund = { id: string; orderId: string; paymentId: string; amountMinor: number; status: 'pending' | 'done' }
export type LedgerEntry = {
  id: string
  paymentId: string
  orderId: string
  kind: 'capture' | 'refund'
  amountMinor: number
}
export type Fulfillment = FulfillmentRow
export type TransferLine = { lineId: string; variantId: string; units: number }
export type Transfer = {
  id: string
  orderId: string
  from: string
  to: string
  status: 'requested' | 'sent' | 'received' | 'canceled'
  lines: TransferLine[]
  /** Units that left and that arrived, by line. */
  sent: Record<string, number>
  arrived: Record<string, number>
}
export type Shortage = {
  id: string
  orderId: string
  fulfillmentId: string
  lineId: string
  variantId: string
  units: number
  status: 'asked' | 'chosen' | 'settled'
}
export type PromiseMade = {
  id: string
  orderId: string
  fulfillmentId: string
  locationId: string
  dueAt: number
  status: 'made' | 'kept' | 'broken' | 'withdrawn'
}
export type Notice = { id: string; fulfillmentId: string; locationId: string; units: number }
export type Event = { id: string; seq: number; type: string; payload: Record<string, string | number> }
export type Position = { id: string; last: number; handled: number }

/** A refusal of the model, as a Problem is one of the code. */
export class Refusal extends Error {}
/** What must never happen: the run is broken. */
export class Broken extends Error {}

export class Table<T extends { id: string }> {
  readonly #rows = new Map<string, T>()
  readonly #undo: (() => void)[]
  readonly #check: (row: T) => void
  constructor(undo: (() => void)[], check: (row: T) => void = () => undefined) {
    this.#undo = undo
    this.#check = check
  }

  get(id: string): T | undefined {
    return this.#rows.get(id)
  }

  need(id: string): T {
    const row = this.#rows.get(id)
    if (!row) throw new Broken(`no row ${id}`)
    return row
  }

  where(fits: (row: T) => boolean): T[] {
    const found: T[] = []
    for (const row of this.#rows.values()) if (fits(row)) found.push(row)
    return found
  }

  all(): IterableIterator<T> {
    return this.#rows.values()
  }

  put(row: T): T {
    this.#check(row)
    const before = this.#rows.get(row.id)
    this.#undo.push(() => {
      if (before) this.#rows.set(row.id, before)
      else this.#rows.delete(row.id)
    })
    this.#rows.set(row.id, row)
    return row
  }

  change(id: string, part: Partial<T>): T {
    return this.put({ ...this.need(id), ...part })
  }
}

/** The constraint `stock_level_never_oversold` and its neighbours, as migration 0006 states them. */
function checkLevel({ id, onHand, allocated, reserved, conflicted }: LevelRow): void {
  if (allocated < 0 || reserved < 0 || onHand - allocated - reserved + conflicted < 0)
    throw new Broken(`the level ${id} would be on hand ${onHand}, allocated ${allocated}, reserved ${reserved}`)
}

export class Stores {
  readonly #undo: (() => void)[] = []
  #made = 0
  readonly levels = new Table<LevelRow>(this.#undo, checkLevel)
  readonly movements = new Table<Movement>(this.#undo)
  readonly reservations = new Table<Reservation>(this.#undo)
  readonly allocations = new Table<Allocation>(this.#undo)
  readonly orders = new Table<Order>(this.#undo)
  readonly payments = new Table<Payment>(this.#undo)
  readonly refunds = new Table<Refund>(this.#undo)
  readonly ledger = new Table<LedgerEntry>(this.#undo)
  readonly fulfillments = new Table<Fulfillment>(this.#undo)
  readonly transfers = new Table<Transfer>(this.#undo)
  readonly shortages = new Table<Shortage>(this.#undo)
  readonly promises = new Table<PromiseMade>(this.#undo)
  readonly notices = new Table<Notice>(this.#undo)
  readonly providerEvents = new Table<{ id: string }>(this.#undo)
  readonly events = new Table<Event>(this.#undo)
  readonly positions = new Table<Position>(this.#undo)

  /** A new id; numbers are never given back, also not by a transaction that is undone. */
  id(prefix: string): string {
    this.#made += 1
    return `${prefix}_${this.#made}`
  }

  /** All or nothing; one inside another is a savepoint. */
  transaction<T>(work: () => T): T {
    const mark = this.#undo.length
    try {
      const result = work()
      if (mark === 0) this.#undo.length = 0
      return result
    } catch (error) {
      while (this.#undo.length > mark) this.#undo.pop()?.()
      throw error
    }
  }

  emit(type: string, payload: Event['payload']): void {
    const id = this.id('evt')
    this.events.put({ id, seq: Number(id.slice(4)), type, payload })
  }
}
