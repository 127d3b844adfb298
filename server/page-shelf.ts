/** What of a thing on the shelf is counted, in bytes. */
type Weighed = { readonly weight: number }

/** Of the room, this share is for what was asked for again. */
const shareOfAgain = 0.8
/** Key, entry and what else JavaScript needs for a thing on the shelf, in bytes. */
const overhead = 600

/**
 * Things by key within so many bytes. What was asked for once stands apart from what was asked for again and is thrown away first, so
 * that a robot that looks at everything once, or a campaign whose every link is another, does not throw out what everybody visits.
 */
export class PageShelf<T extends Weighed> {
  readonly #once = new Map<string, T>()
  readonly #again = new Map<string, T>()
  readonly #mostBytes: number
  readonly #isOutdated: (thing: T) => boolean
  #onceBytes = 0
  #againBytes = 0

  /** @param isOutdated of no use any more as it is: thrown away before anything else that has not been asked for as long */
  constructor(mostBytes: number, isOutdated: (thing: T) => boolean = () => false) {
    this.#mostBytes = mostBytes
    this.#isOutdated = isOutdated
  }

  get size(): number {
    return this.#once.size + this.#again.size
  }
  get bytes(): number {
    return this.#onceBytes + this.#againBytes
  }

  /** The thing of this name, which has now been asked for again. */
  get(key: string): T | undefined {
    const known = this.#again.get(key) ?? this.#once.get(key)
    if (known === undefined) return undefined
    this.#remove(key)
    this.#again.set(key, known)
    this.#againBytes += weightOf(known)
    this.#tidy()
    return known
  }

  /** Puts a thing in its place: of one that is here already the new one takes over the place. */
  put(key: string, thing: T): void {
    const wasAsked = this.#again.has(key)
    this.#remove(key)
    if (wasAsked) {
      this.#again.set(key, thing)
      this.#againBytes += weightOf(thing)
    } else {
      this.#once.set(key, thing)
      this.#onceBytes += weightOf(thing)
    }
    this.#tidy()
  }

  /** The thing has become heavier or lighter by so many bytes; nothing happens when it is not here any more. */
  weighs(key: string, thing: T, change: number): void {
    if (this.#again.get(key) === thing) this.#againBytes += change
    else if (this.#once.get(key) === thing) this.#onceBytes += change
    this.#tidy()
  }

  #remove(key: string): void {
    const again = this.#again.get(key)
    if (again && this.#again.delete(key)) this.#againBytes -= weightOf(again)
    const once = this.#once.get(key)
    if (once && this.#once.delete(key)) this.#onceBytes -= weightOf(once)
  }

  #tidy(): void {
    // What has not been asked for longest goes back among the others, where it has one more chance.
    for (const [key, thing] of this.#again) {
      if (this.#againBytes <= this.#mostBytes * shareOfAgain) break
      this.#remove(key)
      this.#once.set(key, thing)
      this.#onceBytes += weightOf(thing)
    }
    for (const [key, thing] of this.#again) {
      if (this.bytes <= this.#mostBytes || !this.#isOutdated(thing)) break
      this.#remove(key)
    }
    for (const key of this.#once.keys()) {
      if (this.bytes <= this.#mostBytes) break
      this.#remove(key)
    }
  }
}

function weightOf({ weight }: Weighed): number {
  return weight + overhead
}
