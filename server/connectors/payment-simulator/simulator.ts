import { randomBytes } from 'node:crypto'

/** What the simulated provider knows. It answers like a real one: by state and by idempotency key, never by guess. */

export type SimStatus = 'pending' | 'authorized' | 'captured' | 'declined' | 'voided'
export type SimPayment = {
  id: string
  key: string
  amountMinor: number
  currency: string
  description: string
  language: 'es' | 'en'
  returnUrl: string
  status: SimStatus
  capture: 'automatic' | 'manual'
  declineCode: string | null
  refundedMinor: number
  /** True while the buyer still has to go to the hosted page. */
  hosted: boolean
}
export type SimRefund = {
  id: string
  key: string
  paymentId: string
  amountMinor: number
  status: 'done' | 'pending' | 'failed'
}
export type SimEvent = { id: string; type: string; payment: { id: string; key: string; status: SimStatus } }

/** What a card token does when it is charged. `answer` says what becomes of the answer on its way back. */
export type TokenEffect = {
  status: SimStatus
  declineCode?: string
  hosted?: boolean
  answer: 'given' | 'slow' | 'lost' | 'never_arrives'
}
export const testTokens: Readonly<Record<string, TokenEffect>> = {
  tok_ok: { status: 'captured', answer: 'given' },
  tok_declined: { status: 'declined', declineCode: 'card_declined', answer: 'given' },
  tok_insufficient: { status: 'declined', declineCode: 'insufficient_funds', answer: 'given' },
  tok_challenge: { status: 'pending', hosted: true, answer: 'given' },
  tok_pending: { status: 'pending', answer: 'given' },
  tok_slow: { status: 'captured', answer: 'slow' },
  tok_lost_answer: { status: 'captured', answer: 'lost' },
  tok_lost_decline: { status: 'declined', declineCode: 'card_declined', answer: 'lost' },
  tok_never_arrives: { status: 'pending', answer: 'never_arrives' },
}

export type NewSimPayment = Pick<
  SimPayment,
  'key' | 'amountMinor' | 'currency' | 'description' | 'language' | 'returnUrl' | 'capture'
> & {
  cardToken?: string | undefined
}

/** The request is wrong; `status` is the HTTP status it answers. */
export class SimRefusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

/** State of the provider: payments and refunds by id and by key. `onEvent` is told of every change, for the webhooks. */
export class PaymentBook {
  readonly #payments = new Map<string, SimPayment>()
  readonly #byKey = new Map<string, SimPayment>()
  readonly #refunds = new Map<string, SimRefund>()
  readonly #onEvent: (event: SimEvent) => void
  /** Refunds of payments from before this process are taken on the caller's word: a demo shop outlives the simulator's memory. */
  readonly #trustUnknown: boolean

  constructor(onEvent: (event: SimEvent) => void, { trustUnknown = false } = {}) {
    this.#onEvent = onEvent
    this.#trustUnknown = trustUnknown
  }

  /** One payment per key; a repeat with other figures is a mistake of the caller. */
  create(request: NewSimPayment): SimPayment {
    const known = this.#byKey.get(request.key)
    if (known) {
      if (known.amountMinor !== request.amountMinor || known.currency !== request.currency)
        throw new SimRefusal(409, 'key_reused')
      return known
    }
    if (!Number.isSafeInteger(request.amountMinor) || request.amountMinor < 1)
      throw new SimRefusal(422, 'amount_invalid')
    const { cardToken, ...rest } = request
    const effect = cardToken === undefined ? { status: 'pending' as const, hosted: true } : testTokens[cardToken]
    if (!effect) throw new SimRefusal(422, 'card_token_unknown')
    const payment: SimPayment = {
      ...rest,
      id: `sim_${randomBytes(12).toString('hex')}`,
      status: effect.status === 'captured' && request.capture === 'manual' ? 'authorized' : effect.status,
      declineCode: ('declineCode' in effect && effect.declineCode) || null,
      refundedMinor: 0,
      hosted: ('hosted' in effect && effect.hosted) || false,
    }
    this.#payments.set(payment.id, payment)
    this.#byKey.set(payment.key, payment)
    if (payment.status !== 'pending') this.#tell(payment)
    return payment
  }

  find(idOrKey: string): SimPayment | undefined {
    return this.#payments.get(idOrKey) ?? this.#byKey.get(idOrKey)
  }

  #get(idOrKey: string): SimPayment {
    const payment = this.find(idOrKey)
    if (!payment) throw new SimRefusal(404, 'payment_unknown')
    return payment
  }

  /** The buyer's decision on the hosted page; once decided, it stays. */
  decide(id: string, approve: boolean): SimPayment {
    const payment = this.#get(id)
    if (payment.status !== 'pending') return payment
    if (approve) payment.status = payment.capture === 'manual' ? 'authorized' : 'captured'
    else {
      payment.status = 'declined'
      payment.declineCode = 'buyer_declined'
    }
    payment.hosted = false
    this.#tell(payment)
    return payment
  }

  capture(id: string): SimPayment {
    const payment = this.#get(id)
    if (payment.status === 'captured') return payment
    if (payment.status !== 'authorized') throw new SimRefusal(409, 'not_authorized')
    payment.status = 'captured'
    this.#tell(payment)
    return payment
  }

  void(id: string): SimPayment {
    const payment = this.#get(id)
    if (payment.status === 'pending' || payment.status === 'authorized') {
      payment.status = 'voided'
      payment.hosted = false
      this.#tell(payment)
    }
    return payment
  }

  /** One refund per key; never more than was captured. */
  refund({ key, paymentId, amountMinor }: { key: string; paymentId: string; amountMinor: number }): SimRefund {
    const known = this.#refunds.get(key)
    if (known) return known
    const payment = this.find(paymentId)
    if (!payment && !this.#trustUnknown) throw new SimRefusal(404, 'payment_unknown')
    if (payment) {
      const left = payment.status === 'captured' ? payment.amountMinor - payment.refundedMinor : 0
      if (amountMinor > left) throw new SimRefusal(409, 'refund_too_high')
      payment.refundedMinor += amountMinor
    }
    const refund: SimRefund = {
      id: `simr_${randomBytes(12).toString('hex')}`,
      key,
      paymentId,
      amountMinor,
      status: 'done',
    }
    this.#refunds.set(key, refund)
    if (payment) this.#tell(payment, 'payment.refunded')
    return refund
  }

  /** Sums over everything, for tests: what this provider took and gave back. */
  totals(): { payments: number; capturedMinor: number; refundedMinor: number; refunds: number } {
    const all = [...this.#payments.values()]
    return {
      payments: all.length,
      capturedMinor: all
        .filter(({ status }) => status === 'captured')
        .reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      refundedMinor: [...this.#refunds.values()].reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      refunds: this.#refunds.size,
    }
  }

  #tell(payment: SimPayment, type = `payment.${payment.status}`): void {
    const { id, key, status } = payment
    this.#onEvent({ id: `evt_${randomBytes(12).toString('hex')}`, type, payment: { id, key, status } })
  }
}
