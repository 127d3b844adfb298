import { findVariantByCode, variantIdsBySku } from '#catalog'
import { plainCell } from '#platform/csv'
import type { Queryable, Tx } from '#platform/db'
import {
  type ApplyContext,
  type CsvRow,
  type Importer,
  type Issue,
  type JsonRow,
  normalized,
  type Outcome,
  refusal,
  registerImporter,
  type Thing,
  wholeOf,
} from '#platform/imports/index'
import { sql } from '#platform/sql'
import { registerShopifyStock } from './import-shopify-stock.ts'
import { keyOf, lockLevels, type StockKey } from './levels.ts'
import { type Location, listLocations } from './locations.ts'
import { changeStock, countStock, setSafetyStock } from './stock-changes.ts'

/** One figure of a row: what lies there, or by how much it changes (then with the paper it comes from, so that it counts once). */
type Entry = { place: string; onHand?: number; delta?: number; safetyStock?: number; reference?: string }
type StockRowValue = { code: string; entries: Entry[] }

const names = {
  code: ['sku', 'gtin', 'ean', 'barcode', 'codigo', 'codigo de barras', 'referencia', 'variant sku', 'variant barcode'],
  place: ['location', 'location code', 'place', 'shop', 'tienda', 'ubicacion', 'almacen', 'lugar'],
  onHand: [
    'on hand',
    'on_hand',
    'stock',
    'quantity',
    'units',
    'unidades',
    'existencias',
    'cantidad',
    'available on hand',
  ],
  delta: ['delta', 'change', 'difference', 'diferencia', 'cambio', 'variacion'],
  safetyStock: ['safety stock', 'safety_stock', 'stock de seguridad'],
  reference: ['reference', 'delivery note', 'albaran', 'documento'],
} as const
/** Columns of our own export that say something to people and nothing to the import. */
const ignored = new Set([
  'allocated',
  'reserved',
  'available',
  'title',
  'name',
  'nombre',
  'product',
  'producto',
  'variant',
  'handle',
])

function columnOf(columns: readonly string[], kind: keyof typeof names): string | undefined {
  const wanted = new Set(names[kind].map(normalized))
  return columns.find((column) => wanted.has(normalized(column)))
}

/** One row a variant and place: `sku|gtin, location, on_hand` or `…, delta, reference`; safety_stock beside it if wished. */
const longImporter: Importer<StockRowValue> = {
  kind: 'stock',
  format: 'hilo-stock-csv',
  name: { es: 'Stock por lugar', en: 'Stock by place' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' &&
    columnOf(sample.columns, 'code') !== undefined &&
    columnOf(sample.columns, 'place') !== undefined,
  read: (rows) => readRows(rows, longEntries),
  apply: applyStock,
}

/** One row a variant, one column a place (its code or name); an empty cell says nothing. */
const wideImporter: Importer<StockRowValue> = {
  kind: 'stock',
  format: 'stock-wide-csv',
  name: { es: 'Stock con una columna por lugar', en: 'Stock with one column a place' },
  source: 'csv',
  detect: (sample) =>
    sample.source === 'csv' && columnOf(sample.columns, 'code') !== undefined && sample.columns.length > 1,
  read: (rows) => readRows(rows, wideEntries),
  apply: applyStock,
}

/** Makes the stock importers known to the engine. */
export function registerStockImporters(): void {
  registerShopifyStock()
  registerImporter(longImporter)
  registerImporter(wideImporter)
}

type Read = { entries: Entry[]; issues: Issue[] }

async function* readRows(
  rows: AsyncIterable<CsvRow> | AsyncIterable<JsonRow>,
  entriesOf: (row: CsvRow) => Read,
): AsyncGenerator<Thing<StockRowValue>> {
  for await (const row of rows as AsyncIterable<CsvRow>) {
    const columns = Object.keys(row.cells)
    const codes = columns.filter((column) => names.code.some((name) => normalized(name) === normalized(column)))
    const code = codes.map((column) => plainCell(row.cells[column] ?? '').trim()).find((text) => text !== '')
    const { entries, issues } = entriesOf(row)
    if (code === undefined) {
      issues.push(
        refusal(row.line, 'sku', 'missing', null, {
          es: 'Escribe el SKU o el código de barras.',
          en: 'Write the SKU or the barcode.',
        }),
      )
    }
    yield {
      line: row.line,
      rows: 1,
      issues,
      ...(code !== undefined && issues.length === 0 ? { value: { code, entries } } : {}),
    }
  }
}

function longEntries({ line, cells }: CsvRow): Read {
  const columns = Object.keys(cells)
  const text = (kind: keyof typeof names) => (cells[columnOf(columns, kind) ?? ''] ?? '').trim()
  const issues: Issue[] = []
  const whole = (kind: 'onHand' | 'delta' | 'safetyStock'): number | undefined => {
    if (text(kind) === '') return undefined
    const value = wholeOf(text(kind))
    if (value === null || (kind !== 'delta' && value < 0)) issues.push(notWhole(line, names[kind][0], text(kind)))
    return value ?? undefined
  }
  const entry: Entry = {
    place: text('place'),
    onHand: whole('onHand'),
    delta: whole('delta'),
    safetyStock: whole('safetyStock'),
    reference: text('reference'),
  }
  if (entry.place === '')
    issues.push(
      refusal(line, 'location', 'missing', null, {
        es: 'Escribe el código del lugar.',
        en: 'Write the code of the place.',
      }),
    )
  if (
    issues.length === 0 &&
    entry.onHand === undefined &&
    entry.delta === undefined &&
    entry.safetyStock === undefined
  ) {
    issues.push(
      refusal(line, 'on_hand', 'missing', null, {
        es: 'Escribe las unidades que hay, o la diferencia.',
        en: 'Write the units on hand, or the difference.',
      }),
    )
  }
  if (entry.delta !== undefined && entry.reference === '') {
    issues.push(
      refusal(line, 'reference', 'missing', null, {
        es: 'Una diferencia necesita su documento (albarán) para contarse una sola vez.',
        en: 'A difference needs its paper (delivery note), so that it counts only once.',
      }),
    )
  }
  return { entries: [entry], issues }
}

function wideEntries({ line, cells }: CsvRow): Read {
  const issues: Issue[] = []
  const entries = Object.entries(cells).flatMap(([column, raw]): Entry[] => {
    const name = normalized(column)
    if (ignored.has(name) || names.code.some((code) => normalized(code) === name) || raw.trim() === '') return []
    const value = wholeOf(raw.trim())
    if (value !== null && value >= 0) return [{ place: column.trim(), onHand: value }]
    issues.push(notWhole(line, column, raw))
    return []
  })
  return { entries, issues }
}

function notWhole(line: number, field: string, value: string): Issue {
  return refusal(line, field, 'not_a_whole_number', value, {
    es: 'Escribe un número entero de unidades.',
    en: 'Write a whole number of units.',
  })
}

type Resolved = { line: number; key: { variantId: string; locationId: string }; entry: Entry }

async function applyStock(
  tx: Tx,
  context: ApplyContext,
  things: readonly { line: number; value: StockRowValue }[],
): Promise<Outcome[]> {
  const places = await listLocations(tx)
  const variants = await variantsOf(
    tx,
    things.map(({ value }) => value.code),
  )
  const found = things.map(({ line, value }) => resolve({ line, value, variantId: variants.get(value.code), places }))
  const whole = found.filter(({ issues }) => issues.length === 0).flatMap(({ resolved }) => resolved)
  const counted = isPlainCount(whole) ? await countAll(tx, context, whole) : undefined
  const outcomes: Outcome[] = []
  for (const { resolved, issues } of found) {
    if (issues.length > 0) {
      outcomes.push({ result: 'refused', issues })
      continue
    }
    const changes = counted
      ? resolved.reduce((sum, { key }) => sum + (counted.get(keyOf(key)) ?? 0), 0)
      : await applyRow(tx, context, resolved)
    outcomes.push(changes > 0 ? { result: 'taken', counts: { levels: changes } } : { result: 'unchanged' })
  }
  return outcomes
}

/** Variants by the codes of a batch: SKUs at once, barcodes one by one. */
async function variantsOf(q: Queryable, codes: readonly string[]): Promise<Map<string, string>> {
  const bySku = await variantIdsBySku(q, codes)
  const found = new Map<string, string>()
  for (const code of new Set(codes)) {
    const id = bySku.get(code.trim().toUpperCase()) ?? (await findVariantByCode(q, code))?.id
    if (id !== undefined) found.set(code, id)
  }
  return found
}

/** Rows that only say what lies there, each of its own level: their order does not matter, so all are written at once. */
function isPlainCount(rows: readonly Resolved[]): boolean {
  return (
    rows.every(({ entry }) => entry.delta === undefined) &&
    new Set(rows.map(({ key }) => keyOf(key))).size === rows.length
  )
}

/** @returns how many figures of each level changed */
async function countAll(
  tx: Tx,
  { clock, runId, actorId }: ApplyContext,
  rows: readonly Resolved[],
): Promise<Map<string, number>> {
  const changed = new Map<string, number>()
  const note = (key: StockKey) => changed.set(keyOf(key), (changed.get(keyOf(key)) ?? 0) + 1)
  const items = rows.flatMap(({ key, entry }) =>
    entry.onHand === undefined ? [] : [{ ...key, counted: entry.onHand }],
  )
  if (items.length > 0) {
    const { differences } = await countStock(tx, clock, { items, reason: 'import', reference: runId, actorId })
    for (const key of differences) note(key)
  }
  const kept = rows.flatMap(({ key, entry }) =>
    entry.safetyStock === undefined ? [] : [{ ...key, safetyStock: entry.safetyStock }],
  )
  if (kept.length === 0) return changed
  const levels = await lockLevels(tx, kept, { create: true })
  const other = kept.filter((item) => levels.get(keyOf(item))?.safetyStock !== item.safetyStock)
  if (other.length > 0) await setSafetyStock(tx, clock, { items: other })
  for (const key of other) note(key)
  return changed
}

function resolve({
  line,
  value,
  variantId,
  places,
}: {
  line: number
  value: StockRowValue
  variantId: string | undefined
  places: readonly Location[]
}): { resolved: Resolved[]; issues: Issue[] } {
  if (variantId === undefined) {
    const remedy = {
      es: 'Importa antes el producto, o corrige el código.',
      en: 'Import the product first, or correct the code.',
    }
    return { resolved: [], issues: [refusal(line, 'sku', 'unknown_code', value.code, remedy)] }
  }
  const issues: Issue[] = []
  const resolved = value.entries.flatMap((entry): Resolved[] => {
    const place = places.find(
      ({ code, name }) => normalized(code) === normalized(entry.place) || normalized(name) === normalized(entry.place),
    )
    if (place) return [{ line, key: { variantId, locationId: place.id }, entry }]
    const known = places.map(({ code }) => code).join(', ')
    issues.push(
      refusal(line, 'location', 'unknown_place', entry.place, { es: `Lugares: ${known}.`, en: `Places: ${known}.` }),
    )
    return []
  })
  return { resolved, issues }
}

/** @returns how many figures changed */
async function applyRow(tx: Tx, { clock, runId, actorId }: ApplyContext, rows: readonly Resolved[]): Promise<number> {
  let changed = 0
  for (const { key, entry } of rows) {
    if (entry.onHand !== undefined) {
      const { differences } = await countStock(tx, clock, {
        items: [{ ...key, counted: entry.onHand }],
        reason: 'import',
        reference: runId,
        actorId,
      })
      changed += differences.length
    }
    if (entry.delta !== undefined && entry.delta !== 0 && !(await wasBooked(tx, key, entry.reference ?? ''))) {
      await changeStock(tx, clock, {
        items: [{ ...key, quantity: entry.delta }],
        kind: entry.delta > 0 ? 'received' : 'adjusted',
        reason: 'import',
        reference: entry.reference ?? '',
        actorId,
      })
      changed += 1
    }
    if (entry.safetyStock !== undefined) {
      const level = [...(await lockLevels(tx, [key], { create: true })).values()][0]
      if (level?.safetyStock !== entry.safetyStock) {
        await setSafetyStock(tx, clock, { items: [{ ...key, safetyStock: entry.safetyStock }] })
        changed += 1
      }
    }
  }
  return changed
}

/** Whether the ledger knows this paper for this variant and place already. */
async function wasBooked(
  q: Queryable,
  { variantId, locationId }: Resolved['key'],
  reference: string,
): Promise<boolean> {
  const row = await q.maybeOne<object>(sql`
    select 1 as known from inventory.stock_movement
     where reference = ${reference} and variant_id = ${variantId} and location_id = ${locationId} limit 1`)
  return row !== undefined
}

registerStockImporters()
