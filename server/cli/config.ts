import { type Config, describeSettings, type Lang, loadConfig } from '../platform/config.ts'
import type { Command } from './command.ts'

/** `hilo config`: every setting, what it does, its default and its present value. */
export const command: Command = {
  name: 'config',
  about: { es: 'Explica todos los ajustes y su valor actual', en: 'Explains every setting and its present value' },
  args: {
    markdown: {
      type: 'boolean',
      about: {
        es: 'Escribe la página docs/settings.md, en los dos idiomas y sin valores',
        en: 'Writes the page docs/settings.md, in both languages and without values',
      },
    },
  },
  examples: ['hilo config', 'hilo config --markdown > docs/settings.md'],
  run: async ({ args, env, lang, terminal }) => {
    if (args.markdown === true) {
      terminal.say(settingsPage())
      return undefined
    }
    const values = loadConfig(env, { readOnly: true })
    for (const row of describeSettings(lang)) {
      const value = shownValue(values[row.key], row.secret, lang)
      terminal.say(`${terminal.bold(row.name)}${value ? ` = ${value}` : ''}`)
      terminal.say(`  ${row.about}`)
      const [expects, otherwise] = lang === 'es' ? ['Se espera', 'Si no se pone'] : ['Expected', 'When unset']
      terminal.say(terminal.dim(`  ${expects}: ${row.expects}. ${otherwise}: ${row.fallback}.`))
    }
    terminal.say()
    const where = lang === 'es' ? 'También se leen de' : 'Also read from'
    terminal.say(`${where} ${values.dataDir}/hilo.env`)
    return undefined
  },
}

function shownValue(value: Config[keyof Config], secret: boolean, lang: Lang): string {
  if (value === null) return ''
  if (secret) return lang === 'es' ? '(puesto, no se muestra)' : '(set, not shown)'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return Array.isArray(value) ? value.join(', ') : String(value)
}

function tableRows(lang: Lang): string[] {
  return describeSettings(lang).map(
    ({ name, about, expects, fallback, example }) =>
      `| \`${name}\` | ${about} | ${expects} | ${fallback} | \`${example}\` |`,
  )
}

/** The text of `docs/settings.md`. A test compares it with the file. */
export function settingsPage(): string {
  return [
    '<!-- Written by `hilo config --markdown`; change server/platform/config-settings.ts instead. -->',
    '',
    '# Ajustes',
    '',
    'Se leen del entorno o, si no están ahí, del fichero `hilo.env` de la carpeta de datos. Un ajuste mal escrito se nombra y Hilo no arranca.',
    '',
    '| ajuste | qué hace | se espera | si no se pone | ejemplo |',
    '|---|---|---|---|---|',
    ...tableRows('es'),
    '',
    '# Settings',
    '',
    'Read from the environment or, where it has none, from the file `hilo.env` in the data folder. A wrong setting is named and Hilo does not start.',
    '',
    '| setting | what it does | expected | when unset | example |',
    '|---|---|---|---|---|',
    ...tableRows('en'),
  ].join('\n')
}
