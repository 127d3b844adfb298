import type { Text } from '../platform/config.ts'
import type { Command } from './command.ts'

/**
 * Every command, with its line in the help. The code of a command is loaded only when it is called: `hilo --help` must
 * not wait for a web server to be parsed.
 */
export const commands: Readonly<Record<string, { about: Text; load: () => Promise<{ command: Command }> }>> = {
  start: {
    about: { es: 'Arranca la tienda, la consola, la caja y la API', en: 'Starts shop, console, till and API' },
    load: () => import('./start.ts'),
  },
  build: {
    about: { es: 'Construye la tienda, la consola y la caja', en: 'Builds shop, console and till' },
    load: () => import('./build.ts'),
  },
  import: {
    about: { es: 'Trae productos, stock, clientes o pedidos', en: 'Brings in products, stock, customers or orders' },
    load: () => import('./import.ts'),
  },
  export: {
    about: { es: 'Saca productos, stock, clientes o pedidos', en: 'Takes out products, stock, customers or orders' },
    load: () => import('./export.ts'),
  },
  verify: {
    about: { es: 'Recalcula las leyes sobre los datos vivos', en: 'Recomputes the laws on the live data' },
    load: () => import('./verify.ts'),
  },
  backup: {
    about: { es: 'Copia de seguridad, también con la tienda abierta', en: 'Backup, also while the shop is open' },
    load: () => import('./backup.ts'),
  },
  restore: {
    about: {
      es: 'Recupera una copia de seguridad, o el archivo hasta un momento',
      en: 'Brings a backup back, or the archive up to a moment',
    },
    load: () => import('./restore.ts'),
  },
  migrate: {
    about: { es: 'Pone la base de datos al día', en: 'Brings the database up to date' },
    load: () => import('./migrate.ts'),
  },
  demo: {
    about: { es: 'Carga la tienda de muestra Lino y Sal', en: 'Loads the demo retailer Lino y Sal' },
    load: () => import('./demo.ts'),
  },
  staff: {
    about: { es: 'Personal: lista, altas y claves nuevas', en: 'Staff: list, add and new passwords' },
    load: () => import('./staff.ts'),
  },
  config: {
    about: { es: 'Explica todos los ajustes y su valor actual', en: 'Explains every setting and its present value' },
    load: () => import('./config.ts'),
  },
  doctor: {
    about: { es: 'Revisa esta instalación y dice qué falta', en: 'Checks this installation and says what is missing' },
    load: () => import('./doctor.ts'),
  },
}
