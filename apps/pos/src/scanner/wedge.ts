/**
 * A hand scanner types like a person, only faster: characters less than `gapMs` apart, ended by Enter (some are set to Tab). This tells
 * the two apart from the times between keys, so that a scan is caught on every screen and typing is left alone.
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
      if (key === 'Enter' || key === 'Tab') {
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
  /** `unsure`: it looks like a receipt's number, but a merchant's own SKU may look the same. */
  | { kind: 'order'; code: string; unsure?: true }
  | { kind: 'product'; code: string }

/**
 * What a scanned text is: Hilo's own QR contents (also inside an address), an order or receipt number, else a product code. A scanner
 * that believes in another keyboard than the till's types other signs for colon and hyphen (HILOÑPÑ…, VLC'000123 on a Spanish one), and
 * small letters under Caps Lock.
 */
export function readScan(text: string): Scan {
  const code = text.trim()
  const own = /HILO[:;ÑÇ>.]([PCO])[:;ÑÇ>.]([A-Z0-9-]+)/i.exec(code)
  if (own?.[1] && own[2]) return { kind: kinds[own[1].toUpperCase()] ?? 'order', code: own[2].toUpperCase() }
  const link = /\/cart\/open\?(?:.*&)?code=([A-Z0-9]{6,12})\b/i.exec(code)
  if (link?.[1]) return { kind: 'cart', code: link[1].toUpperCase() }
  const number = /^(H|[A-Z]{2,8})[-'ß)/](\d{4,})$/i.exec(code)
  if (number?.[1]) return { kind: 'order', code: `${number[1].toUpperCase()}-${number[2]}`, unsure: true }
  return { kind: 'product', code }
}

const kinds: Readonly<Record<string, 'pickup' | 'cart'>> = { P: 'pickup', C: 'cart' }
