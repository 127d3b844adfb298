import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import { exitCodes } from '../platform/postgres/index.ts'
import { type CheckResult, verify } from '../verify/index.ts'
import type { Command, CommandContext } from './command.ts'
import { withDatabase } from './database.ts'

/** `hilo verify`: recomputes the laws from the ledgers, on one snapshot, while the shop goes on. */
export const command: Command = {
  name: 'verify',
  about: { es: 'Recalcula las leyes sobre los datos vivos', en: 'Recomputes the laws on the live data' },
  args: {
    json: { type: 'boolean', about: { es: 'El informe completo como JSON', en: 'The whole report as JSON' } },
  },
  examples: ['hilo verify', 'hilo verify --json > informe.json'],
  run: async (context) => {
    const { args, env, lang, terminal } = context
    const progress = terminal.progress(lang === 'es' ? 'Comprobando' : 'Checking', 1)
    const report = await withDatabase(
      loadConfig(env),
      ({ db }) =>
        verify(db, {
          clock: systemClock,
          onProgress: (name, done, total) => progress.update(done / total, name),
        }),
      { poolSize: 2 },
    )
    const laws = new Set(report.checks.map(({ law }) => law)).size
    const [checks, of] = lang === 'es' ? ['comprobaciones', 'de'] : ['checks', 'of']
    progress.end(
      `${report.checks.length} ${checks} ${of} ${laws} ${lang === 'es' ? 'leyes' : 'laws'}, ${seconds(report.ms)}`,
    )
    if (args.json === true) terminal.say(JSON.stringify(report, null, 2))
    else for (const check of report.checks) sayCheck(check, context)
    return report.ok ? exitCodes.ok : exitCodes.disagreement
  },
}

/** Seconds with as many decimals as tell something. */
function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`
}

function sayCheck({ name, law, title, count, rows, ms }: CheckResult, { lang, terminal }: CommandContext): void {
  const [wrong, expected, found] = lang === 'es' ? ['no cuadran', 'debería', 'hay'] : ['disagree', 'should be', 'is']
  if (count === 0) {
    terminal.say(`  ✓ ${law}. ${title[lang]}  (${seconds(ms)})`)
    return
  }
  terminal.say(`  ✗ ${law}. ${title[lang]}: ${count} ${wrong} (${name})`)
  for (const row of rows) terminal.say(`      ${row.subject}: ${expected} ${row.expected}, ${found} ${row.found}`)
  if (count > rows.length) terminal.say(`      … ${count - rows.length}`)
}
