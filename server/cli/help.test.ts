import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectDir } from '../platform/config.ts'
import { exitCodes } from '../platform/postgres/index.ts'
import { commands } from './commands.ts'
import { settingsPage } from './config.ts'
import { commandHelp, mainHelp } from './help.ts'
import { openTerminal } from './terminal.ts'

const quiet = { write: () => true } as never
const terminal = openTerminal(quiet, quiet)

describe('help', () => {
  it('names every command and every exit code, in Spanish and in English', () => {
    for (const lang of ['es', 'en'] as const) {
      const text = mainHelp(terminal, lang)
      for (const [name, { about }] of Object.entries(commands)) {
        expect(text).toMatch(new RegExp(`^  ${name} +${about[lang]}$`, 'm'))
      }
      for (const code of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`^  ${code} +\\S`, 'm'))
    }
  })

  it.each(Object.keys(commands))('hilo %s explains itself in both languages, each in its own words', async (name) => {
    const { command } = (await commands[name]?.load()) ?? {}
    if (!command) throw new Error(`no command ${name}`)
    expect(command.name).toBe(name)
    expect(command.about).toEqual(commands[name]?.about)
    const [es, en] = [commandHelp(terminal, command, 'es'), commandHelp(terminal, command, 'en')]
    expect(es).not.toBe(en)
    for (const arg of Object.values(command.args)) {
      expect([es.includes(arg.about.es), en.includes(arg.about.en)]).toEqual([true, true])
      expect(arg.about.es).not.toBe(arg.about.en)
    }
  })
})

it('docs/settings.md is what hilo config --markdown writes', () => {
  const page = join(projectDir, 'docs/settings.md')
  expect(existsSync(page)).toBe(true)
  expect(readFileSync(page, 'utf8')).toBe(`${settingsPage()}\n`)
})
