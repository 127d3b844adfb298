import { type Call, LoadClient } from '../lib/load.ts'

/** What a system's own word makes a buyer wait at most, in seconds. */
const waitSecondsMax = 60

/**
 * A client that does as it is told: an answer of 429 or 503 with Retry-After is no answer yet, so it waits as long as asked and sends
 * the same call again. Without that header an answer is final. Counts how often it was sent away, and can be told that time is up.
 */
export class PoliteClient extends LoadClient {
  #sentAway = 0
  #over = false
  readonly #asleep = new Set<() => void>()

  /** Answers that said to come back later. */
  get sentAway(): number {
    return this.#sentAway
  }

  /** @throws Error when time is up before there is a final answer */
  override async call(...asked: Parameters<LoadClient['call']>): Promise<Call> {
    for (;;) {
      if (this.#over) throw new Error('time is up')
      const answer = await super.call(...asked)
      const seconds = secondsToWait(answer)
      if (seconds === null) return answer
      this.#sentAway += 1
      if (!this.#over) await this.#sleep(seconds * 1000)
    }
  }

  /** Ends all calls that are under way or waiting to be sent again: they throw. */
  giveUp(): Promise<void> {
    this.#over = true
    for (const wake of this.#asleep) wake()
    return this.destroy()
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#asleep.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#asleep.add(wake)
    })
  }
}

/** Seconds that an answer asks to wait before the same call is sent again; null for an answer that is final. */
export function secondsToWait({ status, headers }: Pick<Call, 'status' | 'headers'>): number | null {
  if (status !== 503 && status !== 429) return null
  const said = headers['retry-after']
  if (typeof said !== 'string') return null
  const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000
  return Number.isNaN(seconds) ? null : Math.min(waitSecondsMax, Math.max(0, seconds))
}
