/**
 * Entry point of `hilo`. Keeps what Node makes of the source files (types stripped, code compiled) beside the installed
 * packages, which halves the time of every later start; where that folder cannot be written, nothing is kept.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

const cache = join(import.meta.dirname, '../../node_modules/.cache/hilo')

/**
 * What V8 and the C library take only at the start of a process, by command. The process becomes itself once more with it, under the same
 * number; where that is not to be had (Windows), everything works in more memory.
 *
 * - import: rows live for a moment only. A small nursery that is emptied often, and a heap that grows in small steps, keep the memory of
 *   a file of any length within 300 MB.
 * - both: glibc otherwise keeps an arena a thread and up to 64 MB of each for later, which pictures and packed pages fill once; large
 *   pieces are to go back to the system at once. And with the cache known beforehand, Node need not load its compiler for types (12 MB).
 */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  start: [],
  import: ['--max-semi-space-size=4', '--heap-growing-percent=30'],
}
// Packing a page takes pieces of 41 and 69 KB, and what stays of it lies in between: pieces from 32 KB on are mapped one by one.
const memory = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '131072' }
const flags = flagsOf[process.argv[2] ?? '']

if (process.env['NODE_COMPILE_CACHE'] === cache) {
  // For this process only: programs that it starts have caches of their own.
  delete process.env['NODE_COMPILE_CACHE']
} else if (flags && process.platform !== 'win32' && process.execve) {
  const again = [process.execPath, ...process.execArgv, ...flags, import.meta.filename, ...process.argv.slice(2)]
  process.execve(process.execPath, again, { ...memory, ...process.env, NODE_COMPILE_CACHE: cache })
}
enableCompileCache(cache)
const [{ run }, { flushed }] = await Promise.all([import('./run.ts'), import('./flushed.ts')])
const exitCode = await run(process.argv.slice(2))
await flushed()
process.exit(exitCode)
