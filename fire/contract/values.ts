import type { Random } from '../lib/random.ts'
import type { Schema } from './document.ts'
import type { Pool } from './pool.ts'

/** Texts that pass the patterns of the contract; the first that fits is taken. */
const samples = [
  'a@example.com', '46001', 'ES', 'EUR', 'es', '+34611222333', '611222333', '2026-11-20T09:00:00.000Z', '2026-11-20', '10:30',
  'Europe/Madrid', 'https://a.example/h', 'x', 'ord_sample1', 'VLC', 'abc', '39.47,-0.38', '000000', 'A1', 'lino-y-sal', '#aabbcc',
] // biome-ignore format: a table of texts
/** Texts that programs stumble over. */
export const oddTexts = [
  '', ' ', '\u0000', 'a\u0000b', '\ud800', 'a\udc00', '\u202e', '%', '%00', "'", '"', "'; drop table orders.cart; --", '\\', '../../etc/passwd',
  '__proto__', 'constructor', 'null', 'NaN', '-0', '1e999', '9'.repeat(400), 'x'.repeat(300), 'ñ'.repeat(5000), '👩‍👩‍👧', '=1+1', '<script>',
  '0000-00-00', '2026-02-30', '9999-12-31T23:59:59Z', '-271821-04-20T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', '2026-11-20T09:00:00+99:99',
  'ord_', 'ord_zzzzzzzzzzzzzzzzzzzzzzzzzz', 'https://[::1]:99999/', 'javascript:alert(1)', '(a+)+$', '&'.repeat(200), '| !', 'a:*', '{}', '[]',
] // biome-ignore format: a table of texts
export const oddValues: readonly unknown[] = [
  null, true, false, 0, -1, 1, 1.5, -0, 1e308, 2 ** 31, 2 ** 31 - 1, 2 ** 53, -(2 ** 53), 2 ** 63, 99_999_999_999, [], {}, [[]], [null], [{}],
  ...oddTexts,
] // biome-ignore format: a table of values

/** Makes values for schemas: fitting ones, with what `pool` knows, and such as nobody should send. */
export class Values {
  readonly #random: Random
  readonly #pool: Pool
  constructor(random: Random, pool: Pool) {
    this.#random = random
    this.#pool = pool
  }

  /** A value that the schema allows, as far as its rules can be read. `name` is the field's. */
  fitting(schema: Schema, name: string, depth = 0): unknown {
    const random = this.#random
    const choices = schema.oneOf ?? schema.anyOf
    if (choices && choices.length > 0) return this.fitting(random.pick(choices), name, depth)
    if (schema.const !== undefined) return schema.const
    if (schema.enum && schema.enum.length > 0) return random.pick(schema.enum)
    const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type
    switch (type) {
      case 'object':
        return this.#object(schema, depth)
      case 'array': {
        if (schema.prefixItems) return schema.prefixItems.map((each) => this.fitting(each, name, depth + 1))
        const low = schema.minItems ?? 0
        const length = random.whole(low, Math.max(low, Math.min(schema.maxItems ?? 3, depth > 4 ? low : 3)))
        return Array.from({ length }, () => this.fitting(schema.items ?? {}, name.replace(/s$/, ''), depth + 1))
      }
      case 'integer':
      case 'number':
        return this.#number(schema)
      case 'boolean':
        return random.chance(0.5)
      case 'null':
        return null
      case 'string':
        return this.#text(schema, name)
      default:
        return random.pick(['x', 1, null, { es: 'x', en: 'x' }])
    }
  }

  /** The value with one thing about it changed: replaced, taken away, doubled or added, anywhere in it. */
  broken(value: unknown): unknown {
    const random = this.#random
    if (random.chance(0.15) || typeof value !== 'object' || value === null) return random.pick(oddValues)
    if (Array.isArray(value)) {
      const list: unknown[] = [...value]
      const at = random.whole(0, Math.max(0, list.length - 1))
      const how = random.whole(0, 4)
      if (how === 0) list.push(random.pick(oddValues))
      else if (how === 1) list.splice(at, 1)
      else if (how === 2 && list.length > 0) list.push(...Array.from({ length: 300 }, () => list[0]))
      else list[at] = this.broken(list[at])
      return list
    }
    const entries = Object.entries(value)
    const how = random.whole(0, 6)
    if (how === 0 || entries.length === 0)
      return { ...value, [random.pick(['extra', '__proto_', 'id', 'a\u0000', 'isAdmin'])]: random.pick(oddValues) }
    const [name] = random.pick(entries)
    if (how === 1) return Object.fromEntries(entries.filter(([each]) => each !== name))
    return Object.fromEntries(entries.map(([each, inner]) => [each, each === name ? this.broken(inner) : inner]))
  }

  #object({ properties = {}, required = [], additionalProperties, propertyNames }: Schema, depth: number): unknown {
    const random = this.#random
    const share = depth > 4 ? 0 : random.pick([0, 0.5, 1])
    const fields = Object.entries(properties).filter(([name]) => required.includes(name) || random.chance(share))
    const made = fields.map(([name, schema]): [string, unknown] => [name, this.fitting(schema, name, depth + 1)])
    if (typeof additionalProperties === 'object' && random.chance(0.7)) {
      const name = propertyNames
        ? String(this.fitting(propertyNames, 'key', depth + 1))
        : random.pick(['color', 'es', 'web'])
      made.push([name, this.fitting(additionalProperties, name, depth + 1)])
    }
    return Object.fromEntries(made)
  }

  #number({ minimum, maximum, type }: Schema): number {
    const random = this.#random
    const low = Math.max(minimum ?? -100, -Number.MAX_SAFE_INTEGER)
    const high = Math.min(maximum ?? 1_000_000, Number.MAX_SAFE_INTEGER)
    const value = random.pick([
      low,
      high,
      Math.min(high, Math.max(low, 1)),
      random.whole(low, Math.min(high, low + 2000)),
    ])
    return type === 'number' && random.chance(0.3) ? value + 0.5 : value
  }

  #text({ pattern, format, minLength = 0, maxLength = 200 }: Schema, name: string): string {
    const random = this.#random
    const known = random.chance(0.8) ? this.#known(name) : undefined
    const rule = pattern === undefined ? undefined : new RegExp(pattern, 'u')
    const fits = (text: string) => text.length >= minLength && text.length <= maxLength && (rule?.test(text) ?? true)
    if (known !== undefined && fits(known)) return known
    const isDate = format === 'date' || format === 'date-time'
    if (isDate) {
      const date = new Date(
        Date.UTC(random.pick([1, 1970, 2025, 2026, 2027, 9999]), random.whole(0, 11), random.whole(1, 28)),
      )
      return format === 'date' ? date.toISOString().slice(-24, -14) : date.toISOString()
    }
    const fitting = samples.filter(fits)
    if (rule && fitting.length > 0) return random.pick(fitting)
    const odd = oddTexts.filter((text) => fits(text))
    if (odd.length > 0 && random.chance(0.3)) return random.pick(odd)
    return random.pick(fitting.length > 0 ? fitting : ['x'.repeat(Math.max(minLength, 1))])
  }

  #known(name: string): string | undefined {
    const random = this.#random
    const kind = /^(.*)(Id|Ids)$/.exec(name)?.[1]
    return (
      this.#pool.forField(name, random) ??
      (kind ? this.#pool.ofPrefix(prefixOf[kind] ?? kind.slice(0, 3).toLowerCase(), random) : undefined)
    )
  }
}

/** Kinds of things whose field names do not begin as their ids do. */
const prefixOf: Readonly<Record<string, string>> = {
  variant: 'var', product: 'prd', person: 'per', otherPerson: 'per', location: 'loc', fromLocation: 'loc', toLocation: 'loc', order: 'ord',
  orderLine: 'oli', cart: 'crt', giftVariant: 'var', member: 'mbr',
} // biome-ignore format: a table
