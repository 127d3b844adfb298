import type { Random } from '../lib/random.ts'

const perName = 40

/** What answers brought along and later calls can name: ids, tokens, codes, versions. */
export class Pool {
  readonly #byField = new Map<string, string[]>()
  readonly #byPrefix = new Map<string, string[]>()

  /** Takes the ids and other short texts out of an answer. */
  harvest(value: unknown, field = ''): void {
    if (Array.isArray(value)) {
      for (const each of value.slice(0, 20)) this.harvest(each, field)
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) this.harvest(each, name)
    } else if (typeof value === 'string' && value.length >= 2 && value.length <= 120) {
      const prefix = /^([a-z]{3})_[0-9A-Za-z]+$/.exec(value)?.[1]
      if (prefix) keep(this.#byPrefix, prefix, value)
      if (field !== '' && field !== 'detail' && field !== 'title') keep(this.#byField, field, value)
    }
  }

  /** A text that stood in a field of this name, or an id of some thing of this kind. */
  forField(name: string, random: Random): string | undefined {
    const found = this.#byField.get(name)
    return found ? random.pick(found) : undefined
  }

  ofPrefix(prefix: string, random: Random): string | undefined {
    const found = this.#byPrefix.get(prefix)
    return found ? random.pick(found) : undefined
  }

  anyId(random: Random): string | undefined {
    return this.#byPrefix.size === 0 ? undefined : random.pick(random.pick([...this.#byPrefix.values()]))
  }
}

function keep(map: Map<string, string[]>, name: string, value: string): void {
  const list = map.get(name) ?? []
  map.set(name, list)
  if (list.includes(value)) return
  list.push(value)
  if (list.length > perName) list.shift()
}
