import type { Random } from '../lib/random.ts'
import type { Operation } from './document.ts'
import type { Pool } from './pool.ts'
import { oddTexts, oddValues, type Values } from './values.ts'

/** A call as it goes over the wire. `sure`: one that was answered well, of which others are made by changing it. */
export type Call = {
  operation: Operation
  url: string
  headers: Record<string, string>
  body: string | Buffer | undefined
  /** The parsed body, for changing it. */
  json: unknown
}

/** Makes calls out of the document and out of calls that went well. */
export class CallMaker {
  readonly #random: Random
  readonly #values: Values
  readonly #pool: Pool
  /** Which kinds of ids a parameter was given when it was known. */
  readonly #learnt = new Map<string, Set<string>>()
  constructor(random: Random, values: Values, pool: Pool) {
    this.#random = random
    this.#values = values
    this.#pool = pool
  }

  /** A call whose every part the document allows. */
  fitting(operation: Operation): Call {
    const random = this.#random
    const query = operation.parameters
      .filter((parameter) => parameter.in === 'query' && (parameter.required || random.chance(0.4)))
      .map(({ name, schema }): [string, string] => [name, String(this.#values.fitting(schema, name))])
    const url = this.#address(operation, query)
    const [[type, schema] = []] = Object.entries(operation.bodies)
    if (type === undefined || schema === undefined)
      return { operation, url, headers: {}, body: undefined, json: undefined }
    if (type.startsWith('multipart'))
      return { operation, url, ...form(schema.properties ?? {}, random), json: undefined }
    const json = this.#values.fitting(schema, 'body')
    return { operation, url, ...asJson(json), json }
  }

  /** One thing about the call is changed: body, address, headers or form. */
  broken(call: Call): Call {
    const random = this.#random
    const how = random.whole(0, 9)
    if (how <= 5 && call.json !== undefined) {
      const json = random.chance(0.5)
        ? this.#values.broken(call.json)
        : this.#values.broken(this.#values.broken(call.json))
      return { ...call, ...asJson(json), headers: { ...call.headers, 'content-type': 'application/json' }, json }
    }
    if (how <= 7) return { ...call, url: this.#brokenAddress(call) }
    if (how === 8) return { ...call, headers: { ...call.headers, ...random.pick(oddHeaders) } }
    return { ...call, body: random.pick(oddBodies), headers: { ...call.headers, 'content-type': random.pick(kinds) } }
  }

  /** Notes which ids its parameters took, since it went well. */
  learn({ operation, url }: Call): void {
    const parts = (url.split('?')[0] ?? '').split('/')
    operation.path.split('/').forEach((part, at) => {
      const prefix = /^([a-z]{3})_/.exec(decodeURIComponent(parts[at] ?? ''))?.[1]
      if (!part.startsWith('{') || prefix === undefined) return
      const known = this.#learnt.get(`${operation.path} ${part}`) ?? new Set()
      this.#learnt.set(`${operation.path} ${part}`, known.add(prefix))
    })
  }

  #address({ path }: Operation, query: [string, string][]): string {
    const filled = path.replaceAll(/\{(\w+)\}/g, (part, name: string) =>
      encodeURIComponent(this.#parameter(path, part, name)),
    )
    const search = new URLSearchParams(query)
    return search.size === 0 ? filled : `${filled}?${search}`
  }

  #parameter(path: string, part: string, name: string): string {
    const random = this.#random
    const learnt = this.#learnt.get(`${path} ${part}`)
    const known =
      learnt && random.chance(0.75)
        ? this.#pool.ofPrefix(random.pick([...learnt]), random)
        : name === 'id'
          ? this.#pool.anyId(random)
          : (this.#pool.forField(name, random) ?? this.#pool.anyId(random))
    const text = known !== undefined && random.chance(0.95) ? known : random.pick(oddTexts)
    return wellFormed(text) || 'x'
  }

  #brokenAddress({ url, operation }: Call): string {
    const random = this.#random
    const [path = '', search = ''] = url.split('?')
    const query = new URLSearchParams(search)
    const names = operation.parameters.flatMap((parameter) => (parameter.in === 'query' ? parameter.name : []))
    const odd = wellFormed(String(random.pick(oddValues)))
    const how = random.whole(0, 4)
    if (how === 0 || names.length === 0) {
      const parts = path.split('/')
      const at = random.whole(2, Math.max(2, parts.length - 1))
      parts[at] = encodeURIComponent(odd) || '%20'
      return parts.join('/')
    }
    const name = random.pick(names)
    if (how === 1) query.append(name, odd)
    else if (how === 2) query.append(`${name}[]`, odd)
    else query.set(name, odd)
    return `${path}?${query}`
  }
}

function asJson(json: unknown): { headers: Record<string, string>; body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json ?? null) }
}

/** Half of a pair of code units can stand in JSON, not in an address. */
function wellFormed(text: string): string {
  return text.toWellFormed().slice(0, 900)
}

const oddHeaders: readonly Record<string, string>[] = [
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'idempotency-key': '\u00ff%00' },
  { 'idempotency-key': 'same' },
  { 'accept-language': '*;q=x' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=utf-7' },
  { 'content-type': 'multipart/form-data' },
  { 'if-match': 'x' },
  { 'last-event-id': '99999999999999999999' },
  { 'x-cart-token': 'x'.repeat(500) },
  { cookie: 'hilo_staff=%ff; hilo_lang=xx; =; hilo_customer=' },
  { authorization: 'Bearer x' },
  { authorization: 'Basic x' },
  { 'x-forwarded-for': 'nobody, 1.2.3.4' },
  { accept: 'text/csv' },
]
const oddBodies = [
  '',
  '{',
  '[1,',
  'null',
  '"text"',
  '0',
  '{"a":1}}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  '{"__proto__":{"a":1}}',
  '\u0000',
  'a=b&a=c',
]
const kinds = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  '',
]

function form(fields: Record<string, unknown>, random: Random): { headers: Record<string, string>; body: Buffer } {
  const boundary = 'fireboundary'
  const parts = Object.keys(fields).map((name) => {
    if (name === 'file') {
      const content = random.pick([
        'sku,title\nA,B\n',
        '',
        '\u0000\u0001',
        '{"products":[]}',
        'sku;stock\nX;1',
        '\ufeffa,b\n"',
        '{',
      ])
      return `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${random.pick(['a.csv', 'a.json', '../x', 'ñ.png'])}"\r\ncontent-type: text/csv\r\n\r\n${content}\r\n`
    }
    const value = random.pick(['products', 'stock', 'customers', 'orders', 'csv', 'shopify', 'hilo', ...oddTexts])
    return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  })
  const kept = parts.filter(() => random.chance(0.95))
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.from(`${kept.join('')}--${boundary}--\r\n`),
  }
}
