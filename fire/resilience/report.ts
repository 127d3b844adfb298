import { cpus, loadavg } from 'node:os'
import { faces, matrix, outcomeOf } from './matrix.ts'
import type { FaultResult } from './run.ts'

/** docs/RESILIENCE.md: the declared matrix with what was measured in each cell. */
export function renderMatrix(results: readonly FaultResult[]): string {
  const rows = results.map(({ fault, seen, skipped, recoveredMs, lastedMs }) => {
    const cells = faces.map((face) => {
      if (!seen) return `${matrix[fault][face].outcome} (not tried)`
      return `${outcomeOf(seen[face])} · ${Math.round(seen[face].ms)} ms`
    })
    const after = skipped ?? `${(recoveredMs / 1000).toFixed(1)} s after ${(lastedMs / 1000).toFixed(0)} s`
    return `| ${[fault, ...cells, after].join(' | ')} |`
  })
  const found = results.flatMap(({ faults }) => faults)
  return `# When something is gone

Made by \`node fire/resilience/main.ts\`: one running shop, its real PostgreSQL killed, stopped (SIGSTOP) and slowed down, its payment provider and mail server
taken away, its disk filled. The declaration is \`fire/resilience/matrix.ts\`; a test plays it in a reduced form with every change, and a cell that is not as
declared, hangs or does not come back by itself fails it.

- **works** as always · **kept** the last good answer, marked with its time; pages say "as it was at 10:42" · **refused** 503 with Retry-After and a sentence in
  Spanish and English · **either**: works while PostgreSQL has room in files it made
  before, else as with the database down, never by halves · **waits** the order is held while the payment is looked into; its end is known by itself
- Milliseconds are the slowest of the calls of that face, on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'} with a load of ${(loadavg()[1] ?? 0).toFixed(0)}. The last column: how long after the fault everything worked again, and how long the fault lasted.

| | ${faces.join(' | ')} | all well again |
|${'---|'.repeat(faces.length + 2)}
${rows.join('\n')}

${found.length === 0 ? 'Every cell was as declared.' : `**Not as declared:**\n\n${found.map((each) => `- ${each}`).join('\n')}`}

## How it works

- **Browsing.** Answers to what the shop window shows (\`browsing\` in \`server/platform/outage.ts\`: collections, lists, products, stock, places, delivery, search)
  are kept in memory, about 34 MB at most; a round every ten minutes asks once for everything the lists show, up to 500 products. While the database is away they
  are given out with \`hilo-as-of\`. A search that nobody made before is refused.
- **Noticing.** Each process looks at the database four times a second over a connection of its own. A server that is gone is seen at once, one that stands still
  within 1.1 s; who was waiting is answered at 1.2 s. Being slow is not being away.
- **Writes.** What was answered with 503 may have been done: repeat it with the same \`Idempotency-Key\` and learn. Nothing is queued behind the shopper's back.
- **A database that vanished without a word** (its machine or the network): after 20 s connections that still wait are cut, so that the pool is whole again.
- **Payments.** No transaction is open while a provider is asked. Without an answer the order is held and asked about until it is known.
- **Mail.** Booked with what it tells of, sent afterwards, tried for three days.
- **Disk.** Reading goes on. PostgreSQL ends itself when it cannot write its log; \`hilo start\` brings it back as soon as there is space, and nothing acknowledged
  is lost.

## Back to any second

With \`HILO_ARCHIVE\` a backup a day and the log of every second are kept; \`hilo restore FOLDER --to now\` or to a moment (\`docs/guide\`). \`node
fire/resilience/restore.ts\` takes the time of it on a gigabyte. Tried with every change (\`archive.db.test.ts\`): a power cut (no acknowledged sale is missing), a lost
disk (all but the last second), any moment before, going on after a restore, a gap in the log, an archive of another database.

## Upgrades

A migration expands first: the process of before must go on beside the migrated database, and nobody may wait a second for a lock. What contracts (a column that
only older processes write) stands in migrations named \`…_finish.sql\`, which run with \`hilo migrate --finish\`, and by themselves where no older process can be: on an
empty database and on the bundled one as it is started. \`FIRE_FULL=1 npx vitest run --project fire fire/resilience/upgrade\` starts the process of the version in the
shops (\`landed\` in \`fire/resilience/old-tree.ts\`), runs today's migrations under load, puts today's process with its background work beside it, ends the older one and
finishes; it counts errors and waits, opens each other's orders, and plants a renamed column and a long lock to see that it notices. A migration that does not get its
lock within 0.8 s steps back and tries again.
`
}

const shedHeading = '## More visitors than can be served'

/** The page with this section in place of its older self; the others stay as they are. */
export function putSection(page: string, section: string): string {
  const heading = section.split('\n', 1)[0]
  const sections = page.split(/\n(?=## )/)
  const at = sections.findIndex((each) => each.startsWith(`${heading}\n`))
  const put = at < 0 ? [...sections, section] : sections.with(at, section)
  return `${put.map((each) => each.trim()).join('\n\n')}\n`
}

/** Of the page as it is: what this report does not make itself. */
export function sectionsOfOthers(page: string): string[] {
  return page.split(/\n(?=## )/).filter((section) => section.startsWith(shedHeading))
}
