import { resolve } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import { dataFolder, type Lang } from '../platform/config.ts'
import { openDb } from '../platform/db.ts'
import { migrationsOf, readMigrations } from '../platform/migrate.ts'
import {
  type RestoreOptions,
  readArchive,
  restoreArchive,
  restoreBackup,
  SetupError,
} from '../platform/postgres/index.ts'
import { type Command, textArg } from './command.ts'
import { momentIn } from './moment.ts'
import { humanBytes, secondsSince } from './terminal.ts'

/** `hilo restore`: brings a backup back; what was there is kept aside. */
export const command: Command = {
  name: 'restore',
  about: {
    es: 'Recupera una copia de seguridad, o el archivo hasta un momento',
    en: 'Brings a backup back, or the archive up to a moment',
  },
  args: {
    from: {
      type: 'positional',
      hint: 'FROM',
      about: {
        es: 'Carpeta o fichero de la copia, o la carpeta de HILO_ARCHIVE',
        en: 'Folder or file of the backup, or the folder of HILO_ARCHIVE',
      },
    },
    to: {
      type: 'string',
      hint: 'WHEN',
      about: {
        es: 'Hasta cuándo, con un archivo: now (todo) o "2026-11-20 10:42", en la hora de esta máquina',
        en: 'Up to when, with an archive: now (everything) or "2026-11-20 10:42", in the time of this machine',
      },
    },
    replace: {
      type: 'boolean',
      about: {
        es: 'Aparta los datos que haya (no se borran) y pone la copia en su lugar',
        en: 'Moves present data aside (nothing is deleted) and puts the backup in their place',
      },
    },
  },
  examples: [
    'hilo restore copia-lunes --data /var/lib/hilo',
    'hilo restore /copias/hilo-2026-11-20.tar.zst --replace',
    'hilo restore /mnt/copias/hilo --to now --replace',
    'hilo restore /mnt/copias/hilo --to "2026-11-20 10:42" --replace',
  ],
  run: async ({ args, env, lang, terminal }) => {
    if (env.DATABASE_URL) throw useTheirTools()
    const dataDir = dataFolder(env)
    const from = resolve(textArg(args, 'from') ?? '')
    const when = textArg(args, 'to')
    const isArchive = readArchive(from) !== null
    if (when !== undefined && !isArchive) throw needsArchive(from)
    const to = momentIn(when ?? 'now')
    const begun = performance.now()
    const progress = terminal.progress(lang === 'es' ? 'Recuperando' : 'Restoring', 1)
    const options: RestoreOptions = {
      from,
      dataDir,
      replace: args.replace === true,
      now: systemClock.now(),
      onProgress: (done, total) => progress.update(done / total, humanBytes(done)),
      check: refuseNewerSchema,
    }
    const archive = isArchive ? await restoreArchive({ ...options, to }) : undefined
    const { manifest, aside } = archive ?? (await restoreBackup(options))
    progress.end(secondsSince(begun))
    const reached = archive ? timeOf(archive.reached.toISOString(), 19) : timeOf(manifest.createdAt, 16)
    terminal.say(archive ? archiveRestored(lang, reached, dataDir) : backupRestored(lang, reached, dataDir))
    if (aside) {
      const es = `Los datos anteriores están en ${aside}; bórralos cuando no los necesites.`
      terminal.say(lang === 'es' ? es : `The former data are in ${aside}; delete them when you no longer need them.`)
    }
    return undefined
  },
}

function timeOf(instant: string, length: number): string {
  return instant.replace('T', ' ').slice(0, length)
}

function backupRestored(lang: Lang, made: string, dataDir: string): string {
  return lang === 'es'
    ? `Copia del ${made} UTC recuperada en ${dataDir}. Compruébala con hilo verify y arranca con hilo start.`
    : `Backup of ${made} UTC restored in ${dataDir}. Check it with hilo verify and start with hilo start.`
}

function archiveRestored(lang: Lang, reached: string, dataDir: string): string {
  return lang === 'es'
    ? `Archivo recuperado hasta el ${reached} UTC en ${dataDir}. Compruébalo con hilo verify y arranca con hilo start.`
    : `Archive restored up to ${reached} UTC in ${dataDir}. Check it with hilo verify and start with hilo start.`
}

/** A copy from a newer Hilo must not take the place of data that this one can read. */
async function refuseNewerSchema(url: string): Promise<void> {
  const db = openDb(url, { poolSize: 1 })
  try {
    const known = new Set((await readMigrations()).map(({ name }) => name))
    const rows = await migrationsOf(db)
    const foreign = rows.find(({ name }) => !known.has(name))
    if (foreign) throw newer(foreign.name)
  } finally {
    await db.close()
  }
}

function needsArchive(from: string): SetupError {
  return new SetupError('refused', {
    es: `--to vale con un archivo (la carpeta de HILO_ARCHIVE); ${from} es una copia suelta y vuelve a su momento.`,
    en: `--to is for an archive (the folder of HILO_ARCHIVE); ${from} is a single backup and goes back to its own moment.`,
  })
}

function newer(name: string): SetupError {
  return new SetupError('database_newer', {
    es: `La copia es de un Hilo más nuevo que este (tiene ${name}). Actualiza el código con git pull && npm ci; no se ha cambiado nada.`,
    en: `The backup belongs to a newer Hilo than this one (it has ${name}). Update the code with git pull && npm ci; nothing was changed.`,
  })
}

function useTheirTools(): SetupError {
  const order = 'pg_restore --clean --if-exists --dbname="$DATABASE_URL" hilo.dump'
  return new SetupError('refused', {
    es: `hilo restore recupera la base de datos incluida; la de DATABASE_URL se recupera con sus herramientas: ${order}`,
    en: `hilo restore brings back the bundled database; the one of DATABASE_URL is restored with its own tools: ${order}`,
  })
}
