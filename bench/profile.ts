import { dirname } from 'node:path'
import { channelOrder, shopperFlow } from './lib/flows.ts'
import { type CpuProfile, profiled } from './lib/inspector.ts'
import { closedLoop, type Figure, LoadClient } from './lib/load.ts'
import { freePort } from './lib/processes.ts'
import { type Spent, statementStats } from './lib/statement-stats.ts'
import { startSystems } from './lib/systems.ts'

/** Processor milliseconds an order: of the server by where its code stands, of the database by kind of transaction. */
type Profile = {
  text: string
  server: { area: string; ms: number }[]
  database: { what: string; times: number; ms: number }[]
}

const buyers = 32
const sampleUs = 500
/** A line of less is left out of the page, in milliseconds an order. */
const leastMs = 0.02

/** Where the processor time of an order goes, under the load of the rates: first the server's, then the database's. */
export async function measureProfile(
  { seconds }: { seconds: number },
  say: (text: string) => void,
): Promise<Profile[]> {
  const port = await freePort()
  const systems = await startSystems(say, { nodeOptions: [`--inspect=127.0.0.1:${port}`] })
  const client = new LoadClient(systems.hiloUrl, 64)
  try {
    const { variantIds, locationIds, channelKey: key, databaseUrl } = systems
    const variant = (n: number) => variantIds[(n * 7919) % variantIds.length] ?? ''
    const location = (n: number) => locationIds[1 + (n % (locationIds.length - 1))] ?? ''
    const orders = {
      'Order, all three calls of a shopper': (n: number) => shopperFlow(client, variant(n), n),
      'Order of a trusted channel, one call': (n: number) =>
        channelOrder(client, { variantId: variant(n), locationId: location(n), key }, n),
    }
    const profiles: Profile[] = []
    for (const [text, operation] of Object.entries(orders)) {
      say(`${text}: where its time goes`)
      const loaded = () => closedLoop(operation, { buyers, seconds })
      await loaded()
      let done: Figure | undefined
      const profile = await profiled(port, sampleUs, async () => {
        done = await loaded()
      })
      const server = areasOf(profile).map(({ area, us }) => ({ area, ms: us / 1000 / placedIn(done, seconds) }))
      // Its log lies in a folder beside the socket's.
      const folder = dirname(new URL(databaseUrl).searchParams.get('host') ?? '/')
      const spent = await statementStats(databaseUrl, folder, async () => {
        done = await loaded()
      })
      profiles.push({ text, server, database: perOrder(spent, placedIn(done, seconds)) })
    }
    return profiles
  } finally {
    await client.close()
    await systems.close()
  }
}

function placedIn(figure: Figure | undefined, seconds: number): number {
  const placed = Math.round((figure?.rps ?? 0) * seconds)
  if (placed === 0) throw new Error(`nothing was placed: ${figure?.firstFailure ?? 'no run'}`)
  return placed
}

function perOrder(spent: readonly Spent[], orders: number): Profile['database'] {
  return spent.map(({ what, times, cpuMs }) => ({ what, times: times / orders, ms: cpuMs / orders }))
}

/** Sums what each place in the code used by itself, without what it called; waiting does not count. */
function areasOf({ nodes, samples, timeDeltas }: CpuProfile): { area: string; us: number }[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const areas = new Map<string, number>()
  samples.forEach((id, at) => {
    const frame = frames.get(id)
    if (!frame || frame.functionName === '(idle)') return
    const area = areaOf(frame)
    areas.set(area, (areas.get(area) ?? 0) + (timeDeltas[at] ?? 0))
  })
  return [...areas].map(([area, us]) => ({ area, us })).sort((a, b) => b.us - a.us)
}

const httpPackages =
  /^(fastify|@fastify|find-my-way|light-my-request|secure-json-parse|fast-json-stringify|reusify|avvio)/

/** Exported for its test. */
export function areaOf({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === '(garbage collector)') return 'memory (garbage collector)'
  if (url === '') return 'system calls and other native code'
  if (url.startsWith('node:')) return 'Node itself (HTTP, streams, timers)'
  const [, name = ''] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url) ?? []
  if (/^pg(-|$)|^postgres-/.test(name)) return 'database driver (pg)'
  if (httpPackages.test(name)) return 'HTTP framework (Fastify and its plug-ins)'
  if (name === 'zod') return 'checks of what comes in (zod)'
  if (name !== '' && !name.startsWith('@hilo/')) return 'other packages'
  return /\/(server\/[\w-]+|packages\/[\w-]+)\//.exec(url)?.[1] ?? 'other code'
}

/** The section of docs/BENCHMARKS.md. */
export function renderProfile(profiles: readonly Profile[]): string {
  const tables = profiles.map(({ text, server, database }) => {
    const sum = (list: readonly { ms: number }[]) => list.reduce((all, { ms }) => all + ms, 0)
    const shown = <T extends { ms: number }>(list: readonly T[]) => list.filter(({ ms }) => ms >= leastMs)
    const share = (ms: number, list: readonly { ms: number }[]) => `${Math.round((100 * ms) / sum(list))} %`
    return [
      `### ${text}`,
      '',
      `| server: ${sum(server).toFixed(2)} ms an order | ms | share |`,
      '|---|---:|---:|',
      ...shown(server).map(({ area, ms }) => `| ${area} | ${ms.toFixed(2)} | ${share(ms, server)} |`),
      '',
      `| database: ${sum(database).toFixed(2)} ms an order while it is watched | times an order | ms | share |`,
      '|---|---:|---:|---:|',
      ...shown(database).map(
        ({ what, times, ms }) => `| ${what} | ${times.toFixed(2)} | ${ms.toFixed(2)} | ${share(ms, database)} |`,
      ),
    ].join('\n')
  })
  return [
    '## Where the time of an order goes',
    `Processor time, not waiting, with ${buyers} buyers at once. The server's is sampled every half millisecond and counted where the code stands that used it; the database's is what PostgreSQL says of each message (\`log_statement_stats\`), by the tables a transaction writes. Being watched costs the database time of its own: its shares last, its sum is too high. Fewer than one of a transaction an order: those that arrive together share it.`,
    ...tables,
  ].join('\n\n')
}
