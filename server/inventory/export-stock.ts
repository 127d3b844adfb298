import { Readable } from 'node:stream'
import { type NamedVariant, namedVariants } from '#catalog'
import { safeCell } from '#platform/csv'
import type { Queryable } from '#platform/db'
import { sql } from '#platform/sql'

/** Variants read at a time; the export never holds more. */
const page = 500
type Row = {
  variantId: string
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

/**
 * All levels as CSV, streamed in pages, safe to open in a spreadsheet: variants in the order of the product file, places by their code. A level
 * whose variant is gone from the catalog cannot be named by anything a person knows and is left out.
 */
export function exportStock(q: Queryable): Readable {
  return Readable.from(lines(q), { objectMode: false })
}

async function* lines(q: Queryable): AsyncGenerator<string> {
  yield `${stockColumns.join(',')}\n`
  for (let after: NamedVariant | undefined; ; ) {
    const variants = await namedVariants(q, { after, limit: page })
    after = variants.at(-1)
    if (!after) return
    const levels = Map.groupBy(await levelsOf(q, variants), ({ variantId }) => variantId)
    yield variants
      .flatMap(({ id, sku, gtin }) =>
        (levels.get(id) ?? []).map(({ code, onHand, safetyStock, allocated, reserved, atp }) =>
          [cell(sku), cell(gtin ?? ''), cell(code), onHand, safetyStock, allocated, reserved, atp].join(','),
        ),
      )
      .map((line) => `${line}\n`)
      .join('')
  }
}

async function levelsOf(q: Queryable, variants: readonly NamedVariant[]): Promise<Row[]> {
  return q.many<Row>(sql`
    select l.variant_id as "variantId", p.code, l.on_hand as "onHand", l.safety_stock as "safetyStock", l.allocated, l.reserved,
           greatest(0, l.on_hand - l.allocated - l.reserved - l.safety_stock) as atp
      from inventory.stock_level l join inventory.location p on p.id = l.location_id
     where l.variant_id = any (${variants.map(({ id }) => id)}::text[]) order by p.code`)
}

/** A text that a spreadsheet does not take for a formula, quoted where CSV needs it. */
function cell(text: string): string {
  const safe = safeCell(text)
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
