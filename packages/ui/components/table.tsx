import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { Icon } from '../icons/icon.tsx'

export type Column<T> = {
  id: string
  title: string
  cell(row: T): ReactNode
  /** Right-aligned figures. */
  number?: boolean
  /** The name to sort by; without it the column does not sort. */
  sort?: string
  width?: number | string
  /** Takes the room that is left and gives way first where there is little; the first column when none says so. */
  fills?: boolean
  /** Hidden where the list is narrower, in px. */
  from?: 440 | 560 | 720 | 900 | 1080
}
export type Sort = { by: string; down: boolean }
type Props<T> = {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  rowId(row: T): string
  chosenId?: string
  onOpen?(row: T): void
  sort?: Sort
  onSort?(sort: Sort): void
  footer?: ReactNode
}

/**
 * A dense list. Arrow keys move between rows, Enter opens, columns with `sort` are buttons. Rows are links in looks and
 * behaviour; the first cell should hold the name.
 */
export function Table<T>({ label, columns, rows, rowId, chosenId, onOpen, sort, onSort, footer }: Props<T>): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null)
  const filling = columns.find((column) => column.fills)?.id ?? columns[0]?.id
  const move = (event: KeyboardEvent<HTMLTableRowElement>, row: T) => {
    const target = event.currentTarget
    if (event.key === 'Enter' && event.target === target) onOpen?.(row)
    const next =
      event.key === 'ArrowDown'
        ? target.nextElementSibling
        : event.key === 'ArrowUp'
          ? target.previousElementSibling
          : null
    if (next instanceof HTMLElement) {
      event.preventDefault()
      next.focus()
    }
  }
  return (
    <div className="h-tablewrap">
      <table className="h-table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={column.number ? 'h-num' : undefined}
                style={{ width: column.width }}
                data-from={column.from}
                data-fills={column.id === filling || undefined}
                aria-sort={sort && column.sort === sort.by ? (sort.down ? 'descending' : 'ascending') : undefined}
              >
                {column.sort && onSort ? (
                  <button
                    type="button"
                    onClick={() =>
                      onSort({ by: column.sort ?? '', down: sort?.by === column.sort ? !sort?.down : false })
                    }
                  >
                    {column.title}
                    {sort?.by === column.sort && <Icon name={sort?.down ? 'down' : 'up'} size={12} />}
                  </button>
                ) : (
                  column.title || <span className="h-sr">{column.id}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => {
            const id = rowId(row)
            return (
              <tr
                key={id}
                data-row={id}
                data-link={onOpen ? true : undefined}
                data-chosen={id === chosenId || undefined}
                aria-selected={onOpen ? id === chosenId : undefined}
                tabIndex={onOpen ? 0 : undefined}
                onClick={() => onOpen?.(row)}
                onKeyDown={(event) => move(event, row)}
              >
                {columns.map((column) => (
                  <td
                    key={column.id}
                    className={column.number ? 'h-num' : undefined}
                    data-from={column.from}
                    data-fills={column.id === filling || undefined}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
      {footer}
    </div>
  )
}
