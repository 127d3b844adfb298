/** Calls that pages of the shop make again and again and that are answered alike to everybody, in both languages. */
const repeated = /^\/api\/store\/(collections|places|delivery-options|availability|products\/[^/?]+)(\?|$)/
/** Of all kept answers together; in memory a letter is about three bytes. */
const mostLetters = 6_000_000

/** `body`: for everybody, so nothing of it can be changed. `asOf`: it is an old one, from when the database was there. */
export type Answered = { status: number; body: unknown; asOf?: string }
export type RawAnswer = { status: number; text: string; asOf?: string }
type Kept = { truth: string; letters: number; answered: Promise<Answered> }
type Places = { text: string; places: unknown }

/**
 * Answers to the calls of the shop's own pages, kept while what they were made of stands, so that neither a menu nor a product is asked
 * for, written out and read again with every page. A failed or outdated one is not kept.
 */
export class SharedAnswers {
  readonly #kept = new Map<string, Kept>()
  #letters = 0
  /** Places fill most of what is said about stock, and are the same for all goods. */
  #places: Places = { text: '', places: [] }

  /**
   * @param truth what the answer depends on beside its address: versions of catalog, places and prices, the minute, figures of stock
   *   where it tells them; undefined when nobody can say, then nothing is kept
   */
  async get(
    { url, truth }: { url: string; truth: string | undefined },
    load: () => Promise<RawAnswer>,
  ): Promise<Answered> {
    if (truth === undefined || !repeated.test(url)) return read(await load())
    const known = this.#kept.get(url)
    if (known?.truth === truth) {
      // Asked for last is thrown away last.
      this.#kept.delete(url)
      this.#kept.set(url, known)
      // What failed for somebody else, or was refused to who may have asked too often, is asked for again.
      const answered = await known.answered.catch(() => undefined)
      return answered && mayKeep(answered) ? answered : read(await load())
    }
    const fresh: Kept = {
      truth,
      letters: 0,
      answered: this.#load(url, load, (letters) => this.#weigh(url, fresh, letters)),
    }
    this.#forget(url)
    this.#kept.set(url, fresh)
    const drop = () => this.#kept.get(url) === fresh && this.#forget(url)
    void fresh.answered.then((answered) => (mayKeep(answered) ? undefined : drop()), drop)
    return fresh.answered
  }

  async #load(url: string, load: () => Promise<RawAnswer>, weigh: (letters: number) => void): Promise<Answered> {
    const raw = await load()
    const answered = read(raw)
    let letters = raw.text.length
    if (url.startsWith('/api/store/availability?') && answered.status === 200)
      letters -= this.#sharePlaces(answered.body as { places: unknown })
    frozen(answered.body)
    weigh(letters)
    return answered
  }

  /** Puts the places that the last answer had in the place of the same ones; how many letters that spares. */
  #sharePlaces(body: { places: unknown }): number {
    const text = JSON.stringify(body.places)
    if (text !== this.#places.text) this.#places = { text, places: body.places }
    else body.places = this.#places.places
    return text.length
  }

  #weigh(url: string, kept: Kept, letters: number): void {
    if (this.#kept.get(url) !== kept) return
    kept.letters = letters
    this.#letters += letters
    for (const oldest of this.#kept.keys()) {
      if (this.#letters <= mostLetters) break
      this.#forget(oldest)
    }
  }

  #forget(url: string): void {
    this.#letters -= this.#kept.get(url)?.letters ?? 0
    this.#kept.delete(url)
  }
}

function mayKeep({ status, asOf }: Answered): boolean {
  return status === 200 && asOf === undefined
}

function read({ text, ...raw }: RawAnswer): Answered {
  return { ...raw, body: text === '' ? null : JSON.parse(text) }
}

/** Nothing in it can be changed any more: a page that tried would fail instead of changing what others are shown. */
function frozen(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const each of Object.values(value)) frozen(each)
}
