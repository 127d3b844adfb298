import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import { safeCell } from '../platform/csv.ts'
import type { Db } from '../platform/db.ts'
import { type ImportKind, type ImportResult, importFile } from '../platform/imports/index.ts'
import { exitCodes, SetupError } from '../platform/postgres/index.ts'
import { sql } from '../platform/sql.ts'
import { type Command, type CommandContext, textArg } from './command.ts'
import { withDatabase } from './database.ts'

const kinds = ['products', 'stock', 'customers', 'orders'] as const
/** Refusals shown on the screen; --report gives all. */
const issuesShown = 20

/** `hilo import`: every row is taken or listed; an interrupted file is continued when it comes again. */
export const command: Command = {
  name: 'import',
  about: { es: 'Trae productos, stock, clientes o pedidos', en: 'Brings in products, stock, customers or orders' },
  args: {
    kind: { type: 'positional', options: kinds, about: { es: 'Qué trae el fichero', en: 'What the file brings' } },
    file: { type: 'positional', hint: 'FILE', about: { es: 'Fichero CSV o JSON', en: 'CSV or JSON file' } },
    format: {
      type: 'string',
      about: { es: 'Formato, si las columnas no lo dicen ya', en: 'Format, when the columns do not tell' },
    },
    set: {
      type: 'string',
      hint: 'KEY=VALUE,…',
      about: {
        es: 'Lo que el fichero no dice, por ejemplo currency=EUR,place=VLC',
        en: 'What the file does not say, for example currency=EUR,place=VLC',
      },
    },
    report: {
      type: 'string',
      hint: 'FILE',
      about: { es: 'CSV con todo lo no tomado y lo dudoso', en: 'CSV of everything not taken or doubtful' },
    },
  },
  examples: [
    'hilo import products productos.csv',
    'hilo import stock existencias.csv --set place=VLC --report dudas.csv',
  ],
  run: async (context) => {
    // Importers make themselves known when the modules that own the data are read; the whole app would be twice as big.
    await Promise.all([
      import('../customers/index.ts'),
      import('../orders/index.ts'),
      import('../products-and-stock.ts'),
    ])
    return withDatabase(loadConfig(context.env), async ({ db }) => bringIn(db, context), { poolSize: 4 })
  },
}

async function bringIn(db: Db, context: CommandContext): Promise<number> {
  const { args, lang, terminal } = context
  const es = lang === 'es'
  const path = resolve(textArg(args, 'file') ?? '')
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  const begun = performance.now()
  const progress = terminal.progress(es ? 'Importando' : 'Importing', 1)
  const result = await importFile(db, systemClock, {
    kind: textArg(args, 'kind') as ImportKind,
    path,
    format: textArg(args, 'format'),
    options: readOptions(textArg(args, 'set')),
    actorId: 'system:cli',
    signal: stopping.signal,
    onProgress: ({ bytesRead, bytesTotal, rowsRead }) =>
      progress.update(bytesTotal > 0 ? bytesRead / bytesTotal : 0, `${rowsRead} ${es ? 'filas' : 'rows'}`),
  })
  const seconds = (performance.now() - begun) / 1000
  progress.end(
    `${seconds.toFixed(1)} s, ${Math.round(result.rowsRead / Math.max(seconds, 0.001))} ${es ? 'filas/s' : 'rows/s'}`,
  )
  sayResult(result, context)
  await sayIssues(db, result, context)
  if (result.status === 'canceled') {
    terminal.warn(
      es ? 'Interrumpido; la misma orden sigue donde se quedó.' : 'Interrupted; the same command goes on from there.',
    )
    return exitCodes.interrupted
  }
  return result.rowsRefused > 0 ? exitCodes.incomplete : exitCodes.ok
}

function sayResult(
  { rowsRead, rowsTaken, rowsUnchanged, rowsRefused, format, summary, resumed }: ImportResult,
  { lang, terminal }: CommandContext,
): void {
  const es = lang === 'es'
  const parts = es
    ? [`${rowsTaken} tomadas`, `${rowsUnchanged} ya estaban`, `${rowsRefused} no tomadas`]
    : [`${rowsTaken} taken`, `${rowsUnchanged} unchanged`, `${rowsRefused} not taken`]
  const again = resumed ? (es ? ' (continuación)' : ' (continued)') : ''
  terminal.say(`${format}: ${rowsRead} ${es ? 'filas' : 'rows'}${again}: ${parts.join(', ')}`)
  for (const [name, count] of Object.entries(summary)) terminal.say(`  ${name}: ${count}`)
}

type Row = { line: number; field: string; severity: string; code: string; value: string | null; remedy: string }

async function sayIssues(
  db: Db,
  { runId, issues }: ImportResult,
  { args, lang, terminal }: CommandContext,
): Promise<void> {
  const total = issues.refused + issues.flagged
  if (total === 0) return
  const [line, kept] = lang === 'es' ? ['línea', 'no tomada'] : ['line', 'not taken']
  for (const row of await issuesAfter(db, runId, lang, null, issuesShown)) {
    const what = row.value === null ? row.field : `${row.field}=${JSON.stringify(row.value)}`
    terminal.warn(`  ${line} ${row.line}${row.severity === 'refused' ? ` (${kept})` : ''}: ${what}: ${row.remedy}`)
  }
  const report = textArg(args, 'report')
  if (report) await writeReport(db, runId, lang, resolve(report))
  if (report)
    terminal.say(
      lang === 'es' ? `Todo lo dudoso está en ${resolve(report)}` : `Everything doubtful is in ${resolve(report)}`,
    )
  else if (total > issuesShown)
    terminal.warn(
      lang === 'es'
        ? `  … y ${total - issuesShown} más; --report FICHERO las da todas.`
        : `  … and ${total - issuesShown} more; --report FILE gives all.`,
    )
}

/** Issues in the order of the file; refused ones and flagged ones alike. */
function issuesAfter(db: Db, runId: string, lang: 'es' | 'en', after: Row | null, limit: number): Promise<Row[]> {
  const remedy = lang === 'es' ? sql`remedy_es` : sql`remedy_en`
  return db.many<Row>(sql`
    select line::int as line, field, severity, code, value, ${remedy} as remedy from platform.import_issue
     where run_id = ${runId}
       and (${after === null} or (line, field, code) > (${after?.line ?? 0}::bigint, ${after?.field ?? ''}::text, ${after?.code ?? ''}::text))
     order by line, field, code limit ${limit}::int`)
}

async function writeReport(db: Db, runId: string, lang: 'es' | 'en', path: string): Promise<void> {
  async function* rows(): AsyncGenerator<string[]> {
    let last: Row | null = null
    for (;;) {
      const page: Row[] = await issuesAfter(db, runId, lang, last, 1000)
      for (const { line, field, severity, code, value, remedy } of page) {
        yield [String(line), safeCell(field), severity, code, safeCell(value ?? ''), remedy]
      }
      last = page.at(-1) ?? null
      if (last === null) return
    }
  }
  const columns = ['line', 'field', 'severity', 'code', 'value', 'remedy']
  await pipeline(Readable.from(rows()), stringify({ header: true, columns }), createWriteStream(path, { mode: 0o600 }))
}

/** `currency=EUR,place=VLC` → `{ currency: 'EUR', place: 'VLC' }`. */
function readOptions(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.trim() !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key = '', value = ''] = /^([^=]+)=(.*)$/.exec(pair.trim()) ?? []
      if (key === '') throw badPair(pair)
      return [key.trim(), value.trim()]
    }),
  )
}

function badPair(pair: string): SetupError {
  return new SetupError('usage', {
    es: `--set quiere CLAVE=VALOR, y ${JSON.stringify(pair)} no lo es. Ejemplo: --set currency=EUR,place=VLC`,
    en: `--set wants KEY=VALUE, and ${JSON.stringify(pair)} is not. Example: --set currency=EUR,place=VLC`,
  })
}
