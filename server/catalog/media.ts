/** Pictures of products: order, uploads, and those that are fetched from elsewhere. */
import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { mediaOrderBody } from '@hilo/contract'
import sharp from 'sharp'
import type { z } from 'zod'
import type { Clock } from '#platform/clock'
import type { Db, Queryable, Tx } from '#platform/db'
import { newId } from '#platform/ids'
import { Problem } from '#platform/problems'
import { type SafeFetchOptions, safeFetch } from '#platform/safe-fetch'
import { sql } from '#platform/sql'
import { lockProduct } from './edit-product.ts'
import { catalogProblems } from './problems.ts'
import { raiseCatalogVersion } from './search-index.ts'

export const pictureBytesMax = 20 * 1_048_576
const pixelsMax = 50_000_000
/** Longest edge kept of an original, in pixels: twice the largest width that is served, on a portrait picture. */
const edgeMax = 2400
const attemptsMax = 6
/** What cameras and drawing programs write. Not SVG or PDF: they are programs for a drawing machine rather than pictures. */
const formatsTaken = new Set(['jpeg', 'png', 'webp', 'heif', 'gif', 'tiff'])

export type StoredPicture = { picture: string; width: number; height: number; color: string }

/**
 * Takes a picture in: read, turned upright, stripped of where and with what it was taken, written anew as WebP below
 * `<dataDir>/media`. Its name is the hash of its content, so the same picture is stored once.
 * @throws Problem catalog.picture_refused
 */
export async function storePicture(dataDir: string, bytes: Buffer): Promise<StoredPicture> {
  const { data, info, color } = await (async () => {
    try {
      const image = sharp(bytes, { limitInputPixels: pixelsMax, failOn: 'error' })
      const { format } = await image.metadata()
      if (!formatsTaken.has(format)) throw new Error(`${format} is not taken`)
      const upright = image
        .rotate()
        .resize({ width: edgeMax, height: edgeMax, fit: 'inside', withoutEnlargement: true })
      const written = await upright.webp({ quality: 88 }).toBuffer({ resolveWithObject: true })
      const { dominant } = await sharp(written.data).stats()
      return { ...written, color: hexOf(dominant) }
    } catch (error) {
      throw catalogProblems.picture_refused({}, { cause: error })
    }
  })()
  const hash = createHash('sha256').update(data).digest('hex')
  const picture = `p/${hash.slice(0, 2)}/${hash.slice(2, 34)}.webp`
  await writeWhole(join(dataDir, 'media', picture), data)
  return { picture, width: info.width, height: info.height, color }
}

/** Writes a file so that nobody ever sees half of it. */
export async function writeWhole(path: string, data: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${newId('med')}.tmp`
  await writeFile(draft, data)
  await rename(draft, path)
}

function hexOf({ r, g, b }: { r: number; g: number; b: number }): string {
  return `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** Puts the pictures of a product in this order; those left out are removed. @throws Problem platform.changed_meanwhile */
export async function orderMedia(
  tx: Tx,
  clock: Clock,
  productId: string,
  body: z.output<typeof mediaOrderBody>,
): Promise<void> {
  await lockProduct(tx, clock, productId, body.version)
  const rows = body.items.map((item, position) => ({ ...item, position }))
  await tx.run(sql`
    delete from catalog.media where product_id = ${productId} and id <> all (${rows.map(({ id }) => id)}::text[])`)
  await tx.run(sql`
    update catalog.media m
       set position = r.position, alt = coalesce(r.alt, m.alt),
           option_value = case when r.has then r."optionValue" else m.option_value end
      from jsonb_to_recordset(${JSON.stringify(rows.map((row) => ({ ...row, has: row.optionValue !== undefined })))}::jsonb)
        r (id text, position int, alt jsonb, "optionValue" text, has boolean)
     where m.id = r.id and m.product_id = ${productId}`)
  await raiseCatalogVersion(tx)
}

export type NewMedia = { alt?: { es: string; en: string }; optionValue?: string | null } & (
  | { stored: StoredPicture }
  | { sourceUrl: string }
)

/** Adds a picture at the end: one that is stored, or one that a job will fetch. @returns its id */
export async function addMedia(tx: Tx, clock: Clock, productId: string, media: NewMedia): Promise<string> {
  await lockProduct(tx, clock, productId, undefined)
  const id = newId('med')
  const stored = 'stored' in media ? media.stored : undefined
  await tx.run(sql`
    insert into catalog.media (id, product_id, option_value, alt, picture, source_url, status, width, height, color, position)
    select ${id}, ${productId}, ${media.optionValue ?? null}, ${JSON.stringify(media.alt ?? {})}::jsonb, ${stored?.picture ?? null},
           ${'sourceUrl' in media ? media.sourceUrl : null}, ${stored ? 'ready' : 'pending'}, ${stored?.width ?? null}::int,
           ${stored?.height ?? null}::int, ${stored?.color ?? null}, coalesce(max(position) + 1, 0)
      from catalog.media where product_id = ${productId}
    on conflict (product_id, source_url) do nothing`)
  await raiseCatalogVersion(tx)
  return id
}

export type MediaRow = {
  id: string
  url: string | null
  alt: { es: string; en: string }
  optionValue: string | null
  width: number | null
  height: number | null
  color: string | null
  status: 'pending' | 'ready' | 'failed'
  sourceUrl: string | null
  error: string | null
}

/** Every picture of a product, also those that are still to come or could not be fetched. */
export async function mediaOf(q: Queryable, productId: string): Promise<MediaRow[]> {
  return q.many<MediaRow>(sql`
    select id, picture as url, jsonb_build_object('es', coalesce(alt ->> 'es', ''), 'en', coalesce(alt ->> 'en', '')) as alt,
           option_value as "optionValue", width, height, color, status, source_url as "sourceUrl", error
      from catalog.media where product_id = ${productId} order by position, id`)
}

type Due = { id: string; sourceUrl: string; attempts: number }

/**
 * Fetches pictures that are due, a few at a time; call it again and again. A claim moves the next attempt forward, so several
 * processes never fetch the same one and a crash costs a pause. After six failures a picture is `failed` and stays listed.
 * @returns how many were tried
 */
export async function fetchDuePictures(
  db: Db,
  clock: Clock,
  { dataDir, fetchOptions, limit = 4 }: { dataDir: string; fetchOptions?: SafeFetchOptions; limit?: number },
): Promise<number> {
  const now = clock.now()
  // Every statement that writes this table makes all processes read the catalog again, also one that finds nothing to write.
  const waiting = await db.maybeOne(
    sql`select 1 from catalog.media where status = 'pending' and next_attempt_at <= ${now} limit 1`,
  )
  if (!waiting) return 0
  const due = await db.many<Due>(sql`
    update catalog.media set attempts = attempts + 1,
           next_attempt_at = ${now}::timestamptz + least(3600, 30 * power(2, attempts)) * interval '1 second'
     where id in (select id from catalog.media where status = 'pending' and next_attempt_at <= ${now}
                   order by next_attempt_at, id limit ${limit}::int for update skip locked)
    returning id, source_url as "sourceUrl", attempts`)
  await Promise.all(due.map((media) => fetchOne(db, media, dataDir, fetchOptions)))
  return due.length
}

async function fetchOne(
  db: Db,
  { id, sourceUrl, attempts }: Due,
  dataDir: string,
  options?: SafeFetchOptions,
): Promise<void> {
  try {
    const answer = await safeFetch(sourceUrl, {
      timeoutMs: 20_000,
      maxBytes: pictureBytesMax,
      accept: 'image/',
      ...options,
    })
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`)
    const { picture, width, height, color } = await storePicture(dataDir, answer.body)
    await db.transaction(async (tx) => {
      await tx.run(sql`
        update catalog.media set status = 'ready', picture = ${picture}, width = ${width}, height = ${height}, color = ${color}, error = null
         where id = ${id}`)
      await raiseCatalogVersion(tx)
    })
  } catch (error) {
    // Refusals do not get better by asking again; what did not answer may.
    const isFinal = error instanceof Problem && error.definition.retry !== 'later'
    await db.run(sql`
      update catalog.media set error = ${String(error).slice(0, 500)}, status = ${isFinal || attempts >= attemptsMax ? 'failed' : 'pending'}
       where id = ${id}`)
  }
}
