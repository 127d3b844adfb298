import type { Lang, Text } from '../platform/config.ts'
import { exitCodes } from '../platform/postgres/setup-error.ts'
import { type Arg, type Command, commonArgs } from './command.ts'
import { commands } from './commands.ts'
import type { Terminal } from './terminal.ts'

const words = {
  use: { es: 'Uso', en: 'Use' },
  commands: { es: 'Órdenes', en: 'Commands' },
  command: { es: 'orden', en: 'command' },
  options: { es: 'Opciones', en: 'Options' },
  examples: { es: 'Ejemplos', en: 'Examples' },
  codes: { es: 'Códigos de salida', en: 'Exit codes' },
  more: {
    es: 'hilo ORDEN --help explica una orden. En inglés: --lang en.',
    en: 'hilo COMMAND --help explains a command. In Spanish: --lang es.',
  },
  what: {
    es: 'Hilo: una clienta, un stock, un precio, un pedido, una conversación.',
    en: 'Hilo: one customer, one stock, one price, one order, one conversation.',
  },
} as const satisfies Record<string, Text>

/** What each exit code means, for the help and `docs/cli.md`. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, Text>> = {
  ok: { es: 'todo bien', en: 'all well' },
  defect: { es: 'fallo de Hilo', en: 'a defect of Hilo' },
  usage: { es: 'orden u opción mal escrita', en: 'command or option not understood' },
  settings: { es: 'un ajuste no vale', en: 'a setting is wrong' },
  port_taken: { es: 'el puerto está ocupado', en: 'the port is taken' },
  data_not_writable: { es: 'no se puede escribir en los datos', en: 'the data folder cannot be written' },
  disk_full: { es: 'disco lleno', en: 'disk full' },
  database_unreachable: { es: 'no se llega a la base de datos', en: 'the database cannot be reached' },
  database_newer: { es: 'la base de datos es de otra versión', en: 'the database is of another version' },
  database_broken: { es: 'la base de datos no arranca', en: 'the database does not start' },
  refused: { es: 'no se puede hacer lo pedido', en: 'what was asked cannot be done' },
  build_failed: { es: 'no se pudo construir la web', en: 'the front ends could not be built' },
  disagreement: { es: 'hilo verify encontró filas que no cuadran', en: 'hilo verify found rows that disagree' },
  incomplete: { es: 'hilo import no tomó todas las filas', en: 'hilo import did not take every row' },
  interrupted: { es: 'interrumpido', en: 'interrupted' },
}

/** Help for `hilo` itself. */
export function mainHelp(terminal: Terminal, lang: Lang): string {
  const { bold } = terminal
  const rows = Object.entries(commands).map(([name, { about }]) => [name, about[lang]] as const)
  const codes = Object.entries(exitCodes).map(
    ([name, code]) => [String(code), exitCodeMeanings[name as keyof typeof exitCodes][lang]] as const,
  )
  return [
    words.what[lang],
    '',
    `${bold(words.use[lang])}  hilo <${words.command[lang]}> [--data DIR] [--lang es|en] [--help]`,
    '',
    bold(words.commands[lang]),
    ...columns(rows),
    '',
    bold(words.codes[lang]),
    ...columns(codes),
    '',
    words.more[lang],
  ].join('\n')
}

/** Help for one command. */
export function commandHelp(terminal: Terminal, command: Command, lang: Lang): string {
  const { bold } = terminal
  const args = Object.entries({ ...command.args, ...commonArgs })
  const positional = args.filter(([, arg]) => arg.type === 'positional')
  const usage = positional.map(([name, arg]) => (arg.required === false ? `[${shown(name, arg)}]` : shown(name, arg)))
  const rows = args.map(([name, arg]) => [argLabel(name, arg), arg.about[lang]] as const)
  const examples = command.examples ?? []
  return [
    `${command.about[lang]}.`,
    '',
    `${bold(words.use[lang])}  hilo ${[command.name, ...usage].join(' ')}`,
    '',
    bold(words.options[lang]),
    ...columns(rows),
    ...(examples.length > 0 ? ['', bold(words.examples[lang]), ...examples.map((line) => `  ${line}`)] : []),
  ].join('\n')
}

function shown(name: string, arg: Arg): string {
  return arg.options ? arg.options.join('|') : (arg.hint ?? name.toUpperCase())
}

function argLabel(name: string, arg: Arg): string {
  if (arg.type === 'positional') return shown(name, arg)
  return arg.type === 'boolean' ? `--${name}` : `--${name} ${shown(name, arg)}`
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
