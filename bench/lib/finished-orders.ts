import type { Db } from '../../server/platform/db.ts'
import { channelOrder, shopperFlow } from './flows.ts'
import { LoadClient } from './load.ts'

/** How many of each kind; carried out of different shops. */
const each = 4

type Work = { id: string; lines: { orderLineId: string; units: number }[] }

/**
 * Places a few orders through the API and takes them to their end: half bought online and delivered, half carried out of a shop.
 * @returns their ids
 */
export async function finishedOrders(
  db: Db,
  {
    url,
    channelKey: key,
    cookie,
    variantIds,
    locationIds,
  }: { url: string; channelKey: string; cookie: string; variantIds: readonly string[]; locationIds: readonly string[] },
): Promise<string[]> {
  const client = new LoadClient(url, 4)
  try {
    for (let n = 0; n < each; n++) {
      await shopperFlow(client, variantIds[n] ?? '', n)
      const place = { variantId: variantIds[each + n] ?? '', locationId: locationIds[1 + n] ?? '', key }
      await channelOrder(client, place, n)
    }
    await deliverAll(client, cookie)
    return await untilCompleted(db)
  } finally {
    await client.close()
  }
}

/** Picks, packs, sends and delivers everything that is open. */
async function deliverAll(client: LoadClient, cookie: string): Promise<void> {
  const headers = { cookie }
  const listed = await client.call('GET', '/api/admin/fulfillment?limit=50', { headers })
  const { items } = listed.body as { items?: Work[] }
  if (!items) throw new Error(`no work: ${JSON.stringify(listed.body).slice(0, 300)}`)
  for (const { id, lines } of items) {
    const step = async (name: string, body: object) => {
      const { status, body: said } = await client.call('POST', `/api/admin/fulfillment/${id}/${name}`, {
        headers,
        body,
      })
      if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(said).slice(0, 300)}`)
    }
    for (const { orderLineId, units } of lines) await step('pick', { orderLineId, units })
    await step('pack', {})
    await step('ship', {})
    await step('delivered', {})
  }
}

async function untilCompleted(db: Db): Promise<string[]> {
  for (let tries = 0; tries < 100; tries++) {
    const { rows } = await db.pool.query<{ id: string; status: string }>(
      'select id, status from orders.customer_order order by id',
    )
    if (rows.length === each * 2 && rows.every(({ status }) => status === 'completed')) return rows.map(({ id }) => id)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('orders were not completed')
}
