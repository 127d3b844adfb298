/**
 * Entry point of `hilo`. Keeps what Node makes of the source files (types stripped, code compiled) beside the installed
 * packages, which halves the time of every later start; where that folder cannot be written, nothing is kept.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// The rows of an import live for a moment only: a small nursery that is emptied often, and a heap that grows in small steps, keep the
// memory of a file of any length within 300 MB. V8 takes this at its start only, so the process becomes itself once more with it;
// where that is not to be had (Windows), the import runs all the same.
const frugal = ['--max-semi-space-size=4', '--heap-growing-percent=30']
const isImport = process.argv[2] === 'import'
if (
  isImport &&
  process.platform !== 'win32' &&
  process.execve &&
  !frugal.some((flag) => process.execArgv.includes(flag))
) {
  const again = [process.execPath, ...process.execArgv, ...frugal, import.meta.filename, ...process.argv.slice(2)]
  process.execve(process.execPath, again, process.env)
}
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/hilo'))
const [{ run }, { flushed }] = await Promise.all([import('./run.ts'), import('./flushed.ts')])
const exitCode = await run(process.argv.slice(2))
await flushed()
process.exit(exitCode)
