/** `hilo`: finds the command, checks its arguments, runs it, and turns every failure into one sentence and an exit code. */

import { type ArgsDef, parseArgs } from 'citty'
import { dataFolder, languageOf } from '../platform/config.ts'
import { finishRestore } from '../platform/postgres/backup/swap.ts'
import { exitCodes, SetupError } from '../platform/postgres/setup-error.ts'
import { type Arg, type Args, type Command, commonArgs } from './command.ts'
import { commands } from './commands.ts'
import { explain } from './explain.ts'
import { commandHelp, mainHelp } from './help.ts'
import { openTerminal } from './terminal.ts'

/**
 * Runs one command line.
 * @param argv what stands after `hilo`
 * @returns the exit code (see `exitCodes`)
 */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const terminal = openTerminal()
  const asked = optionValue(argv, 'lang')
  const lang = languageOf(asked ? { ...env, HILO_LANG: asked } : env)
  const dataDir = dataFolder(env, optionValue(argv, 'data'))
  const [name, ...rest] = takeCommonFirst(argv)
  try {
    if (name === undefined || name === 'help' || name === '--help') {
      terminal.say(mainHelp(terminal, lang))
      return exitCodes.ok
    }
    const entry = commands[name]
    if (!entry) throw unknownCommand(name)
    const { command } = await entry.load()
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.say(commandHelp(terminal, command, lang))
      return exitCodes.ok
    }
    const args = readArgs(command, rest)
    const own = {
      ...(asked ? { HILO_LANG: asked } : {}),
      ...(args.data ? { HILO_DATA: dataDir } : {}),
    }
    // Before anything is read: a restore cut short by a crash is completed first.
    await finishRestore(dataDir)
    return (await command.run({ args, env: { ...env, ...own }, lang, terminal })) ?? exitCodes.ok
  } catch (error) {
    const { text, exitCode } = explain(error, lang, dataDir)
    if (text !== '') terminal.warn(text)
    return exitCode
  }
}

/** `hilo --lang en start` means the same as `hilo start --lang en`. */
function takeCommonFirst(argv: readonly string[]): string[] {
  const at = argv.findIndex((arg, i) => !arg.startsWith('-') && !['--lang', '--data'].includes(argv[i - 1] ?? ''))
  return at <= 0 ? [...argv] : [argv[at] as string, ...argv.slice(0, at), ...argv.slice(at + 1)]
}

function optionValue(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  return at < 0 ? undefined : argv[at]?.includes('=') ? argv[at].slice(name.length + 3) : argv[at + 1]
}

/** Parsed arguments. A misspelt option must not be passed over in silence: what is not known is refused. */
function readArgs(command: Command, rest: readonly string[]): Args {
  const known: Record<string, Arg> = { ...command.args, ...commonArgs }
  for (const arg of rest) {
    if (arg === '--') break
    const name = /^--([^=]+)/.exec(arg)?.[1]
    if (name === undefined ? /^-./.test(arg) : !isKnown(known, name)) throw unknownOption(command, arg)
  }
  const optional = Object.entries(known).map(([name, { type, options }]) => {
    const definition = { type, required: false, ...(options && type === 'enum' ? { options: [...options] } : {}) }
    return [name, type === 'enum' ? { ...definition, type: 'string' } : definition]
  })
  const args = parseArgs([...rest], Object.fromEntries(optional) as ArgsDef) as Args & { _: string[] }
  const positional = Object.values(known).filter(({ type }) => type === 'positional').length
  if (args._.length > positional) throw unknownOption(command, args._[positional] ?? '')
  for (const [name, arg] of Object.entries(known)) checkArg(command, name, arg, args[name])
  return args
}

function isKnown(known: Record<string, Arg>, name: string): boolean {
  return Object.hasOwn(known, name) || (name.startsWith('no-') && known[name.slice(3)]?.type === 'boolean')
}

function checkArg(command: Command, name: string, arg: Arg, value: string | boolean | undefined): void {
  const label = arg.type === 'positional' ? (arg.hint ?? name.toUpperCase()) : `--${name}`
  const allowed = arg.options?.join(', ')
  const missing = value === undefined || value === ''
  const isRequired = arg.type === 'positional' ? arg.required !== false : arg.required === true
  if (missing && (isRequired || value === '')) {
    throw usage(command, {
      es: `Falta ${label}${allowed ? ` (${allowed})` : ''}: ${arg.about.es.toLowerCase()}.`,
      en: `${label} is missing${allowed ? ` (${allowed})` : ''}: ${arg.about.en.toLowerCase()}.`,
    })
  }
  if (!missing && arg.options && !arg.options.includes(String(value))) {
    throw usage(command, {
      es: `${label} no puede ser ${JSON.stringify(value)}; elige entre ${allowed}.`,
      en: `${label} cannot be ${JSON.stringify(value)}; choose one of ${allowed}.`,
    })
  }
}

function unknownCommand(name: string): SetupError {
  const all = Object.keys(commands).join(', ')
  return new SetupError('usage', {
    es: `hilo no conoce la orden ${JSON.stringify(name)}. Hay: ${all}. hilo --help las explica.`,
    en: `hilo does not know the command ${JSON.stringify(name)}. There are: ${all}. hilo --help explains them.`,
  })
}

function unknownOption(command: Command, arg: string): SetupError {
  return usage(command, {
    es: `hilo ${command.name} no conoce ${JSON.stringify(arg)}.`,
    en: `hilo ${command.name} does not know ${JSON.stringify(arg)}.`,
  })
}

function usage(command: Command, text: { es: string; en: string }): SetupError {
  return new SetupError('usage', {
    es: `${text.es} hilo ${command.name} --help lo explica.`,
    en: `${text.en} hilo ${command.name} --help explains it.`,
  })
}
