/** `GET /media/*`: pictures in the widths and formats a browser asks for, made once and kept on disk. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pictureWidths } from '@hilo/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import sharp from 'sharp'
import { writeWhole } from './media.ts'
import { catalogProblems } from './problems.ts'

/** Draws a picture by name, in pixels of width; undefined when there is none of that name. */
export type DrawPicture = (wanted: { name: string; width: number }) => Promise<Buffer | undefined>
export type MediaOptions = {
  /** Pictures lie in `<dataDir>/media`, made versions in `<dataDir>/cache/media`. */
  dataDir: string
  drawPicture?: DrawPicture
}

const drawnFolder = 'demo/'
const formats = { avif: 'image/avif', webp: 'image/webp' } as const
type Format = keyof typeof formats

/** Registers the picture route. Names change with content (or never, for drawn ones), so browsers may keep what they got. */
export function registerMediaRoute(app: FastifyInstance, options: MediaOptions): void {
  const making = new Map<string, Promise<Buffer>>()
  app.get('/media/*', async (request: FastifyRequest, reply: FastifyReply) => {
    const name = nameOf((request.params as { '*': string })['*'])
    const width = widthOf((request.query as { w?: string }).w)
    // AVIF saves a third but takes ten times as long to make: only small ones are made while a shopper waits.
    const wantsAvif =
      width <= 640 && !name.startsWith(drawnFolder) && (request.headers.accept ?? '').includes('image/avif')
    const format: Format = wantsAvif ? 'avif' : 'webp'
    const path = cachePath(options.dataDir, name, width, format)
    const picture =
      (await readIfThere(path)) ?? (await once(making, path, () => make(options, { name, width, format, path })))
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('vary', 'accept')
      .header('cross-origin-resource-policy', 'same-origin')
      .type(formats[format])
      .send(picture)
  })
}

/** Only names as we give them. Nothing is put right here: a path that needs it, such as one with `..` or `\`, is none of ours. */
function nameOf(path: string): string {
  const parts = path.split('/')
  if (!parts.every((part) => /^[\p{L}\p{N}_-][\p{L}\p{N}_.-]*$/u.test(part)))
    throw catalogProblems.picture_not_found({ picture: path })
  return path
}

function widthOf(text: string | undefined): number {
  const width = text === undefined ? 800 : Number(text)
  if ((pictureWidths as readonly number[]).includes(width)) return width
  throw catalogProblems.width_unknown({ parameter: 'w', widths: pictureWidths })
}

function cachePath(dataDir: string, name: string, width: number, format: Format): string {
  const key = createHash('sha256').update(name).digest('hex').slice(0, 32)
  return join(dataDir, 'cache', 'media', key.slice(0, 2), `${key}-${width}.${format}`)
}

/** Ten shoppers who ask for the same new picture wait for one making. */
async function once(making: Map<string, Promise<Buffer>>, key: string, work: () => Promise<Buffer>): Promise<Buffer> {
  const known = making.get(key)
  if (known) return known
  const made = work().finally(() => making.delete(key))
  making.set(key, made)
  return made
}

type Wanted = { name: string; width: number; format: Format; path: string }

async function make({ dataDir, drawPicture }: MediaOptions, { name, width, format, path }: Wanted): Promise<Buffer> {
  const picture = name.startsWith(drawnFolder)
    ? await drawPicture?.({ name: name.slice(drawnFolder.length).replace(/\.webp$/, ''), width })
    : await resized(join(dataDir, 'media', name), width, format)
  if (!picture) throw catalogProblems.picture_not_found({ picture: name })
  await writeWhole(path, picture)
  return picture
}

async function resized(path: string, width: number, format: Format): Promise<Buffer | undefined> {
  const original = await readIfThere(path)
  if (!original) return undefined
  const image = sharp(original).resize({ width, withoutEnlargement: true })
  return format === 'avif' ? image.avif({ quality: 60, effort: 2 }).toBuffer() : image.webp({ quality: 82 }).toBuffer()
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
