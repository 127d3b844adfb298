import { loadConfig } from '../platform/config.ts'
import { missingMigrations } from '../platform/migrate.ts'
import type { Command } from './command.ts'
import { bringUpToDate, openDatabase } from './database.ts'

/** `hilo migrate`: brings the schema up to date, or only says what would run. */
export const command: Command = {
  name: 'migrate',
  about: { es: 'Pone la base de datos al día', en: 'Brings the database up to date' },
  args: {
    check: {
      type: 'boolean',
      about: {
        es: 'Solo dice qué falta; sale con 10 si falta algo',
        en: 'Only says what is missing; exits with 10 when something is',
      },
    },
    finish: {
      type: 'boolean',
      about: {
        es: 'También lo que termina una actualización: cuando ya no corre ningún servidor de la versión anterior',
        en: 'Also what finishes an upgrade: once no server of the version before runs',
      },
    },
  },
  run: async ({ args, env, lang, terminal }) => {
    const inSpanish = lang === 'es'
    const database = await openDatabase(loadConfig(env), { poolSize: 2 })
    const list = (names: readonly string[], es: string, en: string) => {
      for (const name of names) terminal.say(`  ${name}`)
      terminal.say(inSpanish ? `Migraciones ${es}: ${names.length}.` : `Migrations ${en}: ${names.length}.`)
    }
    try {
      if (args.check !== true) {
        const finish = args.finish === true || database.alone
        list(await bringUpToDate(database, { finish }), 'aplicadas', 'applied')
      }
      const { needed, finishing } = await missingMigrations(database.db)
      if (args.check === true) list(needed, 'faltan', 'missing')
      if (finishing.length > 0) {
        const es = 'Cuando ya no corra ningún servidor de la versión anterior, termina con: hilo migrate --finish'
        terminal.say(inSpanish ? es : 'Once no server of the version before runs, finish with: hilo migrate --finish')
      }
      return args.check === true && needed.length > 0 ? 10 : undefined
    } finally {
      await database.close()
    }
  },
}
