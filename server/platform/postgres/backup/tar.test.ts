import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTar, type TarEntry, tarEnd, tarHeader, tarPadding } from './tar.ts'

const long = `media/${'carpeta-muy-larga/'.repeat(8)}camisa-de-lino-añil.webp`
const contents: Record<string, string> = {
  secret: 'x'.repeat(65),
  'media/vacío.txt': '',
  [long]: 'lino\n'.repeat(1000),
}
const entry = (path: string, size: number, kind: TarEntry['kind'] = 'file'): TarEntry => ({
  path,
  kind,
  size,
  mode: kind === 'file' ? 0o600 : 0o700,
  mtime: 1_763_629_200,
})

function archive(): Buffer {
  const files = Object.entries(contents).flatMap(([path, text]) => {
    const body = Buffer.from(text)
    return [tarHeader(entry(path, body.length)), body, tarPadding(body.length)]
  })
  return Buffer.concat([tarHeader(entry('media', 0, 'folder')), ...files, tarEnd])
}

/** The archive in awkward pieces, as a network or an unpacker would hand it over. */
async function* inPieces(data: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}

async function read(source: AsyncIterable<Buffer>): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const {
    entry: { path, kind },
    chunks,
  } of readTar(source)) {
    const pieces: Buffer[] = []
    for await (const chunk of chunks) pieces.push(chunk)
    if (kind === 'file') found[path] = Buffer.concat(pieces).toString('utf8')
  }
  return found
}

describe('a tar of ours', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hilo-tar-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([1, 7, 512, 1_000_000])('reads back in pieces of %i bytes', async (size) => {
    expect(await read(inPieces(archive(), size))).toEqual(contents)
  })

  it.skipIf(spawnSync('tar', ['--version']).status !== 0)('is opened by the tar of the system', () => {
    writeFileSync(join(folder, 'a.tar'), archive())
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder })
    for (const [path, text] of Object.entries(contents)) expect(readFileSync(join(folder, path), 'utf8')).toBe(text)
  })

  it.skipIf(spawnSync('tar', ['--version']).status !== 0)('reads what the tar of the system writes', async () => {
    writeFileSync(join(folder, 'one.txt'), 'uno')
    const made = execFileSync('tar', ['--format=pax', '-cf', '-', 'one.txt'], { cwd: folder })
    expect(await read(inPieces(made, 100))).toEqual({ 'one.txt': 'uno' })
  })

  it('an archive that was cut off or damaged is noticed', async () => {
    const whole = archive()
    await expect(read(inPieces(whole.subarray(0, 2000), 512))).rejects.toThrow('ends too early')
    const damaged = Buffer.from(whole)
    damaged[3] = 0x7a
    await expect(read(inPieces(damaged, 512))).rejects.toThrow('damaged')
  })
})
