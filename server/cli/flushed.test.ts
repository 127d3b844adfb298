import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Writes 100 lines of 900 bytes, more than one read takes, and ends as `hilo` does. */
const writer = `
  import { flushed } from ${JSON.stringify(join(import.meta.dirname, 'flushed.ts'))}
  for (let line = 0; line < 100; line++) process.stdout.write('x'.repeat(899) + '\\n')
  await flushed()
  process.exit(0)`

it('a reader who takes an export slowly gets all of it', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer], { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length))
  child.stdout.pause()
  setTimeout(() => child.stdout.resume(), 1000)
  await once(child, 'close')
  expect(bytes).toBe(90_000)
})
