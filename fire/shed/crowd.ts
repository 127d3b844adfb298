/**
 * The crowd: a process of its own, so that what it does takes no turn of the tills' clock. It comes at a steady rate whether it is served
 * or not (an open loop), as people do.
 */
import { randomOf } from '../lib/random.ts'
import { address, from } from '../lib/shopper.ts'
import type { World } from '../lib/world.ts'
import { Caller, type Heard, type Tallies } from './caller.ts'

export type CrowdData = { url: string; world: World; seed: number }
/** `atOnce`: that many one after the other, as fast as they are served; `perSecond`: an open loop. */
export type Shift = { seconds: number } & ({ atOnce: number } | { perSecond: number })
export type ShiftResult = {
  seconds: number
  visits: number
  tallies: Tallies
  /** Orders that were acknowledged to shoppers and channels. */
  acknowledged: string[]
  /** How many of them before the shift was over; the others waited longer. */
  inTime: number
  /** Calls that may have made an order without anybody being told. */
  unknown: number
  faults: string[]
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
/** How often somebody comes back who was asked to. */
const comesBack = { browse: 1, cart: 2, pay: 6 }

class Crowd {
  readonly #caller: Caller
  readonly #world: World
  readonly #random
  #n = 0
  #acknowledged: string[] = []
  #unknown = 0
  #end = 0
  constructor({ url, world, seed }: CrowdData) {
    this.#caller = new Caller(url, 2000)
    this.#world = world
    this.#random = randomOf(seed)
  }

  async work(shift: Shift): Promise<ShiftResult> {
    this.#caller.take()
    this.#acknowledged = []
    this.#unknown = 0
    const begun = performance.now()
    const end = (this.#end = begun + shift.seconds * 1000)
    const visits: Promise<void>[] = []
    const came = this.#n
    if ('atOnce' in shift) {
      const oneAfterTheOther = async () => {
        while (performance.now() < end) await this.#visit()
      }
      await Promise.all(Array.from({ length: shift.atOnce }, oneAfterTheOther))
    } else {
      let due = begun
      while (due < end) {
        for (
          const now = performance.now();
          due <= now && due < end;
          due -= (1000 / shift.perSecond) * Math.log(1 - this.#random.next())
        )
          visits.push(this.#visit())
        await pause(4)
      }
    }
    const seconds = (performance.now() - begun) / 1000
    const inTime = this.#acknowledged.length
    await Promise.all(visits)
    return {
      seconds,
      visits: this.#n - came,
      tallies: this.#caller.take(),
      acknowledged: this.#acknowledged,
      inTime,
      unknown: this.#unknown,
      faults: this.#caller.faults,
    }
  }

  /** Of ten who come seven are shoppers, two a channel's orders, one looks through the console's lists. */
  #visit(): Promise<void> {
    const n = ++this.#n
    const dice = this.#random.next()
    if (dice < 0.7) return this.#shop(n)
    if (dice < 0.9) return this.#byChannel(n)
    return this.#look()
  }

  /** Looks at two products, opens a cart and pays; comes back when asked to, a few times. */
  async #shop(n: number): Promise<void> {
    const headers = from(n)
    const variantId = this.#random.pick(this.#world.variantIds)
    for (const path of [
      `/api/store/products/producto-${1 + (n % 8)}`,
      `/api/store/availability?variants=${variantId}`,
    ]) {
      const seen = await this.#again(comesBack.browse, () => this.#caller.ask({ kind: 'browse', path, headers }))
      if (seen?.status !== 200) return
    }
    const opened = await this.#again(comesBack.cart, () =>
      this.#caller.ask({
        kind: 'cart',
        method: 'POST',
        path: '/api/store/carts',
        headers: { ...headers, 'idempotency-key': `${n} cart` },
        body: {
          lines: [{ variantId, units: 1 }],
          contact: { name: 'Ana Prat', email: `crowd-${n}@example.com`, phone: '' },
          delivery: { kind: 'delivery', address },
        },
      }),
    )
    if (opened?.status !== 201) return
    const { id, token, totalMinor } = opened.body as { id: string; token: string; totalMinor: number }
    const placed = await this.#again(comesBack.pay, () =>
      this.#caller.ask({
        kind: 'pay',
        method: 'POST',
        path: `/api/store/carts/${id}/place`,
        headers: { ...headers, 'x-cart-token': token, 'idempotency-key': `${n} place` },
        body: { expectedTotalMinor: totalMinor, payment: { cardToken: 'tok_ok' } },
      }),
    )
    this.#noteOrder(
      placed,
      placed?.body['status'] === 'placed' ? (placed.body['order'] as { id: string }).id : undefined,
    )
  }

  async #byChannel(n: number): Promise<void> {
    const placed = await this.#again(comesBack.cart, () =>
      this.#caller.ask({
        kind: 'channel',
        method: 'POST',
        path: '/api/channel/orders',
        headers: { authorization: `Bearer ${this.#world.channelKey}`, 'idempotency-key': `${n} channel` },
        body: {
          externalRef: `crowd-${n}`,
          lines: [{ variantId: this.#random.pick(this.#world.variantIds), units: 1 }],
          contact: { name: 'Ana Prat', email: `crowd-${n}@example.com`, phone: '' },
          delivery: { kind: 'delivery', address },
        },
      }),
    )
    this.#noteOrder(placed, placed && placed.status < 300 ? String(placed.body['id']) : undefined)
  }

  async #look(): Promise<void> {
    const headers = { cookie: this.#world.staffCookie }
    await this.#caller.ask({ kind: 'list', path: '/api/admin/orders?limit=50', headers })
  }

  #noteOrder(heard: Heard | undefined, id: string | undefined): void {
    if (id !== undefined) this.#acknowledged.push(id)
    else if (heard === undefined || heard.status < 300) this.#unknown += 1
  }

  async #again(times: number, ask: () => Promise<Heard | undefined>): Promise<Heard | undefined> {
    for (let turn = 0; ; turn++) {
      const heard = await ask()
      if (heard?.status !== 503) return heard
      const comesAt = performance.now() + heard.retryAfter * 1000
      // Nobody but who is about to pay comes back after the rush: what they would find then is another phase.
      const waits = turn < times && (times === comesBack.pay || comesAt < this.#end)
      if (!waits) return heard
      await pause(heard.retryAfter * 1000)
    }
  }
}

const crowd = new Crowd(JSON.parse(process.env['FIRE_CROWD'] ?? '') as CrowdData)
process.on('message', (shift: Shift) => {
  void crowd.work(shift).then((result) => process.send?.(result))
})
