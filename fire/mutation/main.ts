import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startTestPostgres } from '../../server/platform/postgres/index.ts'
import { renderFire } from '../report.ts'
import { areas, type Part } from './areas.ts'
import { ignored, staleOf } from './ignored.ts'
import { instrument } from './instrument.ts'
import { slack } from './load.ts'
import { keyOf, type Mutant } from './mutant.ts'
import { coveredSets, orderFor, plantAll, testsOf } from './plan.ts'
import { privateCopy } from './private-copy.ts'
import { belowTarget, type Judged, renderMutation, scoreOf, scoreTable, survivorLines } from './report.ts'
import { refusedByTypes, type TypeVerdicts } from './type-check.ts'
import { coverage, hunt, type Place, type Verdict } from './worker.ts'

/**
 * npm run mutate -- [--area name] [--file part] [--survivors] [--untried] [--sample N --seed S] [--budget seconds] [--list] [--known] [--page]
 * Plants small mistakes in the sources that decide about stock, money, orders, repeats and rights, one at a time, and says which of them
 * the tests do not notice. --survivors tries again what was not noticed last time, --untried what no run has come to yet, --known only shows what is known. Works in a copy of the tree; --page puts the figures into docs/FIRE.md. Ends with 1 when an area is below its target or the list of ignored ones is stale.
 */
const { values } = parseArgs({
  options: {
    area: { type: 'string' },
    file: { type: 'string' },
    survivors: { type: 'boolean', default: false },
    untried: { type: 'boolean', default: false },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    budget: { type: 'string', default: '60' },
    list: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    known: { type: 'boolean', default: false },
  },
})
const root = join(import.meta.dirname, '../..')
const cache = join(root, 'node_modules/.cache/hilo-mutation')
const say = (text: string) => process.stderr.write(`· ${text}\n`)
const began = performance.now()

const chosen = areas
  .filter(({ name }) => values.area === undefined || name === values.area)
  .map(({ name, parts }) => ({ name, parts: parts.map(withSources).filter((part) => part.sources.length > 0) }))
  .filter(({ parts }) => parts.length > 0)
if (chosen.length === 0) throw new Error(`--area takes one of ${areas.map(({ name }) => name).join(', ')}`)

const { mutants: planted, sources } = await plantAll(root, chosen)
const stale = staleOf(ignored, planted, [...sources.keys()])
const reasons = new Map(ignored.map((entry) => [keyOf(entry), entry.because]))

await mkdir(cache, { recursive: true })
const load = async <T>(file: string): Promise<[string, T][]> =>
  existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as [string, T][]) : []
const fileOf = (kind: 'types' | 'results', area: string) => join(cache, `${kind}-${area.replaceAll(' ', '-')}.json`)
const loadAll = async <T>(kind: 'types' | 'results') =>
  new Map((await Promise.all(chosen.map(({ name }) => load<T>(fileOf(kind, name))))).flat())
const known = await loadAll<boolean>('types')
const results = await loadAll<Judged['outcome']>('results')

const refused = new Set<Mutant>()
for (const { name } of chosen) {
  const own = planted.filter(({ area }) => area === name)
  const seen: TypeVerdicts = new Map()
  for (const mutant of await refusedByTypes(root, { mutants: own, sources, known, seen, say })) refused.add(mutant)
  // Of files that are left out this time nothing is forgotten.
  await writeFile(fileOf('types', name), JSON.stringify([...(values.file === undefined ? [] : known), ...seen]))
}
const mutants = planted.filter((mutant) => !refused.has(mutant))
say(`${mutants.length} mutants; ${refused.size} more that the compiler refuses`)

const judged = new Map<number, Judged>(
  mutants.map((mutant) => {
    const because = reasons.get(keyOf(mutant))
    return [mutant.id, { ...mutant, outcome: because === undefined ? 'untested' : 'ignored', ignoredBecause: because }]
  }),
)
const wanted = sampleOf(mutants.filter(({ id }) => judged.get(id)?.outcome !== 'ignored'))

if (values.list) {
  for (const mutant of mutants) process.stdout.write(`${keyOf(mutant)}\n`)
  process.exit(0)
}

if (wanted.length > 0) await run()

/** Instruments a copy and lets the tests of each part hunt. */
async function run(): Promise<void> {
  const copy = await privateCopy(root)
  const postgres = await startTestPostgres()
  let ending: Promise<void> | undefined
  // Once, also when a signal comes while the run comes to its end by itself.
  const end = () => (ending ??= postgres.stop().then(copy.remove))
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().finally(() => process.exit(130)))
  try {
    for (const [file, own] of Map.groupBy(mutants, ({ file }) => file))
      await writeFile(join(copy.folder, file), instrument(sources.get(file) ?? '', own))
    const place = { folder: copy.folder, databaseUrl: postgres.url }
    for (const { name, parts } of chosen) for (const part of parts) await judge(place, name, part)
  } finally {
    await end()
  }
}

function withSources(part: Part): Part {
  return { ...part, sources: part.sources.filter((file) => file.includes(values.file ?? '')) }
}

async function judge(place: Place, name: string, part: Part): Promise<void> {
  const own = wanted.filter(({ area, file }) => area === name && part.sources.includes(file))
  if (own.length === 0) return
  const start = performance.now()
  const lines = await coverage(place, testsOf(root, part))
  for (const { file, failed } of lines) for (const one of failed) say(`fails without any mutant: ${file}: ${one}`)
  const covered = coveredSets(lines.filter(({ failed }) => failed.length === 0))
  say(`${name}: ${covered.length} test files in ${seconds(start)} s, ${own.length} mutants`)
  // The tests were timed on this machine as it is now: with others at work, the same tests count for as much.
  const budgetMs = Number(values.budget) * 1000 * slack()
  const orders = own.flatMap((mutant) => orderFor(mutant, covered, budgetMs) ?? [])
  // Those that load the program anew go last, so that the others share one.
  orders.sort((a, b) => Number(a.loads) - Number(b.loads))
  let done = 0
  await hunt(place, orders, (id, verdict) => {
    done += 1
    note(id, verdict)
    results.set(keyOf(judged.get(id) as Judged), verdict.verdict)
    if (done % 10 === 0) void keep(name)
    if (verdict.verdict === 'survived')
      say(`${done}/${orders.length} survived: ${survivorLines([judged.get(id) as Judged])[0]}`)
    else if (done % 25 === 0) say(`${done}/${orders.length}, ${seconds(start)} s`)
  })
  for (const mutant of own) results.set(keyOf(mutant), judged.get(mutant.id)?.outcome ?? 'untested')
  await keep(name)
  say(`${name}: ${seconds(start)} s`)
}

/** What is known of an area, for the next run; also of a run that ends early. */
async function keep(name: string): Promise<void> {
  const alive = new Set(mutants.map(keyOf))
  const files = areas.find((area) => area.name === name)?.parts.flatMap(({ sources: of }) => of) ?? []
  const kept = [...results].filter(([key]) => {
    const [file] = JSON.parse(key) as [string]
    return files.includes(file) && (alive.has(key) || !sources.has(file))
  })
  await writeFile(fileOf('results', name), JSON.stringify(kept))
}

function note(id: number, { verdict, by }: Verdict): void {
  const mutant = judged.get(id)
  if (mutant) judged.set(id, { ...mutant, outcome: verdict, by })
}

/** All, those that survived last time or were not tried yet, or a sample of these that its seed fixes. */
function sampleOf(all: Mutant[]): Mutant[] {
  if (values.known) return []
  const open = all.filter((mutant) => {
    const before = results.get(keyOf(mutant))
    if (values.survivors && (before === 'survived' || before === 'untested')) return true
    return values.untried ? before === undefined : !values.survivors
  })
  if (values.sample === undefined) return open
  let state = Number(values.seed) || 1
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state
  }
  return open
    .map((mutant) => ({ mutant, rank: next() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, Number(values.sample))
    .map(({ mutant }) => mutant)
}

function seconds(from: number): number {
  return Math.round((performance.now() - from) / 1000)
}

// What was not run this time counts as it ended last time; what never ran does not count.
const shown = mutants.filter((mutant) => {
  const before = results.get(keyOf(mutant))
  const now = judged.get(mutant.id)
  if (now?.outcome === 'ignored' || wanted.includes(mutant)) return true
  if (before === undefined || before === 'ignored' || values.sample !== undefined) return false
  judged.set(mutant.id, { ...mutant, outcome: before })
  return true
})
const all = shown.flatMap(({ id }) => judged.get(id) ?? [])
const scores = chosen.map(({ name }) => scoreOf(name, all, mutants.filter(({ area }) => area === name).length))
process.stdout.write(`${survivorLines(all).join('\n')}\n\n${scoreTable(scores)}\n\n${seconds(began)} s\n`)
if (values.page) {
  const page = join(root, 'docs/FIRE.md')
  const took = values.known ? undefined : seconds(began)
  const mutation = renderMutation(scores, { seconds: took, of: mutants.length, refused: refused.size })
  const isFull = all.length === mutants.length
  await writeFile(page, renderFire({ isFull, mutation }, existsSync(page) ? await readFile(page, 'utf8') : ''))
}
for (const entry of stale)
  process.stderr.write(`ignored.ts is stale: ${entry.file}: ${entry.from} → ${entry.to} on "${entry.lineText}"\n`)
process.exitCode = stale.length > 0 || belowTarget(scores).length > 0 ? 1 : 0
