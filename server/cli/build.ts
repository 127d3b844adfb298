import { buildWithProgress } from './build-progress.ts'
import type { Command } from './command.ts'

/** `hilo build`: builds what changed, or everything with --force. */
export const command: Command = {
  name: 'build',
  about: { es: 'Construye la tienda, la consola y la caja', en: 'Builds shop, console and till' },
  args: {
    force: {
      type: 'boolean',
      about: { es: 'Todo, también lo que no ha cambiado', en: 'Everything, also what did not change' },
    },
  },
  run: async ({ args, lang, terminal }) => {
    const built = await buildWithProgress({ lang, terminal, force: args.force === true })
    if (built.length === 0) terminal.say(lang === 'es' ? 'No hay nada que construir.' : 'There is nothing to build.')
    return undefined
  },
}
