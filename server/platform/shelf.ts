/** What the shop window still shows while the database is away: the last good answers of what everybody may read. */

/** One kept answer; `at` is when it was true. */
export type Kept = Readonly<{ body: string; at: Date }>

/** How a route's answers are kept. */
export type ShelfRule = Readonly<{
  /** Characters of all its answers together; the ones unused for longest go first. */
  charsMax: number
  /** Its words or its order depend on the reader's language. */
  byLanguage?: true
  /** Left out of the question when no answer to the whole question is kept: where the reader stands. */
  mayIgnore?: readonly string[]
}>

/** A question to the API: route as registered, address as asked, language of the reader. */
export type Asked = Readonly<{ route: string; url: string; language: string }>

/**
 * Keeps the last good answer of each question to some routes, in memory and within bounds. Each route has a room of its own, so that a
 * thousand odd searches cannot push out the products.
 */
export class Shelf {
  readonly #rules: Readonly<Record<string, ShelfRule>>
  readonly #rooms = new Map<string, { kept: Map<string, Kept>; chars: number }>()

  constructor(rules: Readonly<Record<string, ShelfRule>>) {
    this.#rules = rules
  }

  /** Whether answers of this route are kept at all. */
  keeps(route: string | undefined): boolean {
    return route !== undefined && Object.hasOwn(this.#rules, route)
  }

  put(asked: Asked, body: string, at: Date): void {
    const rule = this.#rules[asked.route]
    if (!rule || body.length > rule.charsMax / 4) return
    const room = this.#rooms.get(asked.route) ?? { kept: new Map<string, Kept>(), chars: 0 }
    this.#rooms.set(asked.route, room)
    const key = keyOf(asked, rule, [])
    room.chars += body.length - (room.kept.get(key)?.body.length ?? 0)
    room.kept.delete(key)
    room.kept.set(key, { body, at })
    for (const [oldest, { body: text }] of room.kept) {
      if (room.chars <= rule.charsMax) break
      room.kept.delete(oldest)
      room.chars -= text.length
    }
  }

  /** The kept answer to this question, or to the same one from no particular place. */
  find(asked: Asked): Kept | undefined {
    const rule = this.#rules[asked.route]
    const room = this.#rooms.get(asked.route)
    if (!rule || !room) return undefined
    return room.kept.get(keyOf(asked, rule, [])) ?? room.kept.get(keyOf(asked, rule, rule.mayIgnore ?? []))
  }

  /** Answers kept now. */
  get size(): number {
    return [...this.#rooms.values()].reduce((sum, { kept }) => sum + kept.size, 0)
  }
}

/** The same question has the same key, whatever the order of its parameters. */
function keyOf({ url, language }: Asked, { byLanguage }: ShelfRule, without: readonly string[]): string {
  const [path = '', search = ''] = url.split('?')
  const parameters = [...new URLSearchParams(search)]
    .filter(([name, value]) => value !== '' && name !== 'lang' && !without.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `${byLanguage ? language : ''} ${path}?${new URLSearchParams(parameters)}`
}
