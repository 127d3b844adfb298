import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { familyOf, freePort, memoryMiB, start, untilServing } from './lib/processes.ts'

/** Memory at one moment, MiB, of which shared pages are counted by share. */
export type Memory = { server: number; database: number }

export type SetUp = {
  firstStartMs: number
  secondStartMs: number
  /** Server and database, 5 s after the second start and one page. */
  idleMiB: number | null
  /** The same apart; 5 s after a rush of 2,000 requests for pages of the shop; and two minutes after that. */
  memory: { idle: Memory; afterRush: Memory; later: Memory } | null
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
    const memory = await measureMemory({ say, folder, port, pid: second.child.process.pid ?? 0 })
    await second.child.stop()
    const { packages, bytes } = await installed()
    return {
      firstStartMs: first.took,
      secondStartMs: second.took,
      packages,
      installedMiB: Math.round(bytes / 1_048_576),
      idleMiB: memory && memory.idle.server + memory.idle.database,
      memory,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Running = { say: (text: string) => void; folder: string; port: number; pid: number }

async function measureMemory({ say, folder, port, pid }: Running): Promise<SetUp['memory']> {
  if (process.platform !== 'linux') return null
  const origin = `http://127.0.0.1:${port}`
  const after = async (what: string, seconds: number): Promise<Memory> => {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    const memory = memoryNow(pid, folder)
    say(`memory ${what}: server ${memory.server} MiB, database ${memory.database} MiB`)
    return memory
  }
  await page(`${origin}/`)
  const idle = await after('at rest', 5)
  await rush(origin)
  const afterRush = await after('5 s after 2,000 requests of shop pages', 5)
  const later = await after('two minutes after that', 120)
  return { idle, afterRush, later }
}

/** Whoever started the bundled PostgreSQL is its parent, so it is taken out of the server's family and counted beside. */
function memoryNow(pid: number, folder: string): Memory {
  const postmaster = Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])
  const database = memoryMiB(postmaster) ?? 0
  const all = memoryMiB(pid) ?? 0
  return { server: familyOf(pid).includes(postmaster) ? all - database : all, database }
}

const rushRequests = 2000
const rushAtOnce = 16

/** Pages of the shop in both languages, each many times, as browsers ask for them. */
async function rush(origin: string): Promise<void> {
  const home = await page(`${origin}/`)
  const collections = linksOf(home, /href="(\/collections\/[a-z0-9-]+)"/g)
  const products: string[] = []
  for (const path of collections)
    products.push(...linksOf(await page(origin + path), /href="(\/products\/[a-z0-9-]+)/g))
  const paths = ['/', ...collections, ...new Set(products)].flatMap((path) => [
    path,
    path === '/' ? '/en' : `/en${path}`,
  ])
  let asked = 0
  const browser = async () => {
    while (asked < rushRequests) {
      const path = paths[(asked * 7) % paths.length] ?? '/'
      asked += 1
      await page(origin + path)
    }
  }
  await Promise.all(Array.from({ length: rushAtOnce }, browser))
}

async function page(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'br', accept: 'text/html' } })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.text()
}

function linksOf(html: string, pattern: RegExp): string[] {
  return [...new Set([...html.matchAll(pattern)].map((match) => match[1] ?? ''))]
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
