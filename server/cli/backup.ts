import { resolve } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import { type Lang, loadConfig } from '../platform/config.ts'
import { createBackup, SetupError } from '../platform/postgres/index.ts'
import { recordBackup } from '../system/index.ts'
import { type Command, textArg } from './command.ts'
import { withDatabase } from './database.ts'
import { humanBytes, secondsSince } from './terminal.ts'
import { version } from './version.ts'

/** `hilo backup`: database, pictures, secret and hilo.env in one folder or file, while the shop sells. */
export const command: Command = {
  name: 'backup',
  about: { es: 'Copia de seguridad, también con la tienda abierta', en: 'Backup, also while the shop is open' },
  args: {
    to: {
      type: 'positional',
      hint: 'DIR|FILE',
      about: {
        es: 'Carpeta nueva, o fichero .tar, .tar.gz o .tar.zst',
        en: 'A new folder, or a file .tar, .tar.gz or .tar.zst',
      },
    },
  },
  examples: ['hilo backup copia-lunes', 'hilo backup "/copias/hilo-$(date +%F).tar.zst"'],
  run: async ({ args, env, lang, terminal }) => {
    const config = loadConfig(env)
    if (config.databaseUrl !== null) throw useTheirTools(config.dataDir)
    const to = resolve(textArg(args, 'to') ?? '')
    const begun = performance.now()
    const progress = terminal.progress(lang === 'es' ? 'Copiando' : 'Copying', 1)
    const result = await withDatabase(
      config,
      async ({ db }) => {
        const made = await createBackup(db, {
          dataDir: config.dataDir,
          to,
          now: systemClock.now(),
          hiloVersion: version,
          onProgress: (done, total) => progress.update(done / total, humanBytes(done)),
        })
        await recordBackup(db, { at: systemClock.now(), bytes: made.bytes, to })
        return made
      },
      { poolSize: 2 },
    )
    progress.end(secondsSince(begun))
    const size = `${result.files} ${lang === 'es' ? 'ficheros' : 'files'}, ${humanBytes(result.bytes)}`
    terminal.say(lang === 'es' ? `Copia completa en ${to} (${size}).` : `Backup complete in ${to} (${size}).`)
    if (config.archiveDir === null) terminal.say(aboutArchive(lang))
    terminal.say(lang === 'es' ? `Para recuperarla: hilo restore ${to}` : `To bring it back: hilo restore ${to}`)
    return undefined
  },
}

/** A backup goes back to its own moment only; people learn of the other way when they make one. */
function aboutArchive(lang: Lang): string {
  return lang === 'es'
    ? 'Para poder volver a cualquier segundo, pon HILO_ARCHIVE (hilo config lo explica).'
    : 'To be able to go back to any second, set HILO_ARCHIVE (hilo config explains it).'
}

function useTheirTools(dataDir: string): SetupError {
  const order = `pg_dump --format=custom --file=hilo.dump "$DATABASE_URL" && tar -czf hilo-files.tar.gz -C "${dataDir}" --exclude=postgres .`
  return new SetupError('refused', {
    es: `hilo backup copia la base de datos incluida; la de DATABASE_URL se copia con sus herramientas: ${order}`,
    en: `hilo backup copies the bundled database; the one of DATABASE_URL is copied with its own tools: ${order}`,
  })
}
