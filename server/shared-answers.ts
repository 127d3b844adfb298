/** Calls that nearly every page of the shop makes and that are answered alike to everybody. */
const repeated = /^\/api\/store\/(collections|places|delivery-options)(\?|$)/
const mostKept = 500

/** `asOf`: the answer is an old one, from when the database was there. */
export type Answered = { status: number; body: string; asOf?: string }

/**
 * Answers to the calls of the shop's own pages, kept while versions of catalog, places and prices and the minute stand, so that a menu
 * is not asked for with every page. A failed or outdated one is not kept.
 */
export class SharedAnswers {
  #versions = ''
  #kept = new Map<string, Promise<Answered>>()

  /**
   * @param name language and address of the call
   * @param versions those of the page; null when nobody can say, then nothing is kept
   */
  async get(
    { name, url, versions }: { name: string; url: string; versions: string | null },
    load: () => Promise<Answered>,
  ): Promise<Answered> {
    if (versions === null || !repeated.test(url)) return load()
    if (versions !== this.#versions || this.#kept.size >= mostKept) {
      this.#versions = versions
      this.#kept = new Map()
    }
    const kept = this.#kept
    const known = kept.get(name)
    if (known) return known
    const answered = load()
    kept.set(name, answered)
    const forget = () => kept.delete(name)
    void answered.then(({ status, asOf }) => (status === 200 && asOf === undefined ? undefined : forget()), forget)
    return answered
  }
}
