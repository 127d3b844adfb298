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
    withDatabase(loadConfig(env), async ({ url }) => {
      const { loadDemoWithProgress } = await import('./first-data.ts')
      const { status, products, people, orders } = await loadDemoWithProgress(url, {
        clock: systemClock,
        terminal,
        lang,
      })
      const es = lang === 'es'
      if (status === 'already_loaded')
        terminal.say(es ? 'Ya estaba cargada; no ha cambiado nada.' : 'It was loaded already; nothing changed.')
      terminal.say(
        es
          ? `Lino y Sal: ${products} productos, ${people} clientes, ${orders} pedidos. hilo start la abre y da las claves.`
          : `Lino y Sal: ${products} products, ${people} customers, ${orders} orders. hilo start opens it and gives the passwords.`,
      )
      return undefined
    }),
}
