/** A PostgreSQL for one test run: nothing synced to disk, more connections, gone afterwards. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningPostgres, startPostgres } from './launcher.ts'
import { stopPostmaster } from './postmaster.ts'
import { identify, isAlive } from './processes.ts'

const prefix = 'hilo-test-'
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }

/**
 * Starts a fresh server for this test run; call once, from the global set-up. Servers that a killed run left behind are
 * stopped and removed first.
 * @param bin programs of another PostgreSQL (the floor is 15); usually from HILO_TEST_PG_BIN
 * @returns `url` of the database `hilo`, whose role may create others; `stop` ends it and removes every file
 */
export async function startTestPostgres(
  bin = process.env.HILO_TEST_PG_BIN,
): Promise<Pick<RunningPostgres, 'url' | 'stop'>> {
  await removeAbandoned()
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(join(dataDir, 'owner'), identify(process.pid) ?? '')
  const server = await startPostgres({ dataDir }, { testing: { settings, unsynced: true, bin } })
  const stop = async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { url: server.url, stop }
}

async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const dataDir = join(tmpdir(), name)
    if (!name.startsWith(prefix) || !isAbandoned(dataDir)) continue
    await stopPostmaster(join(dataDir, 'postgres/data'))
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Of another user, or just being made by another run: not ours to judge. */
function isAbandoned(dataDir: string): boolean {
  try {
    return !isAlive(readFileSync(join(dataDir, 'owner'), 'utf8'))
  } catch {
    return false
  }
}
