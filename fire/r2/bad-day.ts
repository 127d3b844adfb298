import type { Faults, Interference, PaymentBook, SimEvent } from '../../server/connectors/payment-simulator/index.ts'
import type { Random } from '../lib/random.ts'
import { bankOf } from './plan.ts'

export type Losses = {
  /** Share of answers that are lost after the work was done, and of calls that never arrive. */
  answers: number
  calls: number
}

/** What the provider is like on its bad day. Its mishaps are drawn from the seed; whose bank is away is read from the amount. */
export class BadDay {
  readonly #random: Random
  readonly #losses: Losses
  #book: PaymentBook | undefined
  /** Banks that were away for a day are back. */
  #isNextDay = false
  /** The line to the shop is down altogether. */
  isOut = false
  /** How long each call takes, in milliseconds. */
  slowMs = 0
  lost = 0
  calls = 0
  /** Calls that are being answered right now, and since when (`performance.now()`). */
  readonly underWay = new Set<{ what: string; since: number }>()

  constructor(random: Random, losses: Losses) {
    this.#random = random
    this.#losses = losses
  }

  knows(book: PaymentBook): void {
    this.#book = book
  }

  nextDay(): void {
    this.#isNextDay = true
  }

  readonly interfere: Interference = async ({ what, about, arrived }) => {
    if (!arrived) this.calls += 1
    if (!arrived && this.slowMs > 0) await this.#dawdle(what)
    const breaks = this.#breaks(what, about, arrived)
    if (breaks) this.lost += 1
    return breaks ? 'break' : 'go_on'
  }

  async #dawdle(what: string): Promise<void> {
    const call = { what, since: performance.now() }
    this.underWay.add(call)
    await new Promise((resolve) => setTimeout(resolve, this.slowMs))
    this.underWay.delete(call)
  }

  #breaks(what: Parameters<Interference>[0]['what'], about: string, arrived: boolean): boolean {
    // A new charge always arrives: the card is charged, and then nothing more is heard.
    if (this.isOut || this.#isAway(about)) return what === 'create' ? arrived : !arrived
    return this.#random.chance(arrived ? this.#losses.answers : this.#losses.calls)
  }

  #isAway(about: string): boolean {
    const payment = this.#book?.find(about)
    if (!payment) return false
    const bank = bankOf(payment.amountMinor)
    return bank === 'gone' || (bank === 'late' && !this.#isNextDay)
  }

  /** Notices come three times and in any order; those of banks that are away wait at the provider. */
  readonly faults: Faults = {
    repeat: 1,
    copies: 3,
    delayMsMax: 1500,
    keepBack: ({ payment }: SimEvent) => this.isOut || this.#isAway(payment.key),
  }
}
