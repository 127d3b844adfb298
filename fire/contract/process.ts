import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, start, untilServing } from '../../bench/lib/processes.ts'
import { freePortFrom } from '../lib/ports.ts'
import { warmStart } from '../lib/warm-start.ts'

/** HILO_SECRET of all servers of the contract. */
export const apiSecret = 'a secret that all servers of this contract share'

export type ApiProcess = { base: string; child: Child; stop(): Promise<void> }

/**
 * One server process of the API, without background work.
 * @param preload a module that is loaded before it, such as one that plants a fault
 */
export async function startApi(
  databaseUrl: string,
  { env = {}, preload }: { env?: Record<string, string>; preload?: string } = {},
): Promise<ApiProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-contract-'))
  const port = await freePortFrom(4800 + (process.pid % 90))
  const main = join(import.meta.dirname, 'server.ts')
  const child = start([...(preload ? ['--import', preload] : []), main], {
    DATABASE_URL: databaseUrl,
    HILO_DATA: folder,
    HILO_PORT: String(port),
    HILO_SECRET: apiSecret,
    HILO_LOG_LEVEL: 'error',
    HILO_RATE_PER_MINUTE: '100000000',
    HILO_TRUST_PROXY: '1',
    HILO_WORKER: 'off',
    ...warmStart,
    ...env,
  })
  const base = `http://127.0.0.1:${port}`
  await untilServing(`${base}/api/problems`, child, 180)
  return {
    base,
    child,
    stop: async () => {
      await child.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
