/** Turns whatever went wrong into one sentence with the remedy, and an exit code. */
import { type Lang, SettingsError } from '../platform/config.ts'
import { diskFull, exitCodes, fileTrouble, SetupError } from '../platform/postgres/setup-error.ts'
import { Problem } from '../platform/problems.ts'

/** `defect` is true when the failure is ours: then the trace is worth showing. */
export type Explanation = Readonly<{ text: string; exitCode: number; defect: boolean }>

/** A failure that a process of ours has said already; only its exit code is passed on. */
export class AlreadyExplained extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.name = 'AlreadyExplained'
    this.exitCode = exitCode
  }
}

/**
 * The sentence for an error in the reader's language.
 * @param dataDir named in sentences about files
 */
export function explain(error: unknown, lang: Lang, dataDir: string): Explanation {
  if (error instanceof SettingsError) return { text: error.describe(lang), exitCode: exitCodes.settings, defect: false }
  if (error instanceof AlreadyExplained) return { text: '', exitCode: error.exitCode, defect: false }
  const setup = asSetupError(error, dataDir)
  if (setup) return { text: setup.describe(lang), exitCode: setup.exitCode, defect: false }
  if (error instanceof Problem) {
    const { title, titleEs, remedy, remedyEs } = error.definition
    const { detail, detailEs } = error.data
    const parts = lang === 'es' ? [titleEs, detailEs ?? detail, remedyEs ?? remedy] : [title, detail, remedy]
    const text = parts
      .filter(Boolean)
      .map((part) => (/[.?]$/.test(String(part)) ? part : `${part}.`))
      .join(' ')
    return { text, exitCode: exitCodes.refused, defect: false }
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const ours = lang === 'es' ? 'Fallo de Hilo; no es culpa tuya.' : 'A defect of Hilo; it is not your fault.'
  return { text: `${ours}\n${trace}${causes(error)}`, exitCode: exitCodes.defect, defect: true }
}

function asSetupError(error: unknown, dataDir: string): SetupError | null {
  if (error instanceof SetupError) return error
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof SetupError) return inner
    if ((inner as { code?: unknown }).code === '53100') return diskFull(dataDir, error)
    const { syscall, path } = inner as NodeJS.ErrnoException
    if (syscall !== undefined && syscall !== 'connect' && syscall !== 'listen') {
      const trouble = fileTrouble(inner, path === undefined || isAround(path, dataDir) ? dataDir : path)
      if (trouble) return trouble
    }
  }
  return null
}

/** A file in the data folder, or a folder above it: people know the data folder. */
function isAround(path: string, dataDir: string): boolean {
  return path.startsWith(dataDir) || dataDir.startsWith(path)
}

function causes(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? `\n${cause.stack ?? cause.message}${causes(cause)}` : ''
}
