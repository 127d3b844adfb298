import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, memoryMiB, start, untilServing } from './lib/processes.ts'

export type SetUp = {
  firstStartMs: number
  secondStartMs: number
  idleMiB: number | null
  packages: number
  installedMiB: number
}
const root = join(import.meta.dirname, '..')

/** From `npm start` on an empty data folder to a shop that answers, the same again, and what it weighs at rest. */
export async function measureSetUp(say: (text: string) => void): Promise<SetUp> {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-bench-start-'))
  const port = await freePort()
  const env = { HILO_DATA: folder, HILO_PORT: String(port), HILO_LANG: 'en', DATABASE_URL: '' }
  const open = async () => {
    const child = start([join(root, 'server/cli/main.ts'), 'start'], env, root)
    const took = await untilServing(`http://127.0.0.1:${port}/api/health`, child, 180)
    return { child, took }
  }
  try {
    say('first start (empty data folder)')
    const first = await open()
    await first.child.stop()
    say('second start')
    const second = await open()
    await fetch(`http://127.0.0.1:${port}/`)
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const idleMiB = memoryMiB(second.child.process.pid ?? 0)
    const postgres = databaseMiB(folder)
    await second.child.stop()
    const { packages, bytes } = await installed()
    return {
      firstStartMs: first.took,
      secondStartMs: second.took,
      packages,
      installedMiB: Math.round(bytes / 1_048_576),
      idleMiB: idleMiB === null ? null : idleMiB + postgres,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The bundled PostgreSQL runs in a process group of its own, so it is counted beside. */
function databaseMiB(folder: string): number {
  try {
    const pid = Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])
    return memoryMiB(pid) ?? 0
  } catch (error) {
    process.stderr.write(`· the database's memory is not counted: ${String(error)}\n`)
    return 0
  }
}

async function installed(): Promise<{ packages: number; bytes: number }> {
  const lock = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: Record<string, { link?: boolean }>
  }
  const packages = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.link).length
  return { packages, bytes: await size(join(root, 'node_modules')) }
}

async function size(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await size(path)
    else if (entry.isFile()) bytes += (await lstat(path)).size
  }
  return bytes
}
