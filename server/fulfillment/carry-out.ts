import { shipAllocated } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import { lockRowsOf } from './rows.ts'
import { isFinal } from './states.ts'
import { step } from './steps.ts'

/**
 * What is carried out of the shop is handed over at once: units leave the shelf as sold.
 * @throws Problem inventory.not_allocated
 */
export async function completeCarryOut(
  tx: Tx,
  clock: Clock,
  { orderId, actorId }: { orderId: string; actorId: string },
): Promise<void> {
  const rows = (await lockRowsOf(tx, orderId)).filter(({ kind, status }) => kind === 'carry_out' && !isFinal(status))
  for (const row of rows) {
    const lines = row.lines.map(({ orderLineId, units }) => ({ orderLineId, units, locationId: row.locationId }))
    await shipAllocated(tx, clock, { orderId, lines, kind: 'sold', actorId })
    await step(tx, clock, row, 'hand_over', { actorId })
  }
}
