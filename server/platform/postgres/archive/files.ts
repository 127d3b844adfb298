/**
 * The archive folder of a shop: everything it takes to come back to any second of the kept days.
 *
 *   hilo-archive.json   whose archive this is, and until when it reaches
 *   bases/NAME.tar.zst  a backup as `hilo backup` makes it, NAME.json beside it says where its log begins
 *   log/SEGMENT.zst     the database's log since, in its pieces of 16 MB; SEGMENT.partial is the one being written
 *   log/N.history       where a restore branched off
 *   files/              pictures that came since the oldest base
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export const stateName = 'hilo-archive.json'
export const segmentName = /^[0-9A-F]{24}$/

const stateSchema = z.object({
  format: z.literal(1),
  /** PostgreSQL's own number of the database: no two have the same. */
  systemIdentifier: z.string(),
  segmentBytes: z.number().int(),
  /** Everything acknowledged before this moment is in the archive. */
  upTo: z.iso.datetime(),
})
export type ArchiveState = z.infer<typeof stateSchema>

const baseSchema = z.object({
  name: z.string(),
  /** A restore to any moment from here on may begin with it. */
  completedAt: z.iso.datetime(),
  /** First piece of the log that it needs. */
  firstSegment: z.string().regex(segmentName),
  bytes: z.number().int(),
})
export type Base = z.infer<typeof baseSchema>

/** What the archive says of itself; null when the folder is none. */
export function readState(archive: string): ArchiveState | null {
  const path = join(archive, stateName)
  return existsSync(path) ? stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null
}

/** Complete bases, oldest first. */
export function readBases(archive: string): Base[] {
  const folder = join(archive, 'bases')
  return filesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => baseSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
    .sort((a, b) => (a.completedAt < b.completedAt ? -1 : 1))
}

/** Names in a folder, none when it is not there. */
export function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Writes a file so that under its name there is all of it or what was there before, also after a power cut. */
export async function writeSafely(path: string, content: Buffer | string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

/**
 * What may be thrown away: bases that no moment of the kept days needs, and the log before the oldest base that stays. The newest base
 * from before the first kept moment stays, since it is where a restore to that moment begins.
 */
export function outdated(
  bases: readonly Base[],
  segments: readonly string[],
  { now, days }: { now: Date; days: number },
): { bases: Base[]; segments: string[] } {
  const firstKept = new Date(now.getTime() - days * 86_400_000).toISOString()
  const needed = bases.findLast(({ completedAt }) => completedAt <= firstKept) ?? bases[0]
  if (!needed) return { bases: [], segments: [] }
  const old = bases.filter(({ completedAt }) => completedAt < needed.completedAt)
  // Pieces are compared without their branch: a restore may have gone back in the log and begun a new one.
  const from = position(needed.firstSegment)
  const past = segments.filter((name) => segmentName.test(name.slice(0, 24)) && position(name) < from)
  return { bases: old, segments: past }
}

/** Place of a piece in the log, whatever branch it is on. */
export function position(segment: string): string {
  return segment.slice(8, 24)
}

/** The base that a restore to this moment begins with: the newest that was complete by then. */
export function baseFor(bases: readonly Base[], moment: Date): Base | undefined {
  return bases.findLast(({ completedAt }) => completedAt <= moment.toISOString())
}
