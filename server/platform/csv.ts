/** Cells that spreadsheets do not mistake for formulas, and rows on their way into a file. */
import { pipeline, Readable, type Transform } from 'node:stream'

/** First signs that make a spreadsheet calculate, also in full width; a tab or line end hides one behind it. */
const dangerous = /^\s*[=+\-@|%＝＋－＠｜％]|^[\t\r\n]/u
const plainNumber = /^-?\d+([.,]\d+)?$/
/** What stands before a cell that would be calculated. */
const guard = "'"

/**
 * A cell that is safe to open in a spreadsheet: text that would be calculated gets an apostrophe in front, numbers stay numbers.
 * `plainCell` takes it away again, so that what is exported imports to the same text.
 */
export function safeCell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  if (plainNumber.test(text)) return text
  // Text that begins like a guarded cell is guarded, too: otherwise reading it back would take its own apostrophe away.
  return dangerous.test(text) || isGuarded(text) ? guard + text : text
}

/** The text that `safeCell` was given. */
export function plainCell(cell: string): string {
  return isGuarded(cell) ? cell.slice(guard.length) : cell
}

/**
 * Rows through a maker of CSV. Rows that cannot be read end this stream with their error: `pipe` alone would leave the error to nobody,
 * and an error that nobody takes ends the whole process.
 */
export function through<T extends Transform>(rows: AsyncIterable<unknown>, maker: T, highWaterMark = 16): T {
  // Whoever reads `maker` is told by its own error event; there is nothing more to do here.
  pipeline(Readable.from(rows, { highWaterMark }), maker, () => undefined)
  return maker
}

function isGuarded(text: string): boolean {
  if (!text.startsWith(guard)) return false
  const rest = text.slice(guard.length)
  return dangerous.test(rest) || isGuarded(rest)
}
