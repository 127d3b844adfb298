import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import type { Command } from './command.ts'
import { withDatabase } from './database.ts'

/** `hilo demo`: loads the demo retailer into an empty shop. */
export const command: Command = {
  name: 'demo',
  about: { es: 'Carga la tienda de muestra Lino y Sal', en: 'Loads the demo retailer Lino y Sal' },
  args: {},
  run: async ({ env, lang, terminal }) =>
    withDatabase(loadConfig(env), async ({ db }) => {
      const { loadDemoWithProgress } = await import('./first-data.ts')
      await loadDemoWithProgress(db, { clock: systemClock, terminal, lang })
      terminal.say(
        lang === 'es'
          ? 'Claves para entrar: npm run hilo -- staff list, y staff reset CORREO.'
          : 'To log in: npm run hilo -- staff list, and staff reset EMAIL.',
      )
      return undefined
    }),
}
