/** A page of the shop as bytes: what is its own, and the stylesheet that stands in every page, held once for all of them. */
import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib'

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)
const unsqueezed = promisify(brotliDecompress)
const unzipped = promisify(gunzip)

export type Encoding = 'br' | 'gzip' | 'identity'
/** A stylesheet, and the words that stand in its place while a page is made (apps/storefront/src/entry.ts). */
export type Sheet = { instead: string; text: string }
/** A page as it was made: `from` and `to` are where in its own bytes the sheet belongs. */
export type PageBytes = { own: Buffer; sheet: Buffer; from: number; to: number; sheetTag: string }

const none = { sheet: Buffer.alloc(0), from: 0, to: 0, sheetTag: '' }

/** Finds the place of the sheet in pages as they are made. The first such words are those of the head: it comes before anybody's text. */
export function sheetFinder(sheets: readonly Sheet[]): (own: Buffer) => PageBytes {
  const known = sheets.map(({ instead, text }) => ({
    words: Buffer.from(`<style>${instead}</style>`),
    sheet: Buffer.from(`<style>${text}</style>`),
    sheetTag: hash('sha1', text, 'base64url'),
  }))
  return (own) => {
    for (const { words, sheet, sheetTag } of known) {
      const from = own.indexOf(words)
      if (from >= 0) return { own, sheet, from, to: from + words.length, sheetTag }
    }
    return { own, ...none }
  }
}

/** The page as a browser reads it. */
export function wholePage({ own, sheet, from, to }: PageBytes): Buffer {
  return sheet.length === 0 ? own : Buffer.concat([own.subarray(0, from), sheet, own.subarray(to)])
}

/** Equal tags, equal pages. */
export function tagOf({ own, sheetTag }: PageBytes): string {
  return `W/"${hash('sha1', own, 'base64url')}${sheetTag.slice(0, 6)}"`
}

/**
 * A kept page in the encodings that were asked for. Compressed it weighs a quarter: once it is, only that is held, and whoever asks for
 * the page as it is, which hardly anybody does, has it unpacked.
 */
export class KeptBody {
  readonly #packed: { br?: Promise<Buffer>; gzip?: Promise<Buffer> } = {}
  readonly #onWeight: (change: number) => void
  #plain: PageBytes | undefined
  /** Bytes it holds of its own. */
  weight: number

  /** @param onWeight told when it becomes heavier or lighter, in bytes */
  constructor(plain: PageBytes, onWeight: (change: number) => void = () => undefined) {
    this.#plain = plain
    this.weight = plain.own.byteLength
    this.#onWeight = onWeight
  }

  /** The encodings it is held in. */
  get forms(): Encoding[] {
    const packed = Object.keys(this.#packed) as Encoding[]
    return this.#plain ? ['identity', ...packed] : packed
  }

  /** The whole page in this encoding; made once, however many ask for it at the same time. */
  async in(encoding: Encoding): Promise<Buffer> {
    if (encoding === 'identity') return this.#unpacked()
    const known = this.#packed[encoding]
    if (known) return known
    const made = this.#unpacked().then((page) => (encoding === 'br' ? squeezed(page) : gzipped(page)))
    this.#packed[encoding] = made
    try {
      const page = await made
      this.#weighs(page.byteLength)
      if (this.#plain) this.#weighs(-this.#plain.own.byteLength)
      this.#plain = undefined
      return page
    } catch (error) {
      delete this.#packed[encoding]
      throw error
    }
  }

  async #unpacked(): Promise<Buffer> {
    if (this.#plain) return wholePage(this.#plain)
    const { br, gzip: zipped } = this.#packed
    if (br) return unsqueezed(await br)
    if (zipped) return unzipped(await zipped)
    throw new Error('a kept page has no body')
  }

  #weighs(change: number): void {
    this.weight += change
    this.#onWeight(change)
  }
}

/** Quality 5 is a tenth smaller and takes twice the time: more than making the page. */
function squeezed(page: Buffer): Promise<Buffer> {
  return brotli(page, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: page.length },
  })
}

// "q=0" refuses an encoding.
const taken = (name: string) => new RegExp(`(^|[\\s,])${name}(\\s*;\\s*q=(?!0(\\.0*)?\\s*(,|$))[\\d.]+)?\\s*(,|$)`, 'i')
const takesBrotli = taken('br')
const takesGzip = taken('gzip')

/** The best of those we have that the asker takes. */
export function encodingFor(accepted: string): Encoding {
  if (takesBrotli.test(accepted)) return 'br'
  return takesGzip.test(accepted) ? 'gzip' : 'identity'
}
