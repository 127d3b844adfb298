import { seeded } from '../../connectors/payment-simulator/random.ts'
import { type SheddingClass, sheddingClasses } from '../shed-classes.ts'
import { LoadControl } from '../shed-control.ts'

/** Requests a second of each class. */
export type Load = Partial<Record<SheddingClass, number>>
export type Phase = { seconds: number /** Requests a second. */; load: Load }
/** What became of a class: how many were served and refused, and how long each one served took, in milliseconds. */
export type Seen = { served: number; refused: number; ms: number[] }
type Options = { seed?: number; sheds?: boolean; slice?: number; slices?: number; refusalMs?: number; pauseMs?: number }

/**
 * A process as queueing theory sees it: one line of slices of work, first come first served, with pauses in between in which the
 * database has the request. A request is five slices of 0.2 ms, so a thousand a second are all that can be done; refusing costs
 * 0.02 ms of the same process. Time is a number that is counted forward.
 */
export class LoadModel {
  readonly control = new LoadControl()
  readonly seen: Record<SheddingClass, Seen>
  #now = 0
  #freeAt = 0
  readonly #random: () => number
  readonly #options: Required<Options>
  readonly #events: { at: number; run: () => void }[] = []
  #askedAt: number | undefined
  #answeredMs = 0
  #looks = 0
  #lastLook = 0

  constructor({ seed = 1, sheds = true, slice = 0.2, slices = 5, refusalMs = 0.02, pauseMs = 1 }: Options = {}) {
    this.#options = { seed, sheds, slice, slices, refusalMs, pauseMs }
    this.#random = seeded(seed)
    this.seen = Object.fromEntries(sheddingClasses.map((of) => [of, { served: 0, refused: 0, ms: [] }])) as never
    this.#lookSoon()
  }

  play({ seconds, load }: Phase): Record<SheddingClass, Seen> {
    for (const of of sheddingClasses) this.seen[of] = { served: 0, refused: 0, ms: [] }
    const end = this.#now + seconds * 1000
    for (const [of, perSecond] of Object.entries(load) as [SheddingClass, number][]) {
      const next = () => {
        const at = this.#now - (1000 / perSecond) * Math.log(1 - this.#random())
        if (at < end)
          this.#at(at, () => {
            this.#arrive(of)
            next()
          })
      }
      next()
    }
    while (this.#events[0] !== undefined && this.#events[0].at <= end) {
      const event = this.#pop()
      this.#now = event.at
      event.run()
    }
    this.#now = end
    return this.seen
  }

  /** Somebody blocks the process, as a large file to be read does. */
  block(ms: number): void {
    this.#freeAt = Math.max(this.#freeAt, this.#now) + ms
  }

  /** Requests that wait for something outside for so long, a payment provider, say: they come in and take no work meanwhile. */
  hold(of: SheddingClass, { count, ms }: { count: number; ms: number }): number {
    let held = 0
    for (let i = 0; i < count; i++) {
      if (!this.control.hasRoom(of)) continue
      held += 1
      const round = this.control.enter()
      this.#later(ms, () => this.control.leave(round))
    }
    return held
  }

  #arrive(of: SheddingClass): void {
    const { sheds, refusalMs } = this.#options
    const came = this.#now
    // Being heard is work, too: who comes while the process is busy is only then let in or refused.
    this.#work(refusalMs, () => {
      if (sheds && !this.control.hasRoom(of)) {
        this.seen[of].refused += 1
        return
      }
      const round = this.control.enter()
      this.#travel(this.#options.slices, () => {
        this.control.leave(round)
        this.seen[of].served += 1
        this.seen[of].ms.push(this.#now - came)
      })
    })
  }

  #travel(slices: number, done: () => void): void {
    this.#work(this.#options.slice, () => {
      if (slices === 1) done()
      else this.#later(this.#options.pauseMs, () => this.#travel(slices - 1, done))
    })
  }

  #work(ms: number, done: () => void): void {
    this.#freeAt = Math.max(this.#freeAt, this.#now) + ms
    this.#at(this.#freeAt, done)
  }

  /** Looking waits for its turn like everything that the process does. */
  #lookSoon(): void {
    this.#later(100, () => this.#work(0.02, () => this.#look()))
  }

  #look(): void {
    const late = this.#now - this.#lastLook - 100
    const asking = this.#askedAt === undefined ? 0 : this.#now - this.#askedAt
    this.#lastLook = this.#now
    this.control.heed(Math.max(late, asking, this.#answeredMs))
    this.#answeredMs = 0
    if (this.#askedAt === undefined) {
      const asked = this.#now
      this.#askedAt = asked
      this.#later(this.#options.pauseMs, () =>
        this.#work(0.02, () => {
          this.#answeredMs = this.#now - asked
          this.#askedAt = undefined
        }),
      )
    }
    if (++this.#looks % 10 === 0) this.control.turn()
    this.#lookSoon()
  }

  #later(ms: number, run: () => void): void {
    this.#at(this.#now + ms, run)
  }

  #at(at: number, run: () => void): void {
    let low = this.#events.length
    this.#events.push({ at, run })
    while (low > 0) {
      const up = (low - 1) >> 1
      if ((this.#events[up] as { at: number }).at <= at) break
      ;[this.#events[low], this.#events[up]] = [this.#events[up] as never, this.#events[low] as never]
      low = up
    }
  }

  #pop(): { at: number; run: () => void } {
    const heap = this.#events
    const first = heap[0] as { at: number; run: () => void }
    const last = heap.pop() as { at: number; run: () => void }
    if (heap.length === 0) return first
    heap[0] = last
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      const right = left + 1
      let least = at
      for (const child of [left, right])
        if (child < heap.length && (heap[child] as { at: number }).at < (heap[least] as { at: number }).at)
          least = child
      if (least === at) return first
      ;[heap[at], heap[least]] = [heap[least] as never, heap[at] as never]
      at = least
    }
  }
}
