/**
 * A hand scanner types like a person, only faster: characters less than `gapMs` apart, ended by Enter. This tells the two
 * apart from the times between keys, so that a scan is caught on every screen and typing is left alone.
 */
export type Wedge = { key(key: string, atMs: number): string | undefined }

/**
 * @param gapMs longest pause between two characters of one scan
 * @param shortest fewer characters are somebody typing
 */
export function createWedge({ gapMs = 35, shortest = 4 }: { gapMs?: number; shortest?: number } = {}): Wedge {
  let buffer = ''
  let last = Number.NEGATIVE_INFINITY
  return {
    key(key, atMs) {
      const isQuick = atMs - last <= gapMs
      last = atMs
      if (key === 'Enter') {
        const code = isQuick && buffer.length >= shortest ? buffer : undefined
        buffer = ''
        return code
      }
      if (key.length !== 1) return undefined
      buffer = isQuick ? buffer + key : key
      return undefined
    },
  }
}

export type Scan =
  | { kind: 'pickup'; code: string }
  | { kind: 'cart'; code: string }
  | { kind: 'order'; code: string }
  | { kind: 'product'; code: string }

/** What a scanned text is: Hilo's own QR contents (also inside an address), an order or receipt number, else a product code. */
export function readScan(text: string): Scan {
  const code = text.trim()
  const own = /HILO:(P|C|O):([A-Za-z0-9-]+)/.exec(code)
  if (own?.[1] && own[2]) return { kind: own[1] === 'P' ? 'pickup' : own[1] === 'C' ? 'cart' : 'order', code: own[2] }
  const link = /\/cart\/open\?(?:.*&)?code=([A-Z0-9]{6,12})\b/i.exec(code)
  if (link?.[1]) return { kind: 'cart', code: link[1].toUpperCase() }
  if (/^(H|[A-Z]{2,8})-\d{4,}$/.test(code)) return { kind: 'order', code }
  return { kind: 'product', code }
}
