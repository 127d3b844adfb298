import { randomUUID } from 'node:crypto'
import type { AvailabilityAnswer, Cart, LoginStep, Order, PlaceAnswer } from '@hilo/contract'
import { type Client, createClient } from '@hilo/contract/client'
import { systemClock } from '../server/platform/clock.ts'
import { sql } from '../server/platform/sql.ts'
import { createApiKey } from '../server/staff/index.ts'
import type { RunningHilo } from './harness.ts'

/** fetch with a cookie jar of its own: one device. */
export function device(url: string, headers: Record<string, string> = {}): Client {
  const jar = new Map<string, string>()
  const send: typeof fetch = async (input, init) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(input, {
      ...init,
      headers: { ...(init?.headers as Record<string, string>), ...headers, ...(cookie ? { cookie } : {}) },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
  return createClient({ baseUrl: url, fetch: send, newKey: randomUUID })
}

const password = 'una-frase-larga-de-prueba'

/** Signs somebody of the demo's staff in: one-time password first, then their own. */
export async function staffDevice(
  hilo: RunningHilo,
  role: 'owner' | 'manager' | 'counter' | 'service' | 'stock',
): Promise<Client> {
  const login = hilo.staff.find((member) => member.role === role)
  if (!login) throw new Error(`the demo has nobody with the role ${role}`)
  const client = device(hilo.url)
  const own = await client.post<LoginStep>('/api/staff/login', { email: login.email, password }).catch(() => undefined)
  if (own?.step === 'done') return client
  const first = await client.post<LoginStep>('/api/staff/login', {
    email: login.email,
    password: login.oneTimePassword,
  })
  if (first.step === 'new_password') await client.post<LoginStep>('/api/staff/login/password', { password })
  return client
}

/** A new API key of a channel. */
export async function apiKey(hilo: RunningHilo, channelId: string, scopes: string[]): Promise<string> {
  const { key } = await hilo.db.transaction((tx) =>
    createApiKey(tx, systemClock, { kind: 'system', name: 'e2e' }, { name: 'e2e', channelId, scopes }),
  )
  return key
}

/** Software with an API key of a channel. */
export async function keyDevice(hilo: RunningHilo, channelId: string, scopes: string[]): Promise<Client> {
  return device(hilo.url, { authorization: `Bearer ${await apiKey(hilo, channelId, scopes)}` })
}

export const home = {
  name: 'Ana Prat',
  line1: 'Calle de la Paz 4',
  line2: '',
  postalCode: '46003',
  city: 'València',
  province: 'Valencia',
  country: 'ES',
  phone: '',
}

/** A basket on the web with one line. */
export function webCart(client: Client, variantId: string, units = 1): Promise<Cart> {
  return client.post<Cart>('/api/store/carts', { lines: [{ variantId, units }] })
}

/** Contact, delivery, pay with the test card, place. */
export async function buyOnline(
  client: Client,
  cart: Cart,
  delivery: object,
  { email = `${randomUUID()}@example.com`, card = 'tok_ok', phone = '' } = {},
): Promise<Order> {
  const filled = await client.patch<Cart>(`/api/store/carts/${cart.id}`, {
    contact: { name: 'Ana Prat', email, phone },
    delivery,
  })
  const answer = await client.post<PlaceAnswer>(`/api/store/carts/${cart.id}/place`, {
    expectedTotalMinor: filled.totalMinor,
    payment: { method: 'card_online', cardToken: card },
  })
  if (answer.status !== 'placed') throw new Error(`the order is ${answer.status}`)
  return answer.order
}

/** A sale over the counter for cash. */
export async function sellAtCounter(client: Client, locationId: string, variantId: string): Promise<Order> {
  const cart = await client.post<Cart>('/api/pos/carts', { locationId, lines: [{ variantId, units: 1 }] })
  const answer = await client.post<PlaceAnswer>(`/api/pos/carts/${cart.id}/place`, {
    expectedTotalMinor: cart.totalMinor,
    tenders: [{ method: 'cash', amountMinor: cart.totalMinor }],
  })
  if (answer.status !== 'placed') throw new Error(`the sale is ${answer.status}`)
  return answer.order
}

export async function availableNow(
  client: Client,
  variantId: string,
  channel = 'web',
): Promise<AvailabilityAnswer['variants'][number]> {
  const answer = await client.get<AvailabilityAnswer>('/api/store/availability', {
    query: { variants: variantId, channel },
  })
  const [only] = answer.variants
  if (!only) throw new Error(`no availability for ${variantId}`)
  return only
}

/** Leaves exactly these units of a variant free in the shops named by code, none elsewhere, by counting as stock people do. */
export async function countTo(
  hilo: RunningHilo,
  stock: Client,
  variantId: string,
  units: Record<string, number>,
): Promise<void> {
  const places = await hilo.db.many<{ id: string; code: string; promised: number | null }>(sql`
    select l.id, l.code, s.allocated + s.reserved as promised
      from inventory.location l left join inventory.stock_level s on s.location_id = l.id and s.variant_id = ${variantId}`)
  for (const { id: locationId, code, promised } of places) {
    if (promised === null && (units[code] ?? 0) === 0) continue
    await stock.put('/api/admin/stock/safety', { locationId, items: [{ variantId, safetyStock: 0 }] })
    await stock.post('/api/admin/stock/count', {
      locationId,
      items: [{ variantId, counted: (units[code] ?? 0) + (promised ?? 0) }],
      reason: 'recuento',
    })
  }
}

/** Ids of the demo's places by code. */
export async function placesByCode(hilo: RunningHilo): Promise<Record<string, string>> {
  const rows = await hilo.db.many<{ id: string; code: string }>(sql`select id, code from inventory.location`)
  return Object.fromEntries(rows.map(({ id, code }) => [code, id]))
}

/** Variants of the demo that nobody has in a cart or an open order, sold on the web and at the till. */
export async function freeVariants(hilo: RunningHilo, count: number): Promise<string[]> {
  const rows = await hilo.db.many<{ id: string }>(sql`
    select v.id from catalog.variant v join catalog.product p on p.id = v.product_id and p.status = 'active' and p.kind = 'physical'
     where v.status = 'active' and v.stock_tracked
       and exists (select 1 from catalog.publication u where u.product_id = p.id and u.channel_id = 'web')
       and not exists (select 1 from inventory.allocation a where a.variant_id = v.id and a.status = 'open')
       and not exists (select 1 from inventory.reservation r where r.variant_id = v.id and r.status = 'live')
       and not exists (select 1 from pricing.promotion g where g.gift_variant_id = v.id)
     order by v.id limit ${count}::int`)
  if (rows.length < count) throw new Error('the demo has too few free variants')
  return rows.map(({ id }) => id)
}
