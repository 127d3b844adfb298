import type { Env, Lang, Text } from '../platform/config.ts'
import type { Terminal } from './terminal.ts'

/** One argument: a positional one (by order), a text option, a choice or a switch. */
export type Arg = Readonly<{
  type: 'positional' | 'string' | 'enum' | 'boolean'
  about: Text
  /** Positional arguments are required unless this is false; options never are unless it is true. */
  required?: boolean
  /** Allowed values, for positional arguments too. */
  options?: readonly string[]
  /** Word shown for the value in the help, such as FILE. */
  hint?: string
}>

export type Args = Readonly<Record<string, string | boolean | undefined>>

/** What a command gets: its parsed arguments, the environment with the common options applied, and where to write. */
export type CommandContext = Readonly<{ args: Args; env: Env; lang: Lang; terminal: Terminal }>

/** A command of `hilo`; `run` gives the exit code (nothing = 0) or throws what `explain` turns into a sentence. */
export type Command = Readonly<{
  name: string
  about: Text
  args: Readonly<Record<string, Arg>>
  /** Lines for the end of its help. */
  examples?: readonly string[]
  run(context: CommandContext): Promise<number | undefined>
}>

/** Options every command takes. */
export const commonArgs: Readonly<Record<string, Arg>> = {
  data: {
    type: 'string',
    hint: 'DIR',
    about: { es: 'Carpeta de los datos, en lugar de HILO_DATA', en: 'Folder of the data, instead of HILO_DATA' },
  },
  lang: { type: 'enum', options: ['es', 'en'], about: { es: 'Idioma', en: 'Language' } },
  help: { type: 'boolean', about: { es: 'Muestra esta ayuda', en: 'Shows this help' } },
}

/** The text of an argument, or `undefined`; switches and empty texts do not count. */
export function textArg(args: Args, name: string): string | undefined {
  const value = args[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
