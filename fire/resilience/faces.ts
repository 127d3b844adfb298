import { randomUUID } from 'node:crypto'
import { address } from '../lib/shopper.ts'
import type { World } from '../lib/world.ts'
import { type FaceName, faces, type Seen } from './matrix.ts'

type Call = { method?: 'GET' | 'POST'; path: string; body?: object; headers?: Record<string, string> }
type Heard = { status: number; ms: number; headers: Headers; text: string; json: Record<string, unknown> }

/** Longer than any cell allows: who waits so long has been left hanging. */
const hangMs = 40_000

/** One caller per face: what a shopper, a cashier and a member of staff do there. Each knows what it opened before the fault. */
export class Faces {
  readonly #base: string
  readonly #world: World
  /** Whether the shop's pages are built; else browsing is looked at through the API only. */
  readonly hasPages: boolean
  #cart = { id: '', token: '', totalMinor: 0 }
  #tillTotalMinor = 0
  /** Payment of an order that waits for its provider. */
  #held: string | undefined

  constructor(base: string, world: World, hasPages: boolean) {
    this.#base = base
    this.#world = world
    this.hasPages = hasPages
  }

  /** Before a fault: everything works, a basket is open, and what is asked later has been asked once. */
  async prepare(): Promise<void> {
    const body = {
      lines: this.#lines,
      contact: { name: 'Ana Prat', email: 'ana@example.com', phone: '' },
      delivery: this.#delivery,
    }
    const { json } = await this.#call({ method: 'POST', path: '/api/store/carts', body })
    this.#cart = { id: String(json['id']), token: String(json['token']), totalMinor: Number(json['totalMinor']) }
    const till = await this.#call(this.#tillCart())
    this.#tillTotalMinor = Number(till.json['totalMinor'])
    for (const path of this.#browsed) await this.#call({ path })
    await this.#call({ path: this.#searched })
  }

  /** Time of a call that stands on nothing but the process itself, made beside the last look: how busy the machine was. */
  controlMs = 0

  /** All faces at once, as on any day. */
  async look(): Promise<Record<FaceName, Seen>> {
    const control = this.#call({ path: '/api/problems/platform.unavailable' })
    const seen = await Promise.all(faces.map((face) => this.one(face)))
    this.controlMs = (await control).ms
    return Object.fromEntries(faces.map((face, at) => [face, seen[at]])) as Record<FaceName, Seen>
  }

  async one(face: FaceName): Promise<Seen> {
    switch (face) {
      case 'browse':
        return worst(await Promise.all(this.#browsed.map((path) => this.#seen({ path }))))
      case 'search':
        return this.#seen({ path: this.#searched })
      case 'cart': {
        const headers = { 'x-cart-token': this.#cart.token }
        const [line] = this.#lines
        return this.#seen(
          { method: 'POST', path: `/api/store/carts/${this.#cart.id}/coupons`, body: { code: 'NADA' }, headers },
          [409, 422, 404],
        ).then(async (seen) =>
          seen.status < 300 ? this.#seen({ method: 'POST', path: '/api/store/carts', body: { lines: [line] } }) : seen,
        )
      }
      case 'checkout':
        return this.#checkout()
      case 'till':
        return this.#sale()
      case 'console':
        return this.#seen({ path: '/api/admin/orders', headers: this.#staff })
      default: {
        const never: never = face
        return never
      }
    }
  }

  get #lines() {
    return [{ variantId: this.#world.variantIds[0] ?? '', units: 1 }]
  }
  get #delivery() {
    return { kind: 'delivery', address }
  }
  get #staff() {
    return { cookie: this.#world.staffCookie }
  }
  get #browsed(): string[] {
    const api = [
      '/api/store/products/producto-1',
      `/api/store/availability?variants=${this.#world.variantIds[0] ?? ''}`,
    ]
    return this.hasPages ? ['/', '/en', '/products/producto-1', ...api] : api
  }
  get #searched(): string {
    return '/api/store/search?q=producto'
  }
  #tillCart(): Call {
    const body = { locationId: this.#world.locationIds[1] ?? '', lines: this.#lines }
    return { method: 'POST', path: '/api/pos/carts', body, headers: this.#staff }
  }

  /** A whole purchase: a basket of its own, placed and paid by card. */
  async #checkout(): Promise<Seen> {
    const contact = { name: 'Ana Prat', email: 'ana@example.com', phone: '' }
    const opened = await this.#heard({
      method: 'POST',
      path: '/api/store/carts',
      body: { lines: this.#lines, contact, delivery: this.#delivery },
    })
    if (opened.es.status !== 201) {
      // The basket from before the fault is paid instead: the decisive call itself is looked at.
      return this.#seen({
        method: 'POST',
        path: `/api/store/carts/${this.#cart.id}/place`,
        body: { expectedTotalMinor: this.#cart.totalMinor, payment: { cardToken: 'tok_ok' } },
        headers: { 'x-cart-token': this.#cart.token },
      })
    }
    const { id, token, totalMinor } = opened.es.json as { id: string; token: string; totalMinor: number }
    const { es: placed, en } = await this.#heard({
      method: 'POST',
      path: `/api/store/carts/${id}/place`,
      body: { expectedTotalMinor: totalMinor, payment: { cardToken: 'tok_ok' } },
      headers: { 'x-cart-token': token },
    })
    const seen = toSeen(placed, en)
    const ms = opened.es.ms + seen.ms
    const { status, paymentId } = placed.json as { status?: string; paymentId?: string }
    if (placed.status >= 300 || status === 'placed') return { ...seen, ms }
    this.#held = paymentId
    return { ...seen, ms, note: status === 'checking' ? 'waits' : String(status) }
  }

  /** Whether it is known by now what became of the payment that was held: paid and placed, or that nothing was charged. */
  async isHeldPaymentKnown(): Promise<boolean> {
    if (this.#held === undefined) return true
    const { status, json } = await this.#call({
      method: 'POST',
      path: `/api/store/payments/${this.#held}/confirm`,
      body: {},
    })
    return status < 500 && json['status'] !== 'checking'
  }

  /** A sale at the counter, paid in cash. */
  async #sale(): Promise<Seen> {
    const opened = await this.#heard(this.#tillCart())
    if (opened.es.status !== 201) return toSeen(opened.es, opened.en)
    const totalMinor = this.#tillTotalMinor
    const { es: paid, en } = await this.#heard({
      method: 'POST',
      path: `/api/pos/carts/${String(opened.es.json['id'])}/place`,
      body: { expectedTotalMinor: totalMinor, tenders: [{ method: 'cash', amountMinor: totalMinor }] },
      headers: this.#staff,
    })
    return { ...toSeen(paid, en), ms: opened.es.ms + paid.ms }
  }

  /** The call in Spanish and, when it was refused, in English. A refusal among `asAlways` is what this call is answered on any day. */
  async #seen(call: Call, asAlways: readonly number[] = []): Promise<Seen> {
    const { es, en } = await this.#heard(call)
    const seen = toSeen(es, en)
    return asAlways.includes(seen.status) ? { ...seen, status: 200 } : seen
  }

  async #heard(call: Call): Promise<{ es: Heard; en: Heard }> {
    const es = await this.#call(call, 'es')
    if (es.status < 500) return { es, en: es }
    const en = await this.#call(call, 'en')
    // It came back between the two.
    return en.status < 500 ? { es: en, en } : { es, en }
  }

  async #call({ method = 'GET', path, body, headers }: Call, language = 'es'): Promise<Heard> {
    const begun = performance.now()
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        'accept-language': language,
        accept: path.startsWith('/api/') ? 'application/json' : 'text/html',
        ...(method === 'POST' ? { 'idempotency-key': randomUUID(), 'content-type': 'application/json' } : {}),
        ...headers,
        // Staff are spoken to in their own language unless they choose another one, which is what this cookie says.
        cookie: [headers?.['cookie'], `hilo_lang=${language}`].filter(Boolean).join('; '),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(hangMs),
    })
    const text = await response.text()
    const ms = performance.now() - begun
    const isJson = (response.headers.get('content-type') ?? '').includes('json')
    return {
      status: response.status,
      ms,
      headers: response.headers,
      text,
      json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    }
  }
}

function toSeen(es: Heard, en: Heard): Seen {
  const words = ({ json, text }: Heard) =>
    typeof json['title'] === 'string' ? json['title'] : (/<h1[^>]*>([^<]+)/.exec(text)?.[1] ?? '')
  // A page says in a sentence what an answer of the API says in a header.
  const asOfPage = /data-part="as-of"[^>]*>.*?(\d{1,2}:\d\d)/s.exec(es.text)?.[1]
  return {
    status: es.status,
    ms: Math.max(es.ms, en.ms),
    asOf: es.headers.get('hilo-as-of') ?? asOfPage,
    retryAfter: es.headers.get('retry-after') ?? undefined,
    sentences: [words(es), words(en)],
  }
}

/** Of several calls the one that fared worst: refused before kept before fine. The time is the longest of all. */
function worst(all: readonly Seen[]): Seen {
  const ms = Math.max(...all.map((each) => each.ms))
  const failed = all.find(({ status }) => status >= 300)
  const isMixed = all.some(({ asOf }) => asOf !== undefined) && all.some(({ asOf }) => asOf === undefined)
  const shown = failed ?? (isMixed ? { ...(all[0] as Seen), note: 'partly kept' } : (all[0] as Seen))
  return { ...shown, ms }
}
