import type { Call, LoadClient } from './load.ts'

const address = {
  name: 'Ana Prat',
  line1: 'Calle Mayor 1',
  line2: '',
  postalCode: '28013',
  city: 'Madrid',
  province: 'Madrid',
  country: 'ES',
  phone: '',
}
let run = 0
/** A buyer nobody was before. */
const buyer = (n: number) => ({ name: 'Ana Prat', email: `buyer${++run}-${n}@example.com`, phone: '' })

/** What `shopperFlow` buys, in one call of the function that does the same work. */
export async function sameWorkOrder(client: LoadClient, variantId: string, n: number): Promise<void> {
  must(await client.call('POST', '/same-work/order', { body: { variantId, contact: buyer(n), address } }))
}

/** What `channelOrder` brings, in one call of the function that does the same work. */
export async function sameWorkChannelOrder(
  client: LoadClient,
  { variantId, locationId }: { variantId: string; locationId: string },
  n: number,
): Promise<void> {
  const contact = buyer(n)
  const reference = `S-${run}-${n}`
  const body = { externalRef: reference, key: reference, variantId, locationId, contact }
  must(await client.call('POST', '/same-work/channel-order', { body }))
}

function must({ status, body }: Call): void {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body).slice(0, 240)}`)
}
