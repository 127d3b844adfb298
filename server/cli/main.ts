/**
 * Entry point of `hilo`. Keeps what Node makes of the source files (types stripped, code compiled) beside the installed
 * packages, which halves the time of every later start; where that folder cannot be written, nothing is kept.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/hilo'))
const { run } = await import('./run.ts')
process.exit(await run(process.argv.slice(2)))
