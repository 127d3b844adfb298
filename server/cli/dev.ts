/** `hilo start --dev`: the server restarts when its code changes, a front end is rebuilt when its sources change. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig, projectDir } from '../platform/config.ts'
import { startPostgres } from '../platform/postgres/index.ts'
import { buildWithProgress } from './build-progress.ts'
import type { CommandContext } from './command.ts'
import { explain } from './explain.ts'
import { outdatedFrontEnds } from './front-ends.ts'
import { untilStopped } from './server.ts'

const settleMs = 150
const watched = /\.(ts|tsx|js|mjs|astro|css|sql|json|svg|html)$/
const notSource = /(^|\/)(node_modules|dist|\.astro|\.hilo)(\/|$)|\.(test|e2e)\.tsx?$/

/** Runs until Ctrl-C. The database stays up between restarts. */
export async function develop({ env, lang, terminal }: CommandContext): Promise<number> {
  const config = loadConfig(env)
  const database = config.databaseUrl === null ? await startPostgres(config) : null
  let child = startChild(env)
  let changed = false
  const watchers = ['server', 'packages', 'apps'].map((folder) =>
    watch(join(projectDir, folder), { recursive: true }, (_event, file) => {
      if (file !== null && watched.test(file) && !notSource.test(file)) changed = true
    }),
  )
  const stopping = new AbortController()
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(settleMs)
      if (!changed) continue
      changed = false
      try {
        if ((await outdatedFrontEnds()).length > 0) await buildWithProgress({ lang, terminal })
      } catch (error) {
        terminal.warn(explain(error, lang, config.dataDir).text)
        continue
      }
      await endChild(child)
      child = startChild(env)
    }
  })()
  await untilStopped(() => process.exit(1))
  stopping.abort()
  for (const watcher of watchers) watcher.close()
  await loop
  await endChild(child)
  await database?.stop()
  return 0
}

function startChild(env: Readonly<Record<string, string | undefined>>): ChildProcess {
  const main = join(import.meta.dirname, 'main.ts')
  return spawn(process.execPath, ['--enable-source-maps', main, 'start'], { env: { ...env }, stdio: 'inherit' })
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
