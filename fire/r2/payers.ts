import { type FailoverClient, GaveUp } from '../lib/client.ts'
import { buyOnTheWeb, type End, from } from '../lib/shopper.ts'
import type { World } from '../lib/world.ts'
import { banks, type Payer } from './plan.ts'

export type PayerEnd = {
  payer: Payer
  end: 'ordered' | 'waiting' | 'refused' | 'gave_up'
  why: string
  regretted: boolean
}

/** One payer's purchase, and the second thoughts they have about it. */
export async function pay(
  payer: Payer,
  { client, world, asks }: { client: FailoverClient; world: World; asks: number },
): Promise<PayerEnd> {
  try {
    const end = await buyOnTheWeb(client, {
      n: payer.n,
      email: `payer-${payer.n}@example.com`,
      lines: [{ variantId: world.variantIds[banks.indexOf(payer.bank)] ?? '', units: payer.units }],
      delivery: { kind: 'pickup', locationId: world.locationIds[1 + (payer.n % (world.locationIds.length - 1))] ?? '' },
      card: payer.card === 'page' ? undefined : payer.card,
      ...(payer.card === 'tok_declined' ? { secondCard: 'tok_ok' } : {}),
      doubleClick: payer.doubleClick,
      asks,
    })
    if ('waiting' in end) return { payer, end: 'waiting', why: end.waiting, regretted: false }
    if ('code' in end) return { payer, end: 'refused', why: end.code, regretted: false }
    return { payer, end: 'ordered', why: end.id, regretted: await regret(payer, end, { client, world }) }
  } catch (error) {
    if (error instanceof GaveUp) return { payer, end: 'gave_up', why: error.message, regretted: false }
    throw error
  }
}

async function regret(
  payer: Payer,
  order: Extract<End, { id: string }>,
  { client, world }: { client: FailoverClient; world: World },
): Promise<boolean> {
  if (payer.regret === 'none') return false
  if (payer.regret === 'all') {
    const { status } = await client.ask({
      path: `/api/store/orders/${order.token}/cancel`,
      headers: { ...from(payer.n), 'idempotency-key': `${payer.n} cancel` },
      body: {},
    })
    return status === 200
  }
  const { status } = await client.ask({
    path: `/api/admin/orders/${order.id}/cancel`,
    headers: { cookie: world.staffCookie, 'idempotency-key': `${payer.n} one unit less` },
    body: { reason: 'Una unidad menos', lines: [{ orderLineId: order.lines[0]?.id ?? '', units: 1 }] },
  })
  return status === 200
}
