/** Lets so much work in at a time; a certain number waits its turn, whoever comes beyond that is turned away at once. */
export class Gate {
  readonly #atOnce: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }) {
    this.#atOnce = atOnce
    this.#waitingMax = waitingMax
  }

  /** Whoever comes now has to wait. */
  get isFull(): boolean {
    return this.#inside >= this.#atOnce
  }

  /**
   * Does the work when its turn comes, first come, first served; it is told whether it had to wait.
   * @param full makes the error for whom there is no place to wait
   */
  async pass<T>(work: (turn: { waited: boolean }) => Promise<T>, full: () => Error): Promise<T> {
    const waited = this.isFull
    if (waited) {
      if (this.#waiting.length >= this.#waitingMax) throw full()
      // Whoever leaves hands the place over, so the count stays.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#inside += 1
    try {
      return await work({ waited })
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#inside -= 1
    }
  }
}
