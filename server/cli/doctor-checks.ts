/** What `hilo doctor` looks at. Every check only looks; none changes anything or starts anything. */
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import type { Config, Text } from '../platform/config.ts'
import { missingMigrations } from '../platform/migrate.ts'
import { binariesIn, findBinaries } from '../platform/postgres/binaries.ts'
import { isPostgresRunning, SetupError } from '../platform/postgres/index.ts'
import { openDatabase } from './database.ts'
import { outdatedFrontEnds } from './front-ends.ts'
import { refuseTakenPort } from './port.ts'
import { humanBytes } from './terminal.ts'

/** `advice` works but could be better; `wrong` keeps Hilo from working. */
export type Finding = Readonly<{ state: 'good' | 'advice' | 'wrong'; text: Text }>

const good = (es: string, en: string): Finding => ({ state: 'good', text: { es, en } })
const advice = (es: string, en: string): Finding => ({ state: 'advice', text: { es, en } })
const wrong = (es: string, en: string): Finding => ({ state: 'wrong', text: { es, en } })

const nodeMajor = 24
const freeBytesMin = 1_000_000_000

/** All findings, in the order a start would meet them. */
export async function examine(config: Config): Promise<Finding[]> {
  return [
    checkNode(),
    checkPrograms(config),
    ...checkDataFolder(config),
    await checkPort(config),
    ...(await checkDatabase(config)),
    await checkFrontEnds(),
    await checkMail(config),
    checkReach(config),
  ]
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= nodeMajor) return good(`Node ${process.versions.node}`, `Node ${process.versions.node}`)
  return wrong(
    `Node ${process.versions.node}: hace falta el ${nodeMajor}. npm ci lo trae; usa npm start o npm run hilo.`,
    `Node ${process.versions.node}: ${nodeMajor} is needed. npm ci brings it; use npm start or npm run hilo.`,
  )
}

function checkPrograms({ databaseUrl, dataDir }: Config): Finding {
  if (databaseUrl !== null) return good('PostgreSQL propio (DATABASE_URL)', 'Your own PostgreSQL (DATABASE_URL)')
  try {
    const { bin, major } = findBinaries(join(dataDir, 'postgres/lib'))
    binariesIn(bin)
    return good(`PostgreSQL ${major} de npm`, `PostgreSQL ${major} from npm`)
  } catch (error) {
    if (error instanceof SetupError) return { state: 'wrong', text: error.text }
    const why = (error as Error).message.split('\n')[0]
    return wrong(
      `El PostgreSQL de npm no funciona en esta máquina (${why}). Usa uno propio con DATABASE_URL.`,
      `The PostgreSQL from npm does not work on this machine (${why}). Use your own with DATABASE_URL.`,
    )
  }
}

function checkDataFolder({ dataDir }: Config): Finding[] {
  const existing = nearestExisting(dataDir)
  const { bavail, bsize } = statfsSync(existing)
  const free = bavail * bsize
  const space = humanBytes(free)
  const findings: Finding[] = []
  if (!isWritable(existing))
    findings.push(
      wrong(
        `No se puede escribir en ${existing}. Dale permiso a este usuario o elige otra carpeta con HILO_DATA.`,
        `${existing} cannot be written. Give this user permission or choose another folder with HILO_DATA.`,
      ),
    )
  else findings.push(good(`Datos en ${dataDir}`, `Data in ${dataDir}`))
  findings.push(
    free < freeBytesMin
      ? advice(
          `Quedan ${space} libres en el disco de los datos; libera espacio.`,
          `${space} free on the disk of the data; free some space.`,
        )
      : good(`${space} libres`, `${space} free`),
  )
  const secret = statSync(join(dataDir, 'secret'), { throwIfNoEntry: false })
  if (secret && (secret.mode & 0o077) !== 0) {
    const path = join(dataDir, 'secret')
    findings.push(
      advice(
        `Otros usuarios pueden leer ${path}. Ciérralo: chmod 600 ${path}`,
        `Other users can read ${path}. Close it: chmod 600 ${path}`,
      ),
    )
  }
  return findings
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

async function checkPort(config: Config): Promise<Finding> {
  try {
    await refuseTakenPort(config)
    return good(`Puerto ${config.port} libre`, `Port ${config.port} free`)
  } catch (error) {
    if (error instanceof SetupError) return { state: 'advice', text: error.text }
    throw error
  }
}

async function checkDatabase(config: Config): Promise<Finding[]> {
  const embedded = config.databaseUrl === null
  if (embedded && !existsSync(join(config.dataDir, 'postgres/data'))) {
    return [
      good(
        'Aún no hay base de datos; el primer arranque la crea.',
        'There is no database yet; the first start makes it.',
      ),
    ]
  }
  if (embedded && !isPostgresRunning(config.dataDir)) {
    return [good('La base de datos está parada.', 'The database is stopped.'), ...crashNotes(config)]
  }
  try {
    const database = await openDatabase(config, { poolSize: 1 })
    try {
      const { needed, finishing } = await missingMigrations(database.db)
      const names = needed.join(', ')
      if (needed.length === 0 && finishing.length > 0)
        return [
          advice(
            'La última actualización no está terminada: cuando ya no corra ningún servidor de la versión anterior, hilo migrate --finish.',
            'The last upgrade is not finished: once no server of the version before runs, hilo migrate --finish.',
          ),
        ]
      if (needed.length === 0)
        return [good('La base de datos responde y está al día.', 'The database answers and is up to date.')]
      return [
        advice(
          `Faltan migraciones (${names}); hilo migrate o el próximo arranque las aplica.`,
          `Migrations are missing (${names}); hilo migrate or the next start applies them.`,
        ),
      ]
    } finally {
      await database.close()
    }
  } catch (error) {
    if (error instanceof SetupError) return [{ state: 'wrong', text: error.text }]
    throw error
  }
}

/** The last serious words in the log of the bundled server. */
function crashNotes({ dataDir }: Config): Finding[] {
  const log = join(dataDir, 'postgres/log')
  if (!existsSync(log)) return []
  const serious = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /\b(PANIC|FATAL):/.test(line) && !/shutting down|starting up|terminating connection/.test(line))
  const last = serious.at(-1)
  return last ? [advice(`Lo último grave en ${log}: ${last}`, `The last serious line in ${log}: ${last}`)] : []
}

async function checkFrontEnds(): Promise<Finding> {
  const due = await outdatedFrontEnds()
  if (due.length === 0) return good('Tienda, consola y caja construidas', 'Shop, console and till built')
  const list = (lang: 'es' | 'en') => due.map(({ label }) => label[lang]).join(', ')
  return advice(
    `Por construir: ${list('es')}. El próximo arranque lo hace.`,
    `To be built: ${list('en')}. The next start does it.`,
  )
}

async function checkMail({ smtpUrl }: Config): Promise<Finding> {
  if (smtpUrl === null) {
    return advice(
      'Sin HILO_SMTP_URL no sale ningún correo; se leen en la consola.',
      'Without HILO_SMTP_URL no mail leaves; they can be read in the console.',
    )
  }
  const { hostname, port, protocol } = new URL(smtpUrl)
  const place = `${hostname}:${port || (protocol === 'smtps:' ? 465 : 587)}`
  const answers = await canConnect(hostname, Number(place.split(':').at(-1)))
  return answers
    ? good(`El correo sale por ${place}`, `Mail leaves through ${place}`)
    : advice(
        `No se llega al servidor de correo ${place}. Revisa HILO_SMTP_URL.`,
        `The mail server ${place} cannot be reached. Check HILO_SMTP_URL.`,
      )
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (answered: boolean) => {
      resolve(answered)
      socket.destroy()
    }
    socket.setTimeout(3_000, () => end(false))
    socket.on('connect', () => end(true))
    socket.on('error', () => end(false))
  })
}

/** A shop that others can reach needs an encrypted address and, sooner or later, a maintained database. */
function checkReach({ host, publicUrl, databaseUrl }: Config): Finding {
  const local = ['127.0.0.1', 'localhost', '::1'].includes(host) && new URL(publicUrl).hostname === 'localhost'
  if (local) return good('Solo esta máquina llega a la tienda.', 'Only this machine reaches the shop.')
  if (!publicUrl.startsWith('https:')) {
    return advice(
      'La tienda se ve desde fuera sin cifrar: pon un proxy con HTTPS delante y HILO_PUBLIC_URL=https://…',
      'The shop is seen from outside without encryption: put a proxy with HTTPS in front and HILO_PUBLIC_URL=https://…',
    )
  }
  return databaseUrl === null
    ? advice(
        'Para una tienda abierta al público conviene un PostgreSQL mantenido (DATABASE_URL).',
        'A shop open to the public is better served by a maintained PostgreSQL (DATABASE_URL).',
      )
    : good(`Abierta en ${publicUrl}`, `Open at ${publicUrl}`)
}
