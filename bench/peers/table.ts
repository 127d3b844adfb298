import { cpus, totalmem } from 'node:os'
import type { Measured, Report } from './measure.ts'

export type Machine = { postgres: string; seconds: number; settings: Readonly<Record<string, string>>; takenOn: string }
/** A system that could not be measured, with the reason. */
export type Missing = { name: string; reason: string }

/** The section of docs/BENCHMARKS.md: all systems side by side, what could not be had, how disturbed the machine was. */
export function renderPeers(reports: readonly Report[], missing: readonly Missing[], machine: Machine): string {
  const columns = reports.map(({ name }) => name)
  const rows = lines.map(([text, tell]) => `| ${text} | ${reports.map(tell).join(' | ')} |`)
  return [
    '## Beside Medusa and Vendure',
    '',
    about(reports, machine),
    '',
    `| | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---:|').join('')}`,
    ...rows,
    '',
    ...missing.map(({ name, reason }) => `**${name} was not measured**: ${reason}\n`),
    whatItMeans,
    '',
  ].join('\n')
}

function about(reports: readonly Report[], { postgres, seconds, settings, takenOn }: Machine): string {
  const others = reports.flatMap(({ alone, order, fewest, reads }) =>
    [alone, order, fewest, ...(reads ? Object.values(reads) : [])].map((figure) => figure.others),
  )
  const share = (value: number) => `${Math.round(value * 100)} %`
  const middle = others.toSorted((a, b) => a - b)[Math.floor(others.length / 2)] ?? 0
  return [
    `Made by \`npm run bench peers\` on ${takenOn}: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}.`,
    `One PostgreSQL ${postgres} for all of them (${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}), reached over TCP; 1,000 products of 4 variants, 5 places.`,
    `${seconds} s a figure; servers, database and load generator share the cores.`,
    `Other programs used ${share(middle)} of the machine in the middle, ${share(Math.max(0, ...others))} at most${middle > 0.1 ? ': **rates and times are those of a busy machine; processor time per order is up to three times that of a quiet one**' : ''}.`,
  ].join(' ')
}

const number = (value: number, digits = 2) =>
  value >= 100
    ? Math.round(value).toLocaleString('en')
    : value >= 10
      ? value.toFixed(Math.min(1, digits))
      : value.toFixed(digits)
const rate = (figure: Measured | undefined) =>
  figure === undefined ? '–' : figure.done === 0 ? 'none done' : `${number(figure.rps)}${failures(figure)}`
const failures = ({ failed }: Measured) => (failed > 0 ? ` (${failed} failed)` : '')
const times = ({ p50_ms, p99_ms, done }: Measured) => (done === 0 ? '–' : `${number(p50_ms)} / ${number(p99_ms)}`)
/** Processor milliseconds an operation: its servers, the database. */
const cpu = ({ cpu: { database = 0, ...servers }, done }: Measured) => {
  const own = Object.values(servers).reduce((sum, seconds) => sum + seconds, 0)
  return done === 0 ? '–' : `${number((own * 1000) / done)} + ${number((database * 1000) / done)}`
}

const lines: [text: string, tell: (report: Report) => string][] = [
  ['version', ({ version }) => version || '–'],
  ['runs as', ({ runsAs }) => runsAs],
  [
    '**orders/s, 32 at once, all calls of a storefront**',
    ({ order, calls }) => `**${rate(order)}** (${plural(calls.order)})`,
  ],
  ['p50 / p99, ms', ({ order }) => times(order)],
  ['processor time an order, server + database, ms', ({ order }) => cpu(order)],
  ['orders/s, 32 at once, fewest calls', ({ fewest, calls }) => `${rate(fewest)} (${plural(calls.fewest)})`],
  ['p50 / p99, ms', ({ fewest }) => times(fewest)],
  ['processor time an order, server + database, ms', ({ fewest }) => cpu(fewest)],
  ['one order at a time, p50 / p99, ms', ({ alone }) => times(alone)],
  [
    'SQL statements / transactions / WAL KiB an order',
    ({ cost }) => `${cost.statements} / ${cost.transactions} / ${number(cost.walBytes / 1024)}`,
  ],
  ['list of 20 products, /s', ({ reads }) => rate(reads?.list)],
  ['product with 4 variants, /s', ({ reads }) => rate(reads?.detail)],
  ['stock of one variant in 5 places, /s', ({ reads }) => rate(reads?.availability)],
  [
    '**all at once for 50 units of one variant: sold**',
    ({ race }) => `**${race.sold}**${outcome(race)} of ${race.buyers} buyers`,
  ],
  ['refused / failed', ({ race }) => `${race.refused} / ${race.failed}`],
  ['answers that asked to come back later, obeyed', ({ race }) => number(race.sentAway, 0)],
  ['most frequent word to them', ({ race }) => race.word.replaceAll('|', '/').replaceAll(/\s+/g, ' ') || '–'],
  [
    'orders in its database / units taken of those on hand',
    ({ race }) => `${race.orders} / ${race.stock.taken} of ${race.stock.onHand}`,
  ],
  [
    'until the last one knew, s',
    ({ race }) =>
      race.waiting === 0
        ? number(race.seconds)
        : `not ended within ${race.limitMinutes} min: ${plural(race.waiting, 'buyer')} knew nothing`,
  ],
  ['start to first answer, s', ({ startMs }) => number(startMs / 1000)],
  ['memory at rest / at most under orders, MiB', ({ idleMiB, peakMiB }) => `${idleMiB} / ${peakMiB}`],
  [
    'installed packages, MiB on disk',
    ({ installed }) => (installed ? `${installed.packages}, ${installed.mib}` : 'see Set-up'),
  ],
]

function plural(count: number, of = 'call'): string {
  return count === 1 ? `1 ${of}` : `${count} ${of}s`
}

function outcome({ sold, units, waiting, limitMinutes }: Report['race']): string {
  if (sold > units) return ` (${sold - units} too many)`
  if (waiting > 0) return ` (not ended within ${limitMinutes} min)`
  return sold < units ? ` (${units - sold} left unsold)` : ''
}

const whatItMeans = `What the figures leave out. The bare route has no cart, price, tax, promotion, customer or history: it is a floor, not a shop. Hilo's
orders are paid (captured, with the provider's notice), Medusa's and Vendure's are authorized only; their admin panels, mail and asset plugins
are off, which favours them. Medusa and Vendure show shoppers no stock by place: that line asks their administrators' APIs. Slow systems
finish few orders in the time, so their percentiles rest on few. In the race nobody tries again unless an answer says when. Units taken of those on hand: what the system itself believes.`
