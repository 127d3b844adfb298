import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import type { HaResult } from './ha/run.ts'
import { isClean } from './r1/referee.ts'
import type { R1Result } from './r1/run.ts'
import { isClosed } from './r2/referee.ts'
import type { R2Result } from './r2/run.ts'

export type FireResults = {
  isFull: boolean
  r1?: R1Result
  plants?: { name: string; seen: boolean; result: R1Result }[]
  r2?: R2Result
  ha?: HaResult | { missing: string[]; packages: string }
  /** The section of `npm run mutate`, as it is to stand on the page. */
  mutation?: string
  /** Sections that other programs bring ready-made. */
  others?: Partial<Record<Part, string>>
}

/** What a run may take, in seconds, and what it must drain a second. */
export const targets = { r1Seconds: 120, quietSeconds: 60, chargesPerSecond: 200 }

/** Sentences about what went wrong; none when all is well. Speed is no fault: it is shown beside its target. */
export function faultsOf({ r1, plants = [], r2, ha }: FireResults): string[] {
  const faults: string[] = []
  if (r1 && !isClean(r1.verdict)) faults.push(`R1: ${JSON.stringify(r1.verdict)}`)
  if (r1 && !r1.verify.ok) faults.push(`R1: hilo verify disagrees:\n${r1.verify.said}`)
  for (const defect of r1?.tally.defects ?? []) faults.push(`R1: a defect was answered: ${defect}`)
  if (r1?.unrest) faults.push(`R1: not quiet: ${JSON.stringify(r1.unrest)}`)
  for (const { name, seen } of plants) if (!seen) faults.push(`the planted fault "${name}" was not seen`)
  if (r2 && !isClosed(r2.verdict)) faults.push(`R2: ${JSON.stringify(r2.verdict)}`)
  if (r2 && !r2.verify.ok) faults.push(`R2: hilo verify disagrees:\n${r2.verify.said}`)
  if (r2 && r2.watched.looks === 0) faults.push('R2: nobody looked for open transactions')
  for (const { call, lastStatement } of r2?.watched.offences ?? [])
    faults.push(`R2: a transaction was open while the provider was asked (${call}): ${lastStatement}`)
  if (ha && 'events' in ha) {
    if (!isClean(ha.verdict)) faults.push(`HA: ${JSON.stringify(ha.verdict)}`)
    if (!ha.verify.ok) faults.push(`HA: hilo verify disagrees:\n${ha.verify.said}`)
  }
  return faults
}

const headings = {
  r1: '## R1:',
  plants: '## Faults planted',
  r2: '## R2:',
  contract: '## R8',
  upgrade: '## R11',
  restore: '## R12',
  simulation: '## R14 in memory',
  realSimulation: '## R14 on PostgreSQL',
  fuzz: '## R16',
  ha: '## High availability',
  mutation: '## Mistakes planted',
} as const
export type Part = keyof typeof headings

const page = join(import.meta.dirname, '../docs/FIRE.md')

const introduction = `# Under fire

Made by \`npm run fire -- --full\`, part by part, or by what a section names: real server processes on a durable PostgreSQL, real \`kill -9\`; servers, PostgreSQL, payment provider and buyers share
one machine, so times are those of a crowded one. A seed replays its plan: \`npm run fire -- --full --seed N\`. How it works: [fire/README.md](../fire/README.md).`

/** Puts the results of these parts into docs/FIRE.md in place of their older selves; the others stay. */
export function keepOnPage(results: FireResults): void {
  writeFileSync(page, renderFire(results, existsSync(page) ? readFileSync(page, 'utf8') : ''))
}

/**
 * docs/FIRE.md with the parts that ran put in place of their older selves.
 * @param before the page as it is; empty for a new one
 */
export function renderFire(results: FireResults, before = ''): string {
  const old = new Map(
    before
      .split(/\n(?=## )/)
      .filter((section) => section.startsWith('## '))
      .map((section) => [partOf(section), section.trim()]),
  )
  const { r1, plants, r2, ha, mutation, others } = results
  const made: Partial<Record<Part, string>> = {
    ...(r1 ? { r1: renderR1(r1) } : {}),
    ...(plants ? { plants: renderPlants(plants) } : {}),
    ...(r2 ? { r2: renderR2(r2) } : {}),
    ...(ha ? { ha: 'events' in ha ? renderHa(ha) : renderMissing(ha) } : {}),
    ...(mutation ? { mutation } : {}),
    ...others,
  }
  const sections = (Object.keys(headings) as Part[]).flatMap((part) => {
    const section = made[part] === undefined ? old.get(part) : `${made[part]}\n\n${machine(results.isFull)}`
    return section === undefined ? [] : [section]
  })
  const faults = faultsOf(results).map((fault) => `- ${fault}`)
  const wrong = faults.length === 0 ? [] : [`**Faults of the last run:**\n\n${faults.join('\n')}`]
  return `${[introduction, ...wrong, ...sections].join('\n\n')}\n`
}

function partOf(section: string): Part | undefined {
  return (Object.keys(headings) as Part[]).find((part) => section.startsWith(headings[part]))
}

/** Where and under what load the part ran: figures of a machine that others use, too, say so. */
function machine(isFull: boolean): string {
  const load = loadavg()[1] ?? 0
  const cpu = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}`
  return `_${isFull ? 'Full' : 'Reduced'} form, ${new Date().toISOString().slice(0, 10)}, ${cpu}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, load ${load.toFixed(1)} over the last five minutes._`
}

/** A table of two columns: what, and the figure. */
export function table(head: string, rows: readonly (readonly [string, string | number])[]): string {
  return [head, '|---|---:|', ...rows.map(([text, value]) => `| ${text} | ${value} |`)].join('\n')
}

function renderR1(r1: R1Result): string {
  const { size, verdict, tally } = r1
  const units = size.articles * size.places * size.perPlace
  return [
    `## R1: ${size.buyers.toLocaleString('en')} buyers, ${units} units in ${size.places} places (seed ${r1.seed})`,
    `Web (cart, pay, place), tills and a trusted channel, ${size.atOnce} buyers at once, ${size.servers} servers on one database. Article after article comes up for sale, so each is a race; the database dies the moment an order was acknowledged: as a whole, only its first process, or one session. One in ten buyers clicks twice, ${size.answersLost * 100} % of all answers get lost on the way to the buyer; who has no answer asks the next server with the same key. Afterwards the clock is put forward until all holds are over, and who still waits takes what is left.`,
    table('| what | figure |', [
      [`\`kill -9\` of servers / of PostgreSQL`, `${r1.killed.servers} / ${r1.killed.database}`],
      ['units sold / oversold / undersold', `${verdict.sold} / ${verdict.oversold} / ${verdict.undersold}`],
      ['orders acknowledged / lost / doubled', `${verdict.acknowledged} / ${verdict.lost} / ${verdict.doubled}`],
      ['orders of buyers who were told no', verdict.untold],
      ['buyers never told', verdict.gaveUp],
      ['charged twice / provider’s books apart, minor units', `${verdict.chargedTwice} / ${verdict.moneyApart}`],
      ['calls / tried again', `${tally.calls.toLocaleString('en')} / ${tally.retries.toLocaleString('en')}`],
      [`done, target ≤ ${targets.r1Seconds} s`, `${r1.seconds.toFixed(0)} s`],
      ['longest time without an answer to anybody', `${(tally.longestGapMs / 1000).toFixed(1)} s`],
      [`quiet after, target ≤ ${targets.quietSeconds} s`, r1.unrest ? 'not' : `${r1.quietSeconds.toFixed(1)} s`],
      ['`hilo verify`', r1.verify.ok ? 'clean' : 'disagrees'],
    ]),
    `Answers: ${words(tally.statuses)}.`,
  ].join('\n\n')
}

function renderPlants(plants: NonNullable<FireResults['plants']>): string {
  const rows = plants.map(({ name, seen, result: { verdict } }) => {
    const said = {
      oversold: verdict.oversold,
      undersold: verdict.undersold,
      lost: verdict.lost,
      doubled: verdict.doubled,
    }
    return `| ${name} | ${seen ? 'yes' : '**no**'} | ${words(Object.fromEntries(Object.entries(said).filter(([, count]) => count > 0)))} |`
  })
  return [
    '## Faults planted in R1, to see whether the referee sees them',
    '',
    '| fault | seen | counted |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}

function renderR2(r2: R2Result): string {
  const { size, verdict, watched, drained } = r2
  return [
    `## R2: a payment provider's worst day (seed ${r2.seed})`,
    `${size.payers.toLocaleString('en')} payers; ${size.answersLost * 100} % of the provider's answers are lost and ${size.callsLost * 100} % of calls never arrive, notices come three times and in any order, ${size.shares.late * 100} % of the charges are heard of a day late (the clock is put forward), ${size.shares.gone * 100} % never; one buyer in five wants all or part of the money back in between. Then the line is down altogether while ${size.backlog.toLocaleString('en')} more pay.`,
    table('| what | figure |', [
      ['charges', verdict.charges],
      ['ended paid / refunded / refunded in part', `${verdict.paid} / ${verdict.refunded} / ${verdict.partRefunded}`],
      ['ended without money (declined, never arrived, dropped)', verdict.noMoney],
      ['on the list that a person works through', verdict.onTheList],
      ['ended in no way that has a name', verdict.stray],
      [
        'buyers charged twice / orders with another amount than owed',
        `${verdict.chargedTwice} / ${verdict.wrongAmount}`,
      ],
      ['ledger: captures − refunds − owed, minor units', verdict.ledgerSum],
      ['provider’s books against ours, minor units', verdict.booksApart],
      ['calls to the provider / lost', `${r2.calls.toLocaleString('en')} / ${r2.callsLost.toLocaleString('en')}`],
      ['notices received', r2.notices.toLocaleString('en')],
      [
        `charges found out after the outage, target ≥ ${targets.chargesPerSecond}/s`,
        `${drained.charges} in ${drained.seconds.toFixed(1)} s, ${drained.perSecond.toFixed(0)}/s; nine in ten at ${drained.mostPerSecond.toFixed(0)}/s`,
      ],
      ['orders placed with them', `${drained.ordersPerSecond.toFixed(0)}/s`],
      [
        'processor time a charge with its order: servers / database / provider and buyers, ms',
        `${drained.cpuMs.servers.toFixed(1)} / ${drained.cpuMs.database.toFixed(1)} / ${drained.cpuMs.others.toFixed(1)}`,
      ],
      [
        `transactions open while the provider was asked (${watched.calls.join(', ')}; ${watched.looks} looks)`,
        watched.offences.length,
      ],
      ['`hilo verify`', r2.verify.ok ? 'clean' : 'disagrees'],
    ]),
  ].join('\n\n')
}

function renderHa({ versions, events, acknowledged, verdict, verify }: HaResult): string {
  const rows = events.map(
    ({ event, orders, seconds, longestGapMs }) =>
      `| ${event} | ${orders} in ${seconds.toFixed(0)} s | ${(longestGapMs / 1000).toFixed(1)} s |`,
  )
  return [
    '## High availability: the database changes hands',
    `${versions.join('; ')}. Two PostgreSQL under Patroni with synchronous replication, HAProxy in front of the database and of two servers, all on loopback; 12 buyers at once over web, till and channel, who ask again with the same key.`,
    ['| event | orders | longest gap |', '|---|---:|---:|', ...rows].join('\n'),
    `Acknowledged ${acknowledged}, found ${acknowledged - verdict.lost}; doubled ${verdict.doubled}, oversold ${verdict.oversold}; \`hilo verify\` ${verify.ok ? 'clean' : 'disagrees'}.`,
  ].join('\n\n')
}

function renderMissing({ missing, packages }: { missing: string[]; packages: string }): string {
  return `## High availability\n\nNot run: this machine lacks ${missing.join(', ')}. On Debian: \`apt-get install ${packages}\`.`
}

const words = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
    .join(', ') || 'nothing'
