import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, it } from 'vitest'

const launcher = join(import.meta.dirname, 'hilo.js')
const program = process.platform === 'win32' ? 'node.exe' : 'node'

/** A Node of this machine that is too old to run the sources, such as the one a distribution ships. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, program))
  .filter((path) => existsSync(path))
  .find((path) => Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 24)

const runWith = (node: string, ...args: string[]) => spawnSync(node, [launcher, ...args], { encoding: 'utf8' })

it('hilo runs with the Node that runs it when that is new enough, and passes the exit code on', () => {
  expect(runWith(process.execPath, '--help', '--lang', 'en').stdout).toContain('Commands')
  expect(runWith(process.execPath, 'no-such-command').status).toBe(2)
})

it.skipIf(oldNode === undefined)('hilo finds the Node that npm brought when the one at hand is too old', () => {
  const help = runWith(oldNode ?? '', '--help', '--lang', 'en')
  expect([help.status, help.stdout.includes('Commands'), help.stderr]).toEqual([0, true, ''])
  expect(runWith(oldNode ?? '', 'no-such-command').status).toBe(2)
})
