import { loadConfig } from '../platform/config.ts'
import type { Command } from './command.ts'
import { bringUpToDate, openDatabase, pendingMigrations } from './database.ts'

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
  },
  run: async ({ args, env, lang, terminal }) => {
    const database = await openDatabase(loadConfig(env), { poolSize: 2 })
    try {
      const names = args.check === true ? await pendingMigrations(database.db) : await bringUpToDate(database)
      for (const name of names) terminal.say(`  ${name}`)
      const [es, en] = args.check === true ? ['faltan', 'missing'] : ['aplicadas', 'applied']
      terminal.say(lang === 'es' ? `Migraciones ${es}: ${names.length}.` : `Migrations ${en}: ${names.length}.`)
      return args.check === true && names.length > 0 ? 10 : undefined
    } finally {
      await database.close()
    }
  },
}
