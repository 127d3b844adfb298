import { findTransfer, type Transfer } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Tx } from '#platform/db'
import type { HiloEvent } from '#platform/outbox'
import type { Subscriber } from '#platform/subscribers'
import { forgetInFulfillment } from './forget.ts'
import { openWhatIsThere } from './goods-there.ts'
import { type FulfillmentRow, lockRowsOf } from './rows.ts'
import { reportShort } from './shortages.ts'
import { isFinal } from './states.ts'

/** What fulfillment does when vans leave and arrive, and when somebody is forgotten. */
export const fulfillmentSubscribers: readonly Subscriber[] = [
  {
    name: 'fulfillment.transfers',
    types: ['inventory.transfer_changed'],
    handle: async ({ tx, clock }, event) => {
      const { transferId, status } = (event as HiloEvent<'inventory.transfer_changed'>).payload
      if (status !== 'sent' && status !== 'received') return
      const transfer = await findTransfer(tx, transferId)
      const orders = new Set(transfer.lines.map(({ orderId }) => orderId).filter((orderId) => orderId !== transfer.id))
      for (const orderId of orders) await followTransfer(tx, clock, { transfer, orderId, status })
    },
  },
  {
    // Work that was made while its person was being forgotten.
    name: 'fulfillment.erased',
    types: ['customers.person_erased'],
    handle: async ({ tx, clock }, event) => {
      const { personIds } = (event as HiloEvent<'customers.person_erased'>).payload
      await forgetInFulfillment(tx, clock, { personIds, addresses: [], phones: [], names: [] })
    },
  },
]

/**
 * Asks about units that the van does not bring, and opens the work once its goods are there. Both are looked up as they are now,
 * so an event that comes twice or late does no harm.
 */
async function followTransfer(
  tx: Tx,
  clock: Clock,
  { transfer, orderId, status }: { transfer: Transfer; orderId: string; status: 'sent' | 'received' },
): Promise<void> {
  const rows = (await lockRowsOf(tx, orderId)).filter(
    (row) => row.locationId === transfer.toLocationId && !isFinal(row.status),
  )
  for (const line of transfer.lines.filter((candidate) => candidate.orderId === orderId)) {
    const sent = line.sentUnits ?? line.units
    const missing = status === 'sent' ? line.units - sent : sent - (line.receivedUnits ?? sent)
    const row = rows.find((candidate) => candidate.lines.some(({ orderLineId }) => orderLineId === line.orderLineId))
    const units = Math.min(missing, row ? openUnits(row, line.orderLineId) : 0)
    if (row && units > 0)
      await reportShort(tx, clock, {
        id: row.id,
        orderLineId: line.orderLineId,
        units,
        actorId: 'system:transfer',
        lostUnderWay: true,
      })
  }
  await openWhatIsThere(tx, clock, { orderId })
}

function openUnits(row: FulfillmentRow, orderLineId: string): number {
  const line = row.lines.find((candidate) => candidate.orderLineId === orderLineId)
  return line ? line.units - line.shortUnits - line.pickedUnits : 0
}
