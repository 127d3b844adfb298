import { Webhook } from 'standardwebhooks'
import { overHttp, type Send } from './over-http.ts'
import type { SimEvent } from './simulator.ts'

/** How badly the notices travel. Shares are 0 to 1; the same seed gives the same mishaps. */
export type Faults = {
  lose?: number
  repeat?: number
  /** How often a repeated notice is sent in all; 2 unless given. */
  copies?: number
  delayMsMax?: number
  /** Notices that stay in the provider's queue until `release`. */
  keepBack?: (event: SimEvent) => boolean
}

/**
 * Sends signed notices (Standard Webhooks: id, timestamp, HMAC-SHA256) and, as configured, loses, repeats, delays and shuffles
 * them. A receiver that answers an error gets the notice again, three times at most.
 */
export class Notices {
  readonly #url: () => string
  readonly #webhook: Webhook
  readonly #post: Send
  readonly #random: () => number
  readonly #faults: Faults
  readonly #under = new Set<Promise<void>>()
  #sent = 0
  #kept: SimEvent[] = []

  constructor({
    url,
    secret,
    random,
    faults = {},
    send = overHttp,
  }: { url: () => string; secret: string; random: () => number; faults?: Faults; send?: Send }) {
    this.#url = url
    this.#webhook = new Webhook(secret)
    this.#post = send
    this.#random = random
    this.#faults = faults
  }

  /** Notices that left so far, repeats included. */
  get sent(): number {
    return this.#sent
  }

  send(event: SimEvent): void {
    if (this.#faults.keepBack?.(event)) this.#kept.push(event)
    else this.#send(event)
  }

  /** Notices that are kept back now. */
  get kept(): number {
    return this.#kept.length
  }

  /** Sends what was kept back. @returns how many notices that were */
  release(): number {
    const kept = this.#kept.splice(0)
    for (const event of kept) this.#send(event)
    return kept.length
  }

  #send(event: SimEvent): void {
    const { lose = 0, repeat = 0, copies: many = 2, delayMsMax = 0 } = this.#faults
    if (this.#random() < lose) return
    const copies = this.#random() < repeat ? many : 1
    for (let copy = 0; copy < copies; copy++) {
      const work = this.#deliver(event, this.#random() * delayMsMax).finally(() => this.#under.delete(work))
      this.#under.add(work)
    }
  }

  /** Waits until every notice under way has arrived or was given up. */
  async idle(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under)
  }

  async #deliver(event: SimEvent, delayMs: number): Promise<void> {
    await pause(delayMs)
    const body = JSON.stringify({ type: event.type, data: event.payment })
    for (let attempt = 0; attempt < 3; attempt++) {
      const at = new Date()
      this.#sent += 1
      try {
        const answer = await this.#post({
          method: 'POST',
          url: this.#url(),
          headers: {
            'content-type': 'application/json',
            'webhook-id': event.id,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': this.#webhook.sign(event.id, at, body),
          },
          body,
          timeoutMs: 5000,
        })
        if (answer.status < 300) return
      } catch (error) {
        // The receiver is away; like any provider, try again later and give up in the end.
        if (!(error instanceof Error)) throw error
      }
      await pause(200 * 2 ** attempt)
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
