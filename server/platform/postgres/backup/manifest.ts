/** What a backup says about itself; the last thing written, so a backup without it is not one. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { SetupError } from '../setup-error.ts'

export const manifestName = 'hilo-backup.json'

const manifestSchema = z.strictObject({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  hiloVersion: z.string(),
  postgresMajor: z.number().int(),
  /** Last migration in the database. */
  migration: z.string(),
  startLsn: z.string(),
  /** Every transaction acknowledged before this point of the log is in the backup. */
  stopLsn: z.string(),
  folders: z.array(z.string()),
  files: z.array(z.strictObject({ path: z.string(), size: z.number().int(), sha256: z.string().length(64) })),
})
export type Manifest = z.infer<typeof manifestSchema>
export type ManifestFile = Manifest['files'][number]

/** Reads a manifest. @throws SetupError refused when it is none, or lists a path that leads outside the data folder */
export function parseManifest(text: string): Manifest {
  const manifest = manifestSchema.safeParse(parseJson(text))
  if (!manifest.success) throw notABackup('')
  const paths = [...manifest.data.folders, ...manifest.data.files.map(({ path }) => path)]
  const outside = paths.find((path) => !isInside(path))
  if (outside !== undefined) throw notABackup(outside)
  return manifest.data
}

/** True for a plain relative path that stays below its root. */
export function isInside(path: string): boolean {
  const parts = path.split('/')
  return (
    path !== '' &&
    !path.includes('\\') &&
    !path.includes('\0') &&
    parts.every((part) => !['', '.', '..'].includes(part))
  )
}

export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The refusal for something that is not a complete backup of ours. */
export function notABackup(what: string): SetupError {
  return new SetupError('refused', {
    es: `Eso no es una copia completa de Hilo${what && ` (${what})`}. No se ha cambiado nada; elige otra copia.`,
    en: `That is not a complete backup of Hilo${what && ` (${what})`}. Nothing was changed; choose another backup.`,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // refused by the schema
  }
}
