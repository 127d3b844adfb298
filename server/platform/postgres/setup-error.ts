import type { Lang, Text } from '../config-settings.ts'

/** How the `hilo` command ends when it cannot do its work; 0 is success and 1 a defect of ours. */
export const exitCodes = {
  ok: 0,
  defect: 1,
  usage: 2,
  settings: 3,
  port_taken: 4,
  data_not_writable: 5,
  disk_full: 6,
  database_unreachable: 7,
  database_newer: 8,
  database_broken: 9,
  refused: 10,
  build_failed: 11,
  disagreement: 12,
  incomplete: 13,
  interrupted: 130,
} as const
export type ExitReason = keyof typeof exitCodes

/**
 * A set-up failure the person at the keyboard can end: one sentence that says what happened and what to do, in both
 * languages, and the reason that gives the exit code.
 */
export class SetupError extends Error {
  readonly reason: ExitReason
  readonly text: Text

  constructor(reason: ExitReason, text: Text, options?: ErrorOptions) {
    super(text.en, options)
    this.name = 'SetupError'
    this.reason = reason
    this.text = text
  }

  get exitCode(): number {
    return exitCodes[this.reason]
  }

  describe(lang: Lang): string {
    return this.text[lang]
  }
}

/** The refusal for a failed file operation below `dir`, or `null` when the error is about something else. */
export function fileTrouble(error: unknown, dir: string): SetupError | null {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? ''
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dir, error)
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return notWritable(dir, error)
  return null
}

/** No space left where `dir` lives. */
export function diskFull(dir: string, cause?: unknown): SetupError {
  return new SetupError(
    'disk_full',
    {
      es: `No queda espacio en el disco de ${dir}. Libera espacio y vuelve a arrancar; no se ha perdido nada.`,
      en: `The disk of ${dir} is full. Free some space and start again; nothing was lost.`,
    },
    { cause },
  )
}

/** The data folder cannot be written by this user. */
export function notWritable(dir: string, cause?: unknown): SetupError {
  return new SetupError(
    'data_not_writable',
    {
      es: `No se puede escribir en la carpeta de datos ${dir}. Dale permiso a este usuario o elige otra con HILO_DATA.`,
      en: `The data folder ${dir} cannot be written. Give this user permission or choose another one with HILO_DATA.`,
    },
    { cause },
  )
}
