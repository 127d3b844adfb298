import { loadConfig, projectDir } from '../platform/config.ts'
import { exitCodes } from '../platform/postgres/index.ts'
import type { Command } from './command.ts'
import { examine } from './doctor-checks.ts'
import { version } from './version.ts'

const marks = { good: '✓', advice: '·', wrong: '✗' } as const

/** `hilo doctor`: looks at everything a start needs, changes nothing. */
export const command: Command = {
  name: 'doctor',
  about: { es: 'Revisa esta instalación y dice qué falta', en: 'Checks this installation and says what is missing' },
  args: {},
  run: async ({ env, lang, terminal }) => {
    const findings = await examine(loadConfig(env, { readOnly: true }))
    terminal.say(`Hilo ${version} · ${projectDir}`)
    for (const { state, text } of findings) terminal.say(`  ${marks[state]} ${text[lang]}`)
    return findings.some(({ state }) => state === 'wrong') ? exitCodes.refused : exitCodes.ok
  },
}
