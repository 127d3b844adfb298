import { Readable } from 'node:stream'
import { findVariants } from '#catalog'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'

const batch = 1000
type Row = {
  variantId: string
  locationId: string
  code: string
  onHand: number
  safetyStock: number
  allocated: number
  reserved: number
  atp: number
}

/** Columns that the import reads back are sku (or gtin), location, on_hand and safety_stock; the rest is for people. */
export const stockColumns = [
  'sku',
  'gtin',
  'location',
  'on_hand',
  'safety_stock',
  'allocated',
  'reserved',
  'available',
] as const

/** All levels as CSV, streamed in batches, safe to open in a spreadsheet. */
export function exportStock(q: Queryable): Readable {
  return Readable.from(lines(q), { objectMode: false })
}

async function* lines(q: Queryable): AsyncGenerator<string> {
  yield `${stockColumns.join(',')}\n`
  let after: Pick<Row, 'variantId' | 'locationId'> = { variantId: '', locationId: '' }
  for (;;) {
    const rows: Row[] = await q.many<Row>(sql`
      select l.variant_id as "variantId", l.location_id as "locationId", p.code, l.on_hand as "onHand", l.safety_stock as "safetyStock",
             l.allocated, l.reserved, greatest(0, l.on_hand - l.allocated - l.reserved - l.safety_stock) as atp
        from inventory.stock_level l join inventory.location p on p.id = l.location_id
       where (l.variant_id, l.location_id) > (${after.variantId}, ${after.locationId})
       order by l.variant_id, l.location_id limit ${batch}::int`)
    const last = rows.at(-1)
    if (!last) return
    const variants = await findVariants(
      q,
      rows.map(({ variantId }) => variantId),
    )
    yield rows
      .flatMap((row) => {
        const variant = variants.get(row.variantId)
        // A level whose variant is gone from the catalog cannot be named by anything a person knows.
        return variant
          ? [
              [
                cell(variant.sku),
                cell(variant.gtin ?? ''),
                cell(row.code),
                row.onHand,
                row.safetyStock,
                row.allocated,
                row.reserved,
                row.atp,
              ].join(','),
            ]
          : []
      })
      .map((line) => `${line}\n`)
      .join('')
    after = last
  }
}

/** A text that a spreadsheet does not take for a formula (also in full-width letters), quoted where CSV needs it. */
function cell(text: string): string {
  const safe = /^[\s]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
