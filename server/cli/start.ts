import { systemClock } from '../platform/clock.ts'
import { type Config, loadConfig } from '../platform/config.ts'
import { type Archiver, exitCodes, type SupervisionEvent, startArchiver } from '../platform/postgres/index.ts'
import { buildWithProgress } from './build-progress.ts'
import { type Command, type CommandContext, textArg } from './command.ts'
import { bringUpToDate, type OpenDatabase, openDatabase } from './database.ts'
import { explain } from './explain.ts'
import type { Login } from './first-data.ts'
import { giveBackAtRest } from './memory.ts'
import { refuseTakenPort } from './port.ts'
import { closeServer, listen, type Server, untilStopped } from './server.ts'
import { secondsSince, type Terminal } from './terminal.ts'
import { version } from './version.ts'

/**
 * `hilo start`: from nothing to an open shop.
 *
 *   CHECK    settings and port, before anything slow
 *   DATABASE started or reached, migrated         beside it: front ends are built when their sources changed
 *   FILL     an empty one gets the demo
 *   OPEN     HTTP and background work; addresses and first logins are printed
 *   CLOSE    on Ctrl-C: requests end, work stops, the database is put away
 */
export const command: Command = {
  name: 'start',
  about: { es: 'Arranca la tienda, la consola, la caja y la API', en: 'Starts shop, console, till and API' },
  args: {
    port: {
      type: 'string',
      hint: 'N',
      about: { es: 'Puerto, en lugar de HILO_PORT', en: 'Port, instead of HILO_PORT' },
    },
    demo: {
      type: 'boolean',
      about: {
        es: '--no-demo: una base de datos vacía se queda vacía',
        en: '--no-demo: an empty database stays empty',
      },
    },
    dev: {
      type: 'boolean',
      about: {
        es: 'Para programar: reconstruye y reinicia con cada cambio',
        en: 'For coding: rebuilds and restarts at each change',
      },
    },
  },
  examples: ['npm start', 'HILO_PORT=8080 npm start', 'hilo start --no-demo --data /var/lib/hilo'],
  run: async (context) => {
    if (context.args.dev === true) {
      const { develop } = await import('./dev.ts')
      return develop({ ...context, env: withArgs(context) })
    }
    const begun = performance.now()
    const config = loadConfig(withArgs(context))
    await refuseTakenPort(config)
    const run = new Run(config, context.terminal)
    const stopped = untilStopped(() => run.abandon())
    const opening = run.open()
    const first = await Promise.race([opening, stopped])
    if (typeof first === 'string') return interrupt(run, opening)
    announce(context.terminal, config, { ...first, took: secondsSince(begun) })
    giveBackAtRest(first.server.app.server)
    await stopped
    const es = 'Cerrando: termina lo que está en marcha. Otra vez Ctrl-C corta ya.'
    context.terminal.warn(config.lang === 'es' ? es : 'Closing: what is under way ends. Ctrl-C again cuts it short.')
    await closeServer(first.server)
    return exitCodes.ok
  },
}

/** Stopped before it was open: what has begun is put away; that it could not be finished is no news. */
async function interrupt(run: Run, opening: Promise<Opened>): Promise<number> {
  run.cancel()
  const opened = await opening.catch(() => null)
  if (opened) await closeServer(opened.server)
  return exitCodes.interrupted
}

function withArgs({ args, env }: CommandContext) {
  const port = textArg(args, 'port')
  return { ...env, ...(port ? { HILO_PORT: port } : {}), ...(args.demo === false ? { HILO_DEMO: 'off' } : {}) }
}

type Opened = { server: Server; logins: Login[]; database: OpenDatabase }

/** One attempt to open the shop; can be given up at any moment. */
class Run {
  readonly #config: Config
  readonly #terminal: Terminal
  readonly #stopping = new AbortController()
  #database: OpenDatabase | null = null

  constructor(config: Config, terminal: Terminal) {
    this.#config = config
    this.#terminal = terminal
  }

  cancel(): void {
    this.#stopping.abort()
  }

  /** Ends the process at once; orders that were acknowledged are on disk. */
  abandon(): never {
    this.#database?.abandon()
    process.exit(exitCodes.interrupted)
  }

  async open(): Promise<Opened> {
    const { signal } = this.#stopping
    const [config, terminal] = [this.#config, this.#terminal]
    // The slow parts of a start have nothing to do with each other: code is read and built while the database comes up.
    const code = Promise.all([
      import('../app.ts'),
      import('./first-data.ts'),
      import('../warm-pictures.ts'),
      import('../warm-shelf.ts'),
    ])
    const built = buildWithProgress({ lang: config.lang, terminal, signal })
    const besides = Promise.allSettled([code, built])
    try {
      const database = await this.#openDatabase()
      await bringUpToDate(database)
      const [{ buildApp, startWorker }, { giveFirstData }, { warmPictures }, { keepShelfWarm }] = await code
      signal.throwIfAborted()
      const logins = await giveFirstData(database, { config, clock: systemClock, terminal })
      await built
      const parts = { config, db: database.db, clock: systemClock }
      const app = await buildApp(parts)
      await listen(app, config)
      const worker = config.worker ? startWorker(parts, app) : null
      keepShelfWarm(app)
      warmPictures(app, () => !app.server.listening).catch((error: unknown) =>
        app.log.warn({ err: error }, 'pictures were not made ahead'),
      )
      const archiver = this.#archive(database)
      return { server: { app, worker, database, archiver }, logins, database }
    } catch (error) {
      this.cancel()
      await besides
      await this.#database?.close()
      throw error
    }
  }

  /** Keeps the archive of HILO_ARCHIVE beside the shop; its troubles are told and never the shop's. */
  #archive({ url, embedded }: OpenDatabase): Archiver | null {
    const { archiveDir, archiveDays, dataDir, lang } = this.#config
    if (archiveDir === null) return null
    if (!embedded) {
      this.#terminal.warn(archiveTheirs(lang))
      return null
    }
    const tell = (trouble: unknown) =>
      this.#terminal.warn(
        trouble === null ? archivesAgain(lang) : archiveTrouble(lang, explain(trouble, lang, dataDir).text),
      )
    const options = {
      url,
      dataDir,
      archive: archiveDir,
      days: archiveDays,
      clock: systemClock,
      hiloVersion: version,
      tell,
    }
    return startArchiver(options)
  }

  async #openDatabase(): Promise<OpenDatabase> {
    const [config, terminal] = [this.#config, this.#terminal]
    this.#database = await openDatabase(config, {
      onWait: (seconds) => terminal.warn(waiting(config.lang, seconds)),
      supervise: (event) => terminal.warn(supervised(event, config)),
      statementTimeoutMs: 15_000,
      applicationName: 'hilo-server',
    })
    return this.#database
  }
}

function waiting(lang: Config['lang'], seconds: number): string {
  return lang === 'es'
    ? `La base de datos se está recuperando de un corte (${seconds} s).`
    : `The database is recovering from a crash (${seconds} s).`
}

function archiveTheirs(lang: Config['lang']): string {
  return lang === 'es'
    ? 'HILO_ARCHIVE vale para el PostgreSQL incluido; el de DATABASE_URL se archiva con sus herramientas (pgBackRest, WAL-G).'
    : 'HILO_ARCHIVE is for the bundled PostgreSQL; the one of DATABASE_URL is archived with its own tools (pgBackRest, WAL-G).'
}

function archiveTrouble(lang: Config['lang'], what: string): string {
  return lang === 'es' ? `El archivo está parado: ${what}` : `The archive stands still: ${what}`
}

function archivesAgain(lang: Config['lang']): string {
  return lang === 'es' ? 'El archivo vuelve a funcionar.' : 'The archive works again.'
}

function supervised(event: SupervisionEvent, { lang, dataDir }: Config): string {
  const es = lang === 'es'
  if (event.kind === 'lost')
    return es ? 'La base de datos se ha caído; la levanto.' : 'The database went down; bringing it back.'
  if (event.kind === 'restored') return es ? 'La base de datos vuelve a funcionar.' : 'The database works again.'
  return explain(event.error, lang, dataDir).text
}

function announce(
  terminal: Terminal,
  config: Config,
  { logins, database, took }: { logins: readonly Login[]; database: OpenDatabase; took: string },
): void {
  const es = config.lang === 'es'
  const { say, bold, dim } = terminal
  const address = config.publicUrl
  say()
  say(bold(es ? `Hilo está abierto (${took})` : `Hilo is open (${took})`))
  say()
  say(`  ${es ? 'Tienda ' : 'Shop   '}  ${address}/`)
  say(`  ${es ? 'Consola' : 'Console'}  ${address}/console`)
  say(`  ${es ? 'Caja   ' : 'Till   '}  ${address}/pos`)
  say(`  API      ${address}/api/docs`)
  if (logins.length > 0) announceLogins(terminal, logins, es)
  say()
  say(
    dim(
      `  ${es ? 'Datos   ' : 'Data    '} ${config.dataDir}${database.embedded ? '' : ` · ${es ? 'base de datos de DATABASE_URL' : 'database of DATABASE_URL'}`}`,
    ),
  )
  if (database.embedded)
    say(dim(es ? '  Copia    npm run hilo -- backup CARPETA' : '  Backup   npm run hilo -- backup FOLDER'))
  say(dim(es ? '  Parar    Ctrl-C' : '  Stop     Ctrl-C'))
  say()
}

const roleNames: Readonly<Record<string, string>> = {
  owner: 'propietaria',
  manager: 'encargado',
  counter: 'caja',
  service: 'atención',
  stock: 'almacén',
}

function announceLogins({ say, bold, dim }: Terminal, logins: readonly Login[], es: boolean): void {
  const width = Math.max(...logins.map(({ email }) => email.length))
  say()
  say(bold(es ? '  Personal, con su clave de un solo uso' : '  Staff, with a password that works once'))
  for (const { email, oneTimePassword, role } of logins)
    say(`  ${email.padEnd(width)}  ${oneTimePassword}  ${dim(es ? (roleNames[role] ?? role) : role)}`)
  say(
    dim(
      es
        ? '  Solo se muestran ahora. Otra: npm run hilo -- staff reset CORREO'
        : '  Shown only now. Another one: npm run hilo -- staff reset EMAIL',
    ),
  )
}
