import type { TransferBody } from '@hilo/contract'
import { findVariants } from '#catalog'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'
import { type Transfer, transferColumns } from './transfers.ts'

/** Transfers, newest first. */
export async function listTransfers(
  q: Queryable,
  {
    status,
    location,
    cursor,
    limit,
  }: { status?: string | undefined; location?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<{ items: TransferBody[]; next: string | null }> {
  const rows = await q.many<Transfer>(sql`
    select ${transferColumns} from inventory.transfer t
     where (${status ?? null}::text is null or t.status = ${status ?? null})
       and (${location ?? null}::text is null or ${location ?? null} in (t.from_location_id, t.to_location_id))
       and (${cursor ?? null}::text is null or t.id < ${cursor ?? null})
     order by t.id desc limit ${limit + 1}::int`)
  const shown = rows.slice(0, limit)
  return { items: await transferViews(q, shown), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** Transfers as they cross the wire, with the names of the goods. */
export async function transferViews(q: Queryable, transfers: readonly Transfer[]): Promise<TransferBody[]> {
  const variants = await findVariants(
    q,
    transfers.flatMap(({ lines }) => lines.map(({ variantId }) => variantId)),
  )
  return transfers.map((transfer) => ({
    ...transfer,
    expectedAt: new Date(transfer.expectedAt).toISOString(),
    createdAt: transfer.createdAt.toISOString(),
    sentAt: transfer.sentAt?.toISOString() ?? null,
    receivedAt: transfer.receivedAt?.toISOString() ?? null,
    lines: transfer.lines.map(({ lineNo, variantId, units, sentUnits, receivedUnits, damagedUnits, orderId }) => ({
      lineNo,
      variantId,
      sku: variants.get(variantId)?.sku ?? '',
      title: variants.get(variantId)?.title ?? { es: '', en: '' },
      optionLabels: variants.get(variantId)?.optionLabels ?? [],
      units,
      sentUnits,
      receivedUnits,
      damagedUnits,
      orderId: orderId === transfer.id ? null : orderId,
    })),
  }))
}
