/**
 * The table of every setting Hilo reads: name, rule, default and the words that explain it.
 *
 * One table serves four readers: the validator (`config.ts`), the refusal of a wrong value, `hilo config` and
 * `docs/settings.md`. A setting that is not here does not exist.
 */
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'

/** The same sentence in both languages of the product. */
export type Text = Readonly<{ es: string; en: string }>
export type Lang = 'es' | 'en'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** One setting: `read` turns the text of the environment into the value of `Config`. */
export type Setting<T = unknown> = Readonly<{
  name: string
  read: z.ZodType<T, string>
  /** The text used when nothing is set; `null` when the value is worked out (see `whenUnset`). */
  fallback: string | null
  whenUnset?: Text
  expects: Text
  about: Text
  example: string
  /** A secret is never printed, neither by `hilo config` nor in a refusal. */
  secret?: boolean
}>

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))

const onOff = z.enum(['on', 'off']).transform((value) => value === 'on')
const onOffExpected: Text = { es: 'on u off', en: 'on or off' }

const urlWith = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol))

/** An origin: scheme, host and port; a path would silently break every link we print. */
const origin = urlWith('http:', 'https:')
  .refine((value) => ['', '/'].includes(new URL(value).pathname) && !new URL(value).search)
  .transform((value) => new URL(value).origin)

const namedRanges = ['loopback', 'linklocal', 'uniquelocal']

function isAddressOrRange(value: string): boolean {
  if (namedRanges.includes(value)) return true
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** Hosts as an address has them: lower case, IPv6 in brackets, a port where one is meant. */
const hosts = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim().toLowerCase()))
  .refine((parts) => parts.every((part) => /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/.test(part)))

/** `false`, a number of hops, or the addresses allowed to tell us who the client is: the shapes Fastify takes. */
const trustProxy = z.union([
  z.literal('off').transform(() => false as const),
  wholeNumber(1, 10),
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isAddressOrRange)),
])

/** Keys are the property names of `Config`; the order is the order of the documentation. */
export const settings = {
  port: {
    name: 'HILO_PORT',
    read: wholeNumber(1, 65_535),
    fallback: '3000',
    expects: { es: 'un número entero de 1 a 65535', en: 'a whole number from 1 to 65535' },
    about: {
      es: 'Puerto donde sirven la tienda, la consola, la caja y la API.',
      en: 'Port that serves shop, console, till and API.',
    },
    example: '8080',
  },
  host: {
    name: 'HILO_HOST',
    read: z.string().regex(/^[A-Za-z0-9.:_-]+$/),
    fallback: '127.0.0.1',
    expects: {
      es: 'una dirección IP o un nombre de máquina, sin puerto ni http://',
      en: 'an IP address or host name, without port or http://',
    },
    about: {
      es: 'Dirección en la que escucha. 127.0.0.1 solo atiende a esta máquina; 0.0.0.0 atiende a toda la red.',
      en: 'Address to listen on. 127.0.0.1 serves this machine only; 0.0.0.0 serves the whole network.',
    },
    example: '0.0.0.0',
  },
  publicUrl: {
    name: 'HILO_PUBLIC_URL',
    read: origin,
    fallback: null,
    whenUnset: { es: 'http://localhost:HILO_PORT', en: 'http://localhost:HILO_PORT' },
    expects: {
      es: 'una dirección http:// o https:// sin ruta',
      en: 'an http:// or https:// address without a path',
    },
    about: {
      es: 'Dirección que ven los clientes: aparece en correos, códigos QR y enlaces.',
      en: 'Address that customers see: used in mails, QR codes and links.',
    },
    example: 'https://tienda.example',
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    read: urlWith('postgres:', 'postgresql:'),
    fallback: null,
    whenUnset: { es: 'el PostgreSQL incluido, en HILO_DATA', en: 'the bundled PostgreSQL, in HILO_DATA' },
    expects: {
      es: 'una dirección postgres://usuario:clave@servidor:5432/base',
      en: 'an address postgres://user:password@host:5432/database',
    },
    about: {
      es: 'PostgreSQL propio, versiones 15 a 18. Si está puesta, Hilo no arranca ninguna base de datos.',
      en: 'Your own PostgreSQL, versions 15 to 18. When set, Hilo starts no database of its own.',
    },
    example: 'postgres://hilo:clave@db.example:5432/hilo',
    secret: true,
  },
  dbPrepared: {
    name: 'HILO_DB_PREPARED',
    read: onOff,
    fallback: 'on',
    expects: onOffExpected,
    about: {
      es: 'Consultas preparadas con nombre. Ponlo en off detrás de PgBouncer anterior a 1.21 en modo transacción.',
      en: 'Named prepared statements. Set to off behind PgBouncer before 1.21 in transaction mode.',
    },
    example: 'off',
  },
  archiveDir: {
    name: 'HILO_ARCHIVE',
    read: z
      .string()
      .min(1)
      .transform((value) => resolve(value)),
    fallback: null,
    whenUnset: { es: 'no se guarda archivo', en: 'no archive is kept' },
    expects: { es: 'el camino de una carpeta', en: 'the path of a folder' },
    about: {
      es: 'Carpeta, mejor en otro disco, con una copia diaria y el registro de cada segundo: hilo restore vuelve a cualquier momento. Solo con el PostgreSQL incluido.',
      en: 'Folder, better on another disk, with a daily backup and the log of every second: hilo restore goes back to any moment. With the bundled PostgreSQL only.',
    },
    example: '/mnt/copias/hilo',
  },
  archiveDays: {
    name: 'HILO_ARCHIVE_DAYS',
    read: wholeNumber(1, 3650),
    fallback: '14',
    expects: { es: 'un número entero de días de 1 a 3650', en: 'a whole number of days from 1 to 3650' },
    about: {
      es: 'Días a los que se puede volver con el archivo; lo anterior se borra.',
      en: 'Days one can go back with the archive; what is older is deleted.',
    },
    example: '30',
  },
  dbPool: {
    name: 'HILO_DB_POOL',
    read: wholeNumber(1, 200),
    fallback: '10',
    expects: { es: 'un número entero de 1 a 200', en: 'a whole number from 1 to 200' },
    about: {
      es: 'Conexiones a la base de datos por proceso. El PostgreSQL incluido admite 60 en total.',
      en: 'Database connections per process. The bundled PostgreSQL takes 60 in all.',
    },
    example: '20',
  },
  smtpUrl: {
    name: 'HILO_SMTP_URL',
    read: urlWith('smtp:', 'smtps:'),
    fallback: null,
    whenUnset: {
      es: 'no sale ningún correo; se pueden leer en la consola',
      en: 'no mail leaves; they can be read in the console',
    },
    expects: {
      es: 'una dirección smtp:// o smtps://usuario:clave@servidor:puerto',
      en: 'an address smtp:// or smtps://user:password@host:port',
    },
    about: { es: 'Servidor que envía los correos.', en: 'Server that sends the mails.' },
    example: 'smtps://hilo:clave@correo.example:465',
    secret: true,
  },
  mailFrom: {
    name: 'HILO_MAIL_FROM',
    read: z.string().regex(/^([^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/),
    fallback: 'Hilo <hilo@localhost>',
    expects: {
      es: 'una dirección: nombre@dominio o Nombre <nombre@dominio>',
      en: 'an address: name@domain or Name <name@domain>',
    },
    about: { es: 'Remitente de los correos.', en: 'Sender of the mails.' },
    example: 'Lino y Sal <hola@tienda.example>',
  },
  lang: {
    name: 'HILO_LANG',
    read: z.enum(['es', 'en']),
    fallback: null,
    whenUnset: { es: 'según LANG; si no, es', en: 'taken from LANG, else es' },
    expects: { es: 'es o en', en: 'es or en' },
    about: {
      es: 'Idioma de la línea de órdenes y de los avisos del servidor.',
      en: 'Language of the command line and the notices of the server.',
    },
    example: 'en',
  },
  logLevel: {
    name: 'HILO_LOG_LEVEL',
    read: z.enum(logLevels),
    fallback: 'warn',
    expects: { es: `uno de ${logLevels.join(', ')}`, en: `one of ${logLevels.join(', ')}` },
    about: {
      es: 'Detalle del registro. info escribe una línea por petición.',
      en: 'Detail of the log. info writes a line per request.',
    },
    example: 'info',
  },
  secondFactor: {
    name: 'HILO_SECOND_FACTOR',
    read: z.enum(['required', 'optional']),
    fallback: 'optional',
    expects: { es: 'required u optional', en: 'required or optional' },
    about: {
      es: 'Si el personal debe entrar con un segundo paso (código o llave de acceso).',
      en: 'Whether staff must log in with a second step (code or passkey).',
    },
    example: 'required',
  },
  secret: {
    name: 'HILO_SECRET',
    read: z.string().min(32).max(512),
    fallback: null,
    whenUnset: {
      es: 'se crea una vez y se guarda en HILO_DATA/secret (solo legible por ti)',
      en: 'made once and kept in HILO_DATA/secret (readable by you only)',
    },
    expects: { es: 'un texto de 32 a 512 caracteres', en: 'a text of 32 to 512 characters' },
    about: {
      es: 'Clave que firma códigos y enlaces. Todos los procesos de una misma tienda comparten la misma.',
      en: 'Key that signs codes and links. All processes of one shop share the same one.',
    },
    example: 'node -p "crypto.randomBytes(32).toString(\'hex\')"',
    secret: true,
  },
  demo: {
    name: 'HILO_DEMO',
    read: onOff,
    fallback: 'on',
    expects: onOffExpected,
    about: {
      es: 'Carga la tienda de muestra cuando la base de datos está vacía.',
      en: 'Loads the demo retailer when the database is empty.',
    },
    example: 'off',
  },
  worker: {
    name: 'HILO_WORKER',
    read: onOff,
    fallback: 'on',
    expects: onOffExpected,
    about: {
      es: 'Hace los trabajos de fondo en este mismo proceso. En off, arráncalos aparte con node server/worker.ts.',
      en: 'Does the background work in this same process. When off, run it apart with node server/worker.ts.',
    },
    example: 'off',
  },
  trustProxy: {
    name: 'HILO_TRUST_PROXY',
    read: trustProxy,
    fallback: 'off',
    expects: {
      es: 'off, un número de saltos de 1 a 10, o direcciones separadas por comas',
      en: 'off, a number of hops from 1 to 10, or addresses separated by commas',
    },
    about: {
      es: 'Qué proxys pueden decir quién es el cliente (X-Forwarded-For). Ponlo si hay un proxy delante.',
      en: 'Which proxies may tell who the client is (X-Forwarded-For). Set it when a proxy stands in front.',
    },
    example: '10.0.0.0/8',
  },
  allowHosts: {
    name: 'HILO_ALLOW_HOSTS',
    read: hosts,
    fallback: null,
    whenUnset: { es: 'solo direcciones públicas', en: 'public addresses only' },
    expects: {
      es: 'nombres o direcciones separados por comas, con o sin :puerto',
      en: 'names or addresses separated by commas, with or without :port',
    },
    about: {
      es: 'Máquinas de tu red a las que pueden ir los webhooks y las imágenes de importaciones. Sin esto se rechaza toda dirección interna.',
      en: 'Machines of your network that webhooks and pictures of imports may reach. Without it every internal address is refused.',
    },
    example: 'erp.interno:8443,127.0.0.1:4000',
  },
  ratePerMinute: {
    name: 'HILO_RATE_PER_MINUTE',
    read: wholeNumber(60, 100_000_000),
    fallback: '3000',
    expects: { es: 'un número de 60 a 100000000', en: 'a number from 60 to 100000000' },
    about: {
      es: 'Peticiones por minuto que se atienden de una misma dirección; las demás reciben 429. Algunas rutas tienen un límite propio, menor.',
      en: 'Requests a minute that are served from one address; the others get 429. Some routes have a lower limit of their own.',
    },
    example: '600',
  },
  shed: {
    name: 'HILO_SHED',
    read: onOff,
    fallback: 'on',
    expects: onOffExpected,
    about: {
      es: 'Con más carga de la que puede, responde 503 a los últimos de la cola para que cajas y compras sigan a tiempo. Ponlo en off solo para medir, o si ya lo hace un proxy delante.',
      en: 'With more load than it can take, answers 503 to the last in line so that tills and purchases stay in time. Set to off only to measure, or where a proxy in front does it.',
    },
    example: 'off',
  },
  metricsToken: {
    name: 'HILO_METRICS_TOKEN',
    read: z.string().regex(/^[\x21-\x7e]{16,512}$/),
    fallback: null,
    whenUnset: {
      es: '/metrics responde solo a programas de esta misma máquina',
      en: '/metrics answers programs on this machine only',
    },
    expects: {
      es: 'un texto de 16 a 512 caracteres sin espacios',
      en: 'a text of 16 to 512 characters without spaces',
    },
    about: {
      es: 'Clave con la que Prometheus lee /metrics. Si está puesta, se le pide a todo el mundo, también a esta máquina.',
      en: 'Token with which Prometheus reads /metrics. When set, everybody is asked for it, this machine as well.',
    },
    example: 'a3f1c9d27be84056b1f7',
    secret: true,
  },
} as const satisfies Record<string, Setting>

/** `HILO_DATA` stands apart: it says where `hilo.env` lies, so it can only come from the environment. */
export const dataSetting = {
  name: 'HILO_DATA',
  read: z.string().min(1),
  fallback: null,
  whenUnset: { es: '.hilo en la carpeta del proyecto', en: '.hilo in the project folder' },
  expects: { es: 'el camino de una carpeta', en: 'the path of a folder' },
  about: {
    es: 'Carpeta de los datos: base de datos incluida, ficheros subidos, clave y hilo.env. Solo se lee del entorno.',
    en: 'Folder of the data: bundled database, uploaded files, key and hilo.env. Read from the environment only.',
  },
  example: '/var/lib/hilo',
} as const satisfies Setting<string>
