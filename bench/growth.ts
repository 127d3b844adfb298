import { channelOrder, shopperFlow } from './lib/flows.ts'
import { type Grown, growSystem, type Relation, type Size } from './lib/grown-system.ts'
import type { Figure } from './lib/load.ts'
import { closedLoop, LoadClient, medianRun } from './lib/load.ts'
import { type Usage, untilSettled, usageOf } from './lib/usage.ts'
import type { Plan } from './orders.ts'

const sizes: Size[] = [
  { orders: 10_000, variants: 10_000 },
  { orders: 100_000, variants: 10_000 },
  { orders: 10_000, variants: 100_000 },
  { orders: 1_000_000, variants: 100_000 },
]
const buyers = 32
/** For each kind of order: below some thousand the figure is that of a compiler at work and of a disk that just took gigabytes. */
const warmUpSeconds = 8

type Run = Figure & Usage
type Operation = 'flow' | 'call'
export type GrowthRow = { size: Size; loadedSeconds: number; figures: Record<Operation, Run> }
export type Growth = { rows: GrowthRow[]; relations: Relation[]; slower: Slower[]; seconds: number }
/** A statement of placing whose mean time grew between the smallest and the largest shop. */
export type Slower = { text: string; calls: number; small_ms: number; large_ms: number }

/**
 * Places orders in shops with ever more history behind them: each is a database and a server of its own, all run at the same time, and
 * the load goes to one after the other, round after round, so that a machine that slows down slows all of them.
 */
export async function measureGrowth({ seconds, runs }: Plan, say: (text: string) => void): Promise<Growth> {
  const systems: Grown[] = []
  try {
    for (const size of sizes) systems.push(await growSystem(size, say))
    say(`the disk took what was loaded; ${percent(await untilSettled())} of the machine is busy`)
    say('warming up')
    for (const system of systems) await measureOne(system, warmUpSeconds)
    for (const system of systems) await system.resetStatements()
    const taken = systems.map((): Record<Operation, Run>[] => [])
    for (let run = 0; run < runs; run++) {
      say(`round ${run + 1} of ${runs}`)
      for (const [at, system] of systems.entries()) taken[at]?.push(await measureOne(system, seconds))
    }
    const rows = systems.map(({ size, loadedSeconds }, at) => ({
      size,
      loadedSeconds,
      figures: {
        flow: medianRun((taken[at] ?? []).map(({ flow }) => flow)) as Run,
        call: medianRun((taken[at] ?? []).map(({ call }) => call)) as Run,
      },
    }))
    const [smallest, largest] = [systems[0], systems.at(-1)]
    if (!smallest || !largest) throw new Error('nothing was measured')
    return { rows, seconds, relations: await largest.relations(), slower: await slowerIn(smallest, largest) }
  } finally {
    for (const system of systems.toReversed()) await system.close()
  }
}

async function measureOne(system: Grown, seconds: number): Promise<Record<Operation, Run>> {
  const client = new LoadClient(system.url, 64)
  const variant = (n: number) => system.variantIds[(n * 7919) % system.variantIds.length] ?? ''
  const location = (n: number) => system.locationIds[1 + (n % (system.locationIds.length - 1))] ?? ''
  const key = system.channelKey
  const loop = (operation: (n: number) => Promise<void>) =>
    usageOf(system.pids, () => closedLoop(operation, { buyers, seconds }))
  const flow = await loop((n) => shopperFlow(client, variant(n), n))
  const call = await loop((n) => channelOrder(client, { variantId: variant(n), locationId: location(n), key }, n))
  await client.close()
  // What followed the orders is done before the next shop is asked.
  await system.untilQuiet()
  return { flow, call }
}

async function slowerIn(smallest: Grown, largest: Grown): Promise<Slower[]> {
  const before = new Map((await smallest.statements()).map((one) => [one.text, one]))
  const after = await largest.statements()
  const all = after.reduce((sum, { total_ms }) => sum + total_ms, 0)
  return after
    .flatMap(({ text, calls, total_ms }) => {
      const known = before.get(text)
      if (!known || known.calls < 20 || calls < 20) return []
      return [{ text, calls, small_ms: known.total_ms / known.calls, large_ms: total_ms / calls }]
    })
    .filter(({ calls, small_ms, large_ms }) => (large_ms - small_ms) * calls > all * 0.01)
    .toSorted((a, b) => (b.large_ms - b.small_ms) * b.calls - (a.large_ms - a.small_ms) * a.calls)
    .slice(0, 10)
}

const thousands = (value: number) => value.toLocaleString('en')
const rate = (value: number) => (value >= 100 ? thousands(Math.round(value)) : value.toFixed(1))
const cpuOf = ({ cpu, done }: Run) => {
  const ms = Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0) * 1000
  return done === 0 ? 0 : ms / done
}
const failures = ({ failed, firstFailure }: Run) => (failed === 0 ? '' : ` (${failed} failed: ${firstFailure})`)

/** The section of docs/BENCHMARKS.md. */
export function renderGrowth({ rows, relations, slower, seconds }: Growth): string {
  const first = rows[0]
  const cells = (of: Operation, run: Run) => {
    const change = first ? run.rps / first.figures[of].rps - 1 : 0
    return `${rate(run.rps)}${failures(run)} | ${percent(change)} | ${run.p99_ms.toFixed(1)} | ${cpuOf(run).toFixed(2)}`
  }
  const lines = rows.map(
    ({ size, figures: { flow, call } }) =>
      `| ${thousands(size.orders)} | ${thousands(size.variants)} | ${cells('flow', flow)} | ${cells('call', call)} |`,
  )
  const largest = rows.at(-1)
  const perOrder = (mib: number) => ((mib * 1024) / (largest?.size.orders ?? 1)).toFixed(2)
  const others = rows.flatMap(({ figures }) => [figures.flow.others, figures.call.others]).toSorted((a, b) => a - b)
  return [
    '## As the shop grows',
    '',
    `Orders placed in shops with more and more behind them, ${buyers} buyers at once, ${seconds} s a figure, the shops in turn. Past orders are copies of real ones with all their rows, spread over two years, each with a person of its own; half were delivered, half carried out of a shop. Goal: less than 15 % from the smallest to the largest. Other programs used ${percent(others[Math.floor(others.length / 2)] ?? 0)} of the machine in the middle.`,
    '',
    '| past orders | variants | purchases in three calls/s | change | p99 ms | processor ms | orders in one call/s | change | p99 ms | processor ms |',
    '|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...lines,
    '',
    `The largest was loaded in ${Math.round(largest?.loadedSeconds ?? 0)} s. What grows with its ${thousands(largest?.size.orders ?? 0)} orders:`,
    '',
    '| table | rows | table MiB | indexes MiB | KiB an order | largest indexes, MiB |',
    '|---|---:|---:|---:|---:|---|',
    ...relations.map(
      ({ table, rows: count, tableMiB, indexMiB, indexes }) =>
        `| ${table} | ${thousands(count)} | ${thousands(tableMiB)} | ${thousands(indexMiB)} | ${perOrder(tableMiB + indexMiB)} | ${indexes} |`,
    ),
    `| together | | ${thousands(sum(relations, 'tableMiB'))} | ${thousands(sum(relations, 'indexMiB'))} | ${perOrder(sum(relations, 'tableMiB') + sum(relations, 'indexMiB'))} | |`,
    '',
    slower.length === 0
      ? 'No statement takes noticeably longer in the largest than in the smallest.'
      : `Statements that take longer in the largest than in the smallest (milliseconds a call):\n\n${slower.map(({ text, small_ms, large_ms, calls }) => `- ${small_ms.toFixed(2)} → ${large_ms.toFixed(2)}, ${thousands(calls)} calls: \`${text.slice(0, 160).replaceAll('`', '')}\``).join('\n')}`,
    '',
  ].join('\n')
}

function sum(relations: readonly Relation[], of: 'tableMiB' | 'indexMiB'): number {
  return relations.reduce((all, relation) => all + relation[of], 0)
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
