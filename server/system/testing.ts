/** A strict reader of the Prometheus text format 0.0.4, and reports of processes that never ran. */
import { faces, minutesKept } from '#platform/meter'
import type { ProcessReport } from './processes.ts'

export type ReadFamily = {
  type: string
  help: string
  samples: { name: string; labels: Record<string, string>; value: number }[]
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/
const labelPart = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const part = labelPart.exec(rest)
    if (!part) throw new Error(`not a label: ${rest}`)
    const [all, name = '', value = ''] = part
    if (name in labels) throw new Error(`label ${name} twice`)
    labels[name] = value.replace(/\\(["\\n])/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter))
    rest = rest.slice(all.length)
  }
  return labels
}

/** The name of the family that a sample belongs to. */
function familyOf(name: string, families: ReadonlyMap<string, ReadFamily>): string {
  const base = name.replace(/_(bucket|sum|count)$/, '')
  const isPart = ['histogram', 'summary'].includes(families.get(base)?.type ?? '')
  return isPart ? base : name
}

/**
 * Reads a whole page. @throws Error at whatever the format does not allow: a sample before its TYPE, a family told twice or in two
 * places, the same labels twice, a counter without _total or below 0, buckets that go down or do not end with +Inf at the count.
 */
export function readMetrics(text: string): Map<string, ReadFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, ReadFamily>()
  const seen = new Set<string>()
  let current = ''
  for (const line of text.split('\n')) {
    if (line === '') continue
    const help = /^# HELP (\S+) (.+)$/.exec(line)
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line)
    if (help) {
      const [, name = '', words = ''] = help
      if (families.has(name)) throw new Error(`${name} is told twice`)
      families.set(name, { type: '', help: words, samples: [] })
      current = name
    } else if (type) {
      const [, name = '', kind = ''] = type
      const family = families.get(name)
      if (!family || name !== current || family.type !== '') throw new Error(`TYPE of ${name} is out of place`)
      family.type = kind
    } else {
      const [, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? []
      if (name === '') throw new Error(`not a sample: ${line}`)
      const family = families.get(familyOf(name, families))
      if (!family || familyOf(name, families) !== current) throw new Error(`${name} stands outside its family`)
      const read = { name, labels: labelsOf(labels), value: Number(value.replace('Inf', 'Infinity')) }
      const key = `${name} ${JSON.stringify(Object.entries(read.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`
      if (seen.has(key)) throw new Error(`${key} twice`)
      seen.add(key)
      family.samples.push(read)
    }
  }
  for (const [name, family] of families) checkFamily(name, family)
  return families
}

function checkFamily(name: string, { type, samples }: ReadFamily): void {
  if (type === '') throw new Error(`${name} has no TYPE`)
  if (type === 'counter') {
    if (!name.endsWith('_total')) throw new Error(`${name} counts and is not called _total`)
    if (samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below 0`)
  }
  if (type !== 'histogram') return
  const series = Map.groupBy(samples, ({ labels: { le: _le, ...others } }) => JSON.stringify(others))
  for (const [labels, parts] of series) {
    const buckets = parts.filter((part) => part.name === `${name}_bucket`)
    const count = parts.find((part) => part.name === `${name}_count`)?.value
    if (parts.every((part) => part.name !== `${name}_sum`)) throw new Error(`${name}${labels} has no sum`)
    const bounds = buckets.map(({ labels: { le } }) => Number(le?.replace('Inf', 'Infinity')))
    for (const [at, bound] of bounds.entries()) {
      if (at > 0 && !(bound > (bounds[at - 1] ?? 0))) throw new Error(`${name}${labels}: buckets are not in order`)
      if (at > 0 && (buckets[at]?.value ?? 0) < (buckets[at - 1]?.value ?? 0))
        throw new Error(`${name}${labels}: a bucket goes down`)
    }
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY || buckets.at(-1)?.value !== count)
      throw new Error(`${name}${labels}: +Inf is not the count`)
  }
}

/** A process that does background work and has had no visitors. */
export function aReport(minute: number, overrides: Partial<ProcessReport> = {}): ProcessReport {
  const quiet = {
    perSecond: 0,
    requests: Array.from({ length: minutesKept }, () => 0),
    failed: Array.from({ length: minutesKept }, () => 0),
    p95Ms: Array.from({ length: minutesKept }, () => null),
    times: [],
  }
  return {
    minute,
    faces: Object.fromEntries(faces.map((face) => [face, quiet])) as unknown as ProcessReport['faces'],
    jobs: [],
    works: true,
    memoryBytes: 100_000_000,
    busy: 0,
    listeners: 0,
    shedding: null,
    ...overrides,
  }
}
