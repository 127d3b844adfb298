/**
 * Buyers at a steady rate, whatever the answers, as long as not too many wait: reading, orders of a channel, baskets that are paid by card, and a look at what they bought.
 * They are good clients: "not now" (503 with Retry-After) is obeyed and asked again with the same key, and counted.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { address } from '../lib/shopper.ts'

export type World = { variantIds: string[]; key: string }
/** More than this are not let in: on a machine that is overrun by other work the queue itself would be what is measured. */
const atOnceMax = 16
/** How often somebody asks again who is told "not now". */
const triesMax = 8
type Sold = { token: string; base: string }
/** What a phase was like: its slowest answer, and how many answers said "not now". */
export type Phase = { slowestMs: number; sentAway: number }
type Asked = { body?: object; headers?: Record<string, string> }

export class Load {
  calls = 0
  /** Orders that were opened by their link at another process than the one that sold them. */
  opened = 0
  readonly errors: string[] = []
  readonly #old: string
  readonly #world: World
  readonly #everyMs: number
  readonly #underWay = new Set<Promise<void>>()
  /** Links that buyers were given. */
  readonly #sold: Sold[] = []
  #bases: string[]
  #timer: NodeJS.Timeout | undefined
  #slowest = 0
  #sentAway = 0
  #turn = 0

  /** @param old address of the process of before */
  constructor(old: string, world: World, callsPerSecond: number) {
    this.#old = old
    this.#bases = [old]
    this.#world = world
    this.#everyMs = 1000 / callsPerSecond
  }

  begin(): void {
    this.#timer = setInterval(() => {
      if (this.#underWay.size >= atOnceMax) return
      const work = this.#one(this.#turn++).finally(() => this.#underWay.delete(work))
      this.#underWay.add(work)
    }, this.#everyMs)
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#underWay)
  }

  /** From now on buyers go to this one as well. Links from before the upgrade open there, and both call themselves well. */
  async goToBoth(base: string): Promise<void> {
    this.#bases = [...this.#bases, base]
    for (const each of this.#bases) await this.#call(each, '/api/health')
    for (const sold of this.#sold.slice(0, 20)) await this.#open(sold, base)
  }

  /** Nobody goes there any more; what is under way ends. Afterwards every link of its orders opens at the other one. */
  async leave(base: string): Promise<void> {
    this.#bases = this.#bases.filter((each) => each !== base)
    await Promise.all(this.#underWay)
    for (const sold of this.#sold.filter((one) => one.base === base).slice(-20))
      await this.#open(sold, this.#bases[0] ?? '')
  }

  /** What it was like since the last time this was asked. */
  takePhase(): Phase {
    const phase = { slowestMs: Math.round(this.#slowest), sentAway: this.#sentAway }
    this.#slowest = 0
    this.#sentAway = 0
    return phase
  }

  async #one(turn: number): Promise<void> {
    const base = this.#bases[Math.floor(turn / 4) % this.#bases.length] ?? ''
    const variantId = this.#world.variantIds[turn % this.#world.variantIds.length] ?? ''
    const contact = { name: 'Ana Prat', email: `ana${turn}@example.com`, phone: '' }
    const lines = [{ variantId, units: 1 }]
    const delivery = { kind: 'delivery', address }
    const kind = turn % 4
    if (kind === 0) return void (await this.#call(base, '/api/store/products/producto-1'))
    if (kind === 1) return void (await this.#call(base, `/api/store/availability?variants=${variantId}`))
    if (kind === 2) {
      const body = { externalRef: `M-${turn}`, lines, contact, delivery, payment: { method: 'elsewhere' } }
      return this.#channelOrder(base, turn, body)
    }
    const cart = (await this.#call(base, '/api/store/carts', { body: { lines, contact, delivery } })) as
      | { id: string; token: string; totalMinor: number }
      | undefined
    if (!cart) return
    const body = { expectedTotalMinor: cart.totalMinor, payment: { cardToken: 'tok_ok' } }
    const headers = { 'x-cart-token': cart.token }
    const placed = (await this.#call(base, `/api/store/carts/${cart.id}/place`, { body, headers })) as
      | { order?: { token: string } }
      | undefined
    if (!placed?.order) return
    const sold = { token: placed.order.token, base }
    this.#sold.push(sold)
    const other = this.#bases.find((each) => each !== base)
    // A link that a newer process wrote opens at newer ones only, until the older ones are replaced.
    if (other !== undefined && base === this.#old) await this.#open(sold, other)
  }

  /** A channel asks again with its key, and once more without, at the other process: it is the same order. */
  async #channelOrder(base: string, turn: number, body: object): Promise<void> {
    const first = (await this.#ask(base, `channel-${turn}`, body)) as { id: string } | undefined
    const other = this.#bases.find((each) => each !== base)
    if (first === undefined || other === undefined) return
    for (const key of [`channel-${turn}`, `channel-${turn}-again`]) {
      const again = (await this.#ask(other, key, body)) as { id: string } | undefined
      if (again !== undefined && again.id !== first.id) this.errors.push(`two orders for M-${turn}`)
    }
  }

  #ask(base: string, key: string, body: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#world.key}`, 'idempotency-key': key }
    return this.#call(base, '/api/channel/orders', { body, headers })
  }

  async #open({ token }: Sold, base: string): Promise<void> {
    const order = await this.#call(base, `/api/store/orders/${token}`)
    if (order !== undefined) this.opened += 1
  }

  async #call(base: string, path: string, { body, headers = {} }: Asked = {}): Promise<unknown> {
    this.calls += 1
    const begun = performance.now()
    const method = body === undefined ? 'GET' : 'POST'
    const key = body === undefined ? {} : { 'idempotency-key': randomUUID() }
    const asked = {
      method,
      headers: { 'content-type': 'application/json', ...key, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    }
    const note = (what: string) =>
      void this.errors.push(`${base === this.#old ? 'before' : 'today'}: ${method} ${path} ${what}`)
    try {
      for (let tries = 1; ; tries++) {
        const answer = await fetch(`${base}${path}`, { ...asked, signal: AbortSignal.timeout(30_000) })
        const text = await answer.text()
        if (answer.ok) return JSON.parse(text)
        const later = Number(answer.headers.get('retry-after') ?? 0)
        if (answer.status !== 503 || later === 0 || tries === triesMax)
          return note(`${answer.status} ${text.slice(0, 200)}`)
        this.#sentAway += 1
        await pause(later * 1000)
      }
    } catch (error) {
      return note(String(error))
    } finally {
      this.#slowest = Math.max(this.#slowest, performance.now() - begun)
    }
  }
}
