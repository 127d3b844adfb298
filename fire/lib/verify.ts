import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/** `hilo verify` as a shopkeeper would run it, a process of its own. */
export function runVerify({ databaseUrl, folder }: Pick<Cluster, 'databaseUrl' | 'folder'>): {
  ok: boolean
  said: string
} {
  const command = [join(import.meta.dirname, '../../server/cli/main.ts'), 'verify', '--lang', 'en']
  const env = { ...process.env, DATABASE_URL: databaseUrl, HILO_DATA: folder }
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' })
  return { ok: status === 0, said: `${stdout}${stderr}` }
}
