import type { StoreProduct, StoreVariant } from '@hilo/contract'

type Option = StoreProduct['options'][number]
type Value = Option['values'][number]
export type Matrix = {
  rows: { value: Value | null; cells: (StoreVariant | undefined)[] }[]
  columns: readonly Value[]
}

/**
 * The variants of a product as a table: sizes across, colours down. One option alone is a single row; more than two options, or variants
 * that do not fill such a table, have none, and are listed instead.
 */
export function matrixOf({ options, variants }: Pick<StoreProduct, 'options' | 'variants'>): Matrix | undefined {
  const used = options.filter(({ values }) => values.length > 0)
  if (used.length === 0 || used.length > 2) return undefined
  const across = used.find(({ key }) => key === 'size') ?? used.at(-1)
  const down = used.find((option) => option !== across)
  if (!across) return undefined
  const at = (option: Option) => options.indexOf(option)
  const find = (column: Value, row: Value | null) =>
    variants.find(
      ({ optionValues }) =>
        optionValues[at(across)] === column.value && (!down || row === null || optionValues[at(down)] === row.value),
    )
  const rows = (down?.values ?? [null]).map((value) => ({
    value,
    cells: across.values.map((column) => find(column, value)),
  }))
  const placed = new Set(rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell ? [cell.id] : []))))
  if (placed.size !== variants.length) return undefined
  return { rows: rows.filter(({ cells }) => cells.some(Boolean)), columns: across.values }
}
