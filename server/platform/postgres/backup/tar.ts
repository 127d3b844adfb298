/**
 * The little of the tar format (POSIX.1-2001, "ustar" with "pax" names) that a backup needs, written as a stream and
 * read as a stream, so that any `tar` can open a backup and memory does not grow with it.
 */

export type TarEntry = Readonly<{ path: string; kind: 'file' | 'folder'; size: number; mode: number; mtime: number }>

const block = 512

/** Header of one entry; a path that does not fit gets a pax record before it. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path
  const type = entry.kind === 'folder' ? '5' : '0'
  if (Buffer.byteLength(path) <= 100) return rawHeader({ ...entry, path }, type)
  const record = paxRecord('path', path)
  const pax = rawHeader({ path: 'pax', size: record.length, mode: 0o600, mtime: entry.mtime }, 'x')
  return Buffer.concat([pax, record, tarPadding(record.length), rawHeader({ ...entry, path: path.slice(-100) }, type)])
}

/** Zeros up to the next block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block)
}

/** What ends an archive. */
export const tarEnd = Buffer.alloc(2 * block)

function rawHeader(entry: Omit<TarEntry, 'kind'>, type: string): Buffer {
  const header = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  header.write(entry.path, 0, 100, 'utf8')
  octal(entry.mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(entry.size, 124, 12)
  octal(entry.mtime, 136, 12)
  header.write(type, 156, 'latin1')
  header.write('ustar\u000000', 257, 'latin1')
  octal(checksum(header), 148, 7)
  header.write(' ', 155, 'latin1')
  return header
}

/** Sum of all bytes, with the checksum's own field taken as spaces. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0)
}

/** `length key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`
  let length = Buffer.byteLength(rest)
  while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`)
  return Buffer.from(`${length}${rest}`)
}

/**
 * Reads entries in order. The chunks of a file must be consumed before the next entry is asked for.
 * @throws Error when the archive is cut off or damaged
 */
export async function* readTar(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<{ entry: TarEntry; chunks: AsyncGenerator<Buffer> }> {
  const reader = new BlockReader(source)
  let longPath: string | null = null
  for (;;) {
    const header = await reader.take(block)
    if (header.every((byte) => byte === 0)) return
    const found = parseHeader(header)
    if (found.type === 'x') {
      longPath = paxPath(await reader.take(found.size)) ?? longPath
      await reader.take(tarPadding(found.size).length)
      continue
    }
    const path = (longPath ?? found.path).replace(/\/$/, '')
    longPath = null
    const kind = found.type === '5' ? 'folder' : 'file'
    const chunks = reader.stream(found.size)
    yield { entry: { path, kind, size: found.size, mode: found.mode, mtime: found.mtime }, chunks }
    await drain(chunks)
    await reader.take(tarPadding(found.size).length)
  }
}

async function drain(chunks: AsyncGenerator<Buffer>): Promise<void> {
  for (let step = await chunks.next(); !step.done; step = await chunks.next());
}

function parseHeader(header: Buffer) {
  const text = (at: number, length: number) => header.toString('utf8', at, at + length).split('\0')[0] ?? ''
  const number = (at: number, length: number) => Number.parseInt(text(at, length).trim(), 8) || 0
  if (number(148, 8) !== checksum(header)) throw new Error('damaged tar header')
  const prefix = text(345, 155)
  const path = prefix ? `${prefix}/${text(0, 100)}` : text(0, 100)
  return { path, mode: number(100, 8), size: number(124, 12), mtime: number(136, 12), type: text(156, 1) }
}

function paxPath(record: Buffer): string | undefined {
  return /^\d+ path=([^\n]*)\n/m.exec(record.toString('utf8'))?.[1]
}

/** Cuts a stream into pieces of a wanted size. */
class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  async take(size: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    for await (const piece of this.stream(size)) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  async *stream(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next()
        if (next.done) throw new Error('the archive ends too early')
        this.#rest = next.value
        continue
      }
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }
}
