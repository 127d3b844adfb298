/**
 * Reads, validates and explains the settings.
 *
 * Order of precedence: the environment, then `hilo.env` in the data folder, then the default. Everything wrong is
 * reported at once, each by its name, with the remedy: a start that fails five times for five typing errors is
 * five times too many.
 */
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { z } from 'zod'
import { dataSetting, type Lang, type Setting, settings, type Text } from './config-settings.ts'

export type { Lang, Text } from './config-settings.ts'

type Settings = typeof settings
type Read<K extends keyof Settings> = z.output<Settings[K]['read']>
/** Settings that may stay unset; the others always have a value. */
type Nullable = 'databaseUrl' | 'smtpUrl' | 'archiveDir' | 'metricsToken'

/** The settings of one run; frozen. `dataDir` is absolute, `publicUrl` an origin without a slash at the end. */
export type Config = Readonly<
  { [K in Exclude<keyof Settings, Nullable>]: Read<K> } & { [K in Nullable]: Read<K> | null } & { dataDir: string }
>

/** The environment as Node gives it. */
export type Env = Readonly<Record<string, string | undefined>>

/** The folder that holds `package.json`, `server/` and `apps/`. */
export const projectDir = resolve(import.meta.dirname, '../..')

/** What is wrong with one setting. `value` is `null` for secrets. */
export type SettingProblem = Readonly<{ name: string; value: string | null; problem: Text; remedy: Text }>

/** Thrown when settings are wrong; `describe(lang)` gives one line per problem. */
export class SettingsError extends Error {
  readonly problems: readonly SettingProblem[]
  readonly lang: Lang

  constructor(problems: readonly SettingProblem[], lang: Lang) {
    super(problems.map((problem) => sentence(problem, lang)).join('\n'))
    this.name = 'SettingsError'
    this.problems = problems
    this.lang = lang
  }

  describe(lang: Lang): string {
    return this.problems.map((problem) => sentence(problem, lang)).join('\n')
  }
}

function sentence({ name, value, problem, remedy }: SettingProblem, lang: Lang): string {
  const shown = value === null ? name : `${name}=${JSON.stringify(value)}`
  return `${shown}: ${problem[lang]} ${remedy[lang]}`
}

/**
 * Settings of this run.
 * @param env usually `process.env`; an empty text counts as unset
 * @param options.dataDir wins over `HILO_DATA`
 * @param options.readOnly writes nothing: without a kept secret, one for this run only is made
 * @throws SettingsError naming every wrong setting; the system's error when the data folder cannot be written
 */
export function loadConfig(env: Env, options: { dataDir?: string; readOnly?: boolean } = {}): Config {
  const lang = languageOf(env)
  const dataDir = dataFolder(env, options.dataDir)
  const file = readSettingsFile(join(dataDir, 'hilo.env'))
  const problems = [...unknownNames(env, { all: false }), ...unknownNames(file, { all: true })]
  const values: Record<string, unknown> = { dataDir }
  for (const [key, setting] of Object.entries<Setting>(settings)) {
    const text = env[setting.name] || file[setting.name] || setting.fallback
    if (text === null) continue
    const result = setting.read.safeParse(text)
    if (result.success) values[key] = result.data
    else problems.push(wrongValue(setting, text))
  }
  if (problems.length > 0) throw new SettingsError(problems, lang)
  values.publicUrl ??= `http://localhost:${values.port}`
  values.lang ??= lang
  values.databaseUrl ??= null
  values.smtpUrl ??= null
  values.archiveDir ??= null
  values.metricsToken ??= null
  values.allowHosts ??= []
  values.secret ??= keptSecret(dataDir, options.readOnly ?? false)
  return Object.freeze(values) as Config
}

/** Absolute path of the data folder; a relative one counts from where the command was called, the default from the project. */
export function dataFolder(env: Env, given?: string): string {
  return resolve(given || env[dataSetting.name] || join(projectDir, '.hilo'))
}

/** The language to speak before the settings are known to be right: `HILO_LANG`, the locale, else Spanish. */
export function languageOf(env: Env): Lang {
  const asked = env.HILO_LANG
  if (asked === 'es' || asked === 'en') return asked
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^en([_.@-]|$)/i.test(locale) ? 'en' : 'es'
}

/** One row per setting, in the given language, for `hilo config` and `docs/settings.md`. */
export function describeSettings(lang: Lang): ReadonlyArray<{
  key: keyof Config
  name: string
  about: string
  expects: string
  fallback: string
  example: string
  secret: boolean
}> {
  return Object.entries<Setting>({ dataDir: dataSetting, ...settings }).map(([key, setting]) => ({
    key: key as keyof Config,
    name: setting.name,
    about: setting.about[lang],
    expects: setting.expects[lang],
    fallback: setting.fallback ?? setting.whenUnset?.[lang] ?? '',
    example: setting.example,
    secret: setting.secret ?? false,
  }))
}

function wrongValue(setting: Setting, text: string): SettingProblem {
  const { expects, fallback, example } = setting
  const unset = fallback ?? setting.whenUnset
  const es = typeof unset === 'string' ? unset : (unset?.es ?? '')
  const en = typeof unset === 'string' ? unset : (unset?.en ?? '')
  return {
    name: setting.name,
    value: setting.secret ? null : text,
    problem: { es: `se espera ${expects.es}.`, en: `expected ${expects.en}.` },
    remedy: {
      es: `Corrígelo (por ejemplo ${example}) o quítalo para usar el valor normal (${es}).`,
      en: `Correct it (for example ${example}) or remove it to use the default (${en}).`,
    },
  }
}

function readSettingsFile(path: string): Env {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return {}
    throw error
  }
}

/**
 * Names that look like a setting and are none. In `hilo.env` every unknown name is a mistake; in the environment only
 * one that is a slip away from a real name is, because other programs may have HILO_ names of their own.
 */
function unknownNames(env: Env, { all }: { all: boolean }): SettingProblem[] {
  const known = Object.values<Setting>(settings).map((setting) => setting.name)
  const names = Object.keys(env).filter((name) => !known.includes(name) && (all || isHiloName(name)))
  return names.flatMap((name) => {
    const near = known.find((candidate) => slips(name, candidate) <= 2)
    if (!near && !all) return []
    const problem = { es: 'no es un ajuste de Hilo.', en: 'is not a setting of Hilo.' }
    const onlyEnvironment = {
      es: 'Ponlo en el entorno, no en hilo.env: dice dónde está ese fichero.',
      en: 'Set it in the environment, not in hilo.env: it says where that file is.',
    }
    const remedy = near
      ? { es: `¿Querías decir ${near}?`, en: `Did you mean ${near}?` }
      : { es: 'Quítalo; hilo config muestra todos.', en: 'Remove it; hilo config shows them all.' }
    return [{ name, value: null, problem, remedy: name === dataSetting.name ? onlyEnvironment : remedy }]
  })
}

function isHiloName(name: string): boolean {
  return name.startsWith('HILO_') && name !== dataSetting.name
}

/** Levenshtein distance: how many letters were missed, added or changed. */
function slips(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(changed, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

/**
 * The secret kept in the data folder; made on the first run. Two processes that start together agree on one: the
 * file appears complete by a hard link, and who comes second reads what the first wrote.
 */
function keptSecret(dataDir: string, readOnly: boolean): string {
  const path = join(dataDir, 'secret')
  const existing = readIfThere(path)
  if (existing) return existing
  const made = randomBytes(32).toString('hex')
  if (readOnly) return made
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${made}\n`, { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readIfThere(path) ?? made
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
