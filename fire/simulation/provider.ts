/** The payment provider, outside of every transaction: one payment per key, answers that get lost, notices that come twice, late and shuffled. */
import type { Dice } from './dice.ts'

export type Said = { status: 'captured' | 'declined' | 'pending' | 'voided' | 'unknown_there' }
type Book = { status: Said['status']; amountMinor: number; refunds: Map<string, number> }
export type ProviderNotice = { id: string; key: string }

export class AnswerLost extends Error {}

export class Provider {
  readonly #dice: Dice
  readonly #book = new Map<string, Book>()
  /** Calls that are still on the wire: their caller has given up already. */
  readonly #late: { key: string; amountMinor: number }[] = []
  /** Notices not yet taken; each stays until somebody has answered it. */
  readonly notices: ProviderNotice[] = []
  #noticesMade = 0
  /** A quiet provider answers every call: how a run ends. */
  quiet = false
  readonly #prefix: string
  /** @param prefix of the ids of its notices, where several runs share a database */
  constructor(dice: Dice, prefix = '') {
    this.#dice = dice
    this.#prefix = prefix
  }

  /** @throws AnswerLost whether it worked or not */
  create(key: string, amountMinor: number): Said {
    if (!this.#book.has(key) && !this.quiet && this.#dice.percent(4)) {
      this.#late.push({ key, amountMinor })
      throw new AnswerLost()
    }
    if (!this.quiet && this.#dice.percent(3)) throw new AnswerLost()
    this.#take(key, amountMinor)
    return this.#answer(key)
  }

  status(key: string): Said {
    return this.#answer(key)
  }

  void(key: string): Said {
    const payment = this.#book.get(key)
    if (payment?.status === 'pending') payment.status = 'voided'
    return this.#answer(key)
  }

  /** @throws AnswerLost */
  refund(key: string, paymentKey: string, amountMinor: number): 'done' {
    this.#book.get(paymentKey)?.refunds.set(key, amountMinor)
    if (!this.quiet && this.#dice.percent(10)) throw new AnswerLost()
    return 'done'
  }

  /** The buyer decides on the provider's page, or a call arrives that nobody waits for any more. False when there is neither. */
  somethingHappens(): boolean {
    const late = this.#late.shift()
    if (late) {
      this.#take(late.key, late.amountMinor)
      return true
    }
    const waiting = this.#dice.pick([...this.#book].filter(([, { status }]) => status === 'pending'))
    if (!waiting) return false
    const [key, payment] = waiting
    payment.status = this.#dice.percent(80) ? 'captured' : 'declined'
    this.#notify(key)
    return true
  }

  keptMinor(key: string): number {
    const payment = this.#book.get(key)
    if (payment?.status !== 'captured') return 0
    return payment.amountMinor - [...payment.refunds.values()].reduce((sum, minor) => sum + minor, 0)
  }

  #take(key: string, amountMinor: number): void {
    if (this.#book.has(key)) return
    const fate = this.#dice.below(10)
    const status = fate < 6 ? 'captured' : fate < 8 ? 'pending' : 'declined'
    this.#book.set(key, { status, amountMinor, refunds: new Map() })
    this.#notify(key)
  }

  #answer(key: string): Said {
    if (!this.quiet && this.#dice.percent(10)) throw new AnswerLost()
    return { status: this.#book.get(key)?.status ?? 'unknown_there' }
  }

  /** One to three copies, put anywhere among those that wait. */
  #notify(key: string): void {
    this.#noticesMade += 1
    const copies = 1 + this.#dice.below(3)
    for (let copy = 0; copy < copies; copy++)
      this.notices.splice(this.#dice.below(this.notices.length + 1), 0, {
        id: `${this.#prefix}note_${this.#noticesMade}`,
        key,
      })
  }
}
