import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { type AllocateLine, claim } from './claim.ts'

export type { AllocateLine } from './claim.ts'

type Allocate = { orderId: string; lines: readonly AllocateLine[]; ignoreSafetyStock?: boolean | undefined }

/**
 * Turns what a holder has reserved into units promised to a placed order. Reservations that lapsed meanwhile are no loss as
 * long as the units are still free.
 * @throws Problem inventory.atp_short
 */
export async function allocateReserved(tx: Tx, clock: Clock, order: Allocate & { holderId: string }): Promise<void> {
  await claim(tx, clock, { kind: 'allocate', ...order })
}

/** Promises units to an order without a reservation before (other place after a shortage, a transfer). @throws Problem inventory.atp_short */
export async function allocate(tx: Tx, clock: Clock, order: Allocate): Promise<void> {
  if (order.lines.length > 0) await claim(tx, clock, { kind: 'allocate', ...order })
}

/**
 * A counter sale of goods that lie on the counter, whatever the figure says: units the system did not know become a named
 * conflict that a person settles (DESIGN law 1). What is there is allocated as ever.
 * @returns ids of the conflicts opened
 */
export async function sellUnknown(
  tx: Tx,
  clock: Clock,
  { actorId, ...order }: Omit<Allocate, 'ignoreSafetyStock'> & { actorId: string; holderId?: string },
): Promise<string[]> {
  return claim(tx, clock, { kind: 'allocate', ...order, ignoreSafetyStock: true, unknownBy: actorId })
}
