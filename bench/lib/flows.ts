import type { Call, LoadClient } from './load.ts'

const address = {
  name: 'Ana Prat',
  line1: 'Calle Mayor 1',
  postalCode: '28013',
  city: 'Madrid',
  province: 'Madrid',
  country: 'ES',
}
const must = (call: Call, ...statuses: number[]): Record<string, unknown> => {
  if (!statuses.includes(call.status)) throw new Error(`${call.status} ${JSON.stringify(call.body).slice(0, 240)}`)
  return call.body as Record<string, unknown>
}
let run = 0
/** A buyer nobody was before. */
const buyer = (n: number) => ({ name: 'Ana Prat', email: `buyer${++run}-${n}@example.com`, phone: '' })

/** A shopper's whole purchase in three calls: cart with a line; contact and delivery; pay and place. */
export async function shopperFlow(client: LoadClient, variantId: string, n: number): Promise<void> {
  const opened = must(
    await client.call('POST', '/api/store/carts', { body: { lines: [{ variantId, units: 1 }] } }),
    200,
    201,
  )
  const headers = { 'x-cart-token': String(opened['token']) }
  const filled = must(
    await client.call('PATCH', '/api/store/carts/current', {
      headers,
      body: { contact: buyer(n), delivery: { kind: 'delivery', address } },
    }),
    200,
  )
  const placed = must(
    await client.call('POST', '/api/store/carts/current/place', {
      headers,
      body: { expectedTotalMinor: filled['totalMinor'], payment: { method: 'card_online', cardToken: 'tok_ok' } },
    }),
    200,
    201,
  )
  if (placed['status'] !== 'placed') throw new Error(`not placed: ${String(placed['status'])}`)
}

/** One call of a trusted channel that brings the whole order. */
export async function channelOrder(
  client: LoadClient,
  { variantId, locationId, key }: { variantId: string; locationId: string; key: string },
  n: number,
): Promise<void> {
  const reference = `B-${++run}-${n}`
  must(
    await client.call('POST', '/api/channel/orders', {
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': reference },
      body: {
        externalRef: reference,
        lines: [{ variantId, units: 1 }],
        contact: buyer(n),
        delivery: { kind: 'carry_out', locationId },
      },
    }),
    200,
    201,
  )
}

/** The bare route: one durable order function call. */
export async function bareOrder(client: LoadClient, sku: number, n: number): Promise<void> {
  const { name, ...rest } = address
  must(
    await client.call('POST', '/order', {
      body: { sku, location: 1 + (n % 5), units: 1, email: `buyer${n}@example.com`, address: { name, ...rest } },
    }),
    200,
  )
}
