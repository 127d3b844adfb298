import { eanOfRuns, runsOf } from './ean.ts'

/** One picture of the camera, four bytes a pixel. */
export type Frame = { data: Uint8ClampedArray; width: number; height: number }
/** What reads a QR; undefined when the picture shows none. */
export type QrReader = (frame: Frame) => string | undefined

/** Rows that are read, as parts of the height: the middle first, where people hold the code. */
const rows = [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7]

/**
 * The code in a picture: a barcode on one of nine rows or columns, else a QR. A barcode counts only when its check digit is right.
 */
export function readFrame(frame: Frame, readQr?: QrReader): string | undefined {
  for (const part of rows) {
    const across = line(frame, Math.floor(frame.height * part), 'row')
    const down = line(frame, Math.floor(frame.width * part), 'column')
    const code = eanOf(across) ?? eanOf(down)
    if (code !== undefined) return code
  }
  return readQr?.(frame)
}

/** Brightness along one row or column. */
function line({ data, width, height }: Frame, at: number, kind: 'row' | 'column'): Uint8Array {
  const length = kind === 'row' ? width : height
  const values = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    const pixel = 4 * (kind === 'row' ? at * width + i : i * width + at)
    values[i] = ((data[pixel] ?? 0) * 77 + (data[pixel + 1] ?? 0) * 150 + (data[pixel + 2] ?? 0) * 29) >> 8
  }
  return values
}

/** A pixel is dark when it is darker than its neighbourhood, so that a shadow over half the label does not matter. */
function eanOf(values: Uint8Array): string | undefined {
  const reach = Math.max(8, Math.floor(values.length / 16))
  const sums = new Uint32Array(values.length + 1)
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0)
  const mean = (x: number) => {
    const from = Math.max(0, x - reach)
    const to = Math.min(values.length, x + reach + 1)
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from)
  }
  return eanOfRuns(runsOf(values.length, (x) => (values[x] ?? 255) < mean(x) - 6))
}
