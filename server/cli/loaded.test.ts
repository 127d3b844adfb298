/** What a start reads into memory: what a library holds, a process holds for as long as it lives. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Library, and what it costs a process in MB, measured as it came in. */
const onDemand = { '@scalar/fastify-api-reference': 26, undici: 4, '@simplewebauthn/server': 4 }

/** Imports a file in a Node of its own. @returns names of the packages that were read for it */
function packagesReadFor(file: string): Set<string> {
  const script = `
    import { registerHooks } from 'node:module'
    const read = new Set()
    registerHooks({ load(url, context, next) {
      const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(url)?.[1]
      if (name) read.add(name)
      return next(url, context)
    } })
    await import(${JSON.stringify(file)})
    process.stdout.write(JSON.stringify([...read]), () => process.exit(0))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return new Set(JSON.parse(stdout) as string[])
}

test('a start reads no library that only a rare request needs', { timeout: 60_000 }, () => {
  const read = packagesReadFor(join(import.meta.dirname, '../app.ts'))
  expect([...read]).toEqual(expect.arrayContaining(['fastify', 'pg', 'zod']))
  expect(Object.keys(onDemand).filter((name) => read.has(name))).toEqual([])
})
