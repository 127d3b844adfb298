import { STATUS_CODES } from 'node:http'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors, validatorCompiler } from 'fastify-type-provider-zod'
import { actorId } from './actor.ts'
import { newId } from './ids.ts'
import { logOptions } from './log.ts'
import { keptInstead } from './outage.ts'
import { Problem, platformProblems, problemBody } from './problems.ts'
import { type CountCall, rateStore } from './rate-store.ts'
import { guardedServer, type Shedding } from './shed.ts'
import { Raced } from './together.ts'

export type BaseOptions = {
  logLevel: string
  trustProxy: false | number | string[]
  publicUrl: string
  ratePerMinute: number
  /** Counts calls to routes that could be used for guessing, for all processes; without it each process counts for itself. */
  countCall?: CountCall
  /** Refuses what is too much, in front of everything else; without it nobody is refused because of the load. */
  shedding?: Shedding | undefined
  /** Where the log goes instead of standard output. */
  logTo?: { write(line: string): void } | undefined
}

const secureHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self), geolocation=(self), microphone=()',
}
// No 'unsafe-inline' for scripts anywhere; style attributes are needed by the component library of console and till.
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
const everyAnswer = { ...secureHeaders, 'content-security-policy': policy }

/** Fastify with what every answer of Hilo has: problems, languages, headers, limits. Routes come on top. */
export async function createBase(options: BaseOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: { ...logOptions(options.logLevel), ...(options.logTo ? { stream: options.logTo } : {}) },
    trustProxy: trusted(options.trustProxy),
    genReqId: () => newId('req'),
    requestIdHeader: false,
    bodyLimit: 1_048_576,
    ...(options.shedding ? { serverFactory: guardedServer(options.shedding, everyAnswer) } : {}),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    // Refused before there is a route: an address that cannot be read, a part of it that is too long.
    frameworkErrors: (error, request, reply: FastifyReply) => {
      const problem = toProblem(error)
      const body = { ...problemBody(problem, languageOf(request as FastifyRequest)), requestId: request.id }
      void reply.code(problem.status).type('application/problem+json').send(body)
    },
    // What Node cannot even read as HTTP: headers beyond their size, a line that is none.
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return
      const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
      const body = JSON.stringify({ ...problemBody(platformProblems.malformed(), 'es'), status })
      const kind = 'content-type: application/problem+json; charset=utf-8'
      const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${kind}\r\ncontent-length: ${Buffer.byteLength(body)}`
      socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`)
    },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  })
  // What is no JSON, form or file is not read at all.
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  await app.register(cookie)
  await app.register(formbody, { bodyLimit: 65_536 })
  await app.register(multipart, { limits: { fileSize: 64 * 1_048_576, files: 1, fields: 20 } })
  await app.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] })
  await app.register(rateLimit, {
    max: options.ratePerMinute,
    timeWindow: 60_000,
    store: rateStore(options.countCall),
    keyGenerator: (request) => callerKey(request.ip),
    errorResponseBuilder: (_request, limit) =>
      platformProblems.rate_limited({ retryAfterSeconds: Math.ceil(limit.ttl / 1000) }),
  })
  app.addHook('onRequest', async (request, reply) => {
    request.language = languageOf(request)
    for (const [name, value] of Object.entries(secureHeaders)) reply.header(name, value)
    reply.header('x-request-id', request.id)
    reply.header('content-security-policy', policy)
    // Answers of the API are somebody's own unless a route says otherwise; no browser keeps them.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    if (options.publicUrl.startsWith('https:'))
      reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains')
    refuseForeignOrigin(request, options.publicUrl)
  })
  // The address may carry a token or a mail: it is neither repeated nor logged.
  app.setNotFoundHandler(async () => {
    throw platformProblems.not_found()
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (hasLeft(error, request, reply)) {
      request.log.debug({ code: error.code }, 'the reader left before the end')
      return reply.code(clientLeft).send()
    }
    const problem = toProblem(error)
    const kept = keptInstead(app, request, reply, problem)
    if (kept) return kept
    if (problem.status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed')
    else if (watched.has(problem.status)) noteRefusal(request, problem)
    else if (problem.cause) request.log.warn({ err: problem.cause, code: problem.code }, 'the database refused a value')
    if (problem.definition.retry === 'later')
      reply.header('retry-after', String(problem.data['retryAfterSeconds'] ?? 1))
    const body = { ...problemBody(problem, request.language), ...named(request, problem) }
    return reply.code(problem.status).type('application/problem+json').send(body)
  })
  return app
}

/** What web servers write down for an answer that nobody waited for; it is sent to nobody. */
const clientLeft = 499
/** How a stream says that the other side closed the connection: while it answered, or while it took a file or a body in. */
const brokenOff = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'])

/** Whoever closes a page, or loses the network, before it is all there: no defect, and nobody is left to tell. */
function hasLeft({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): boolean {
  return brokenOff.has(code) && (reply.raw.destroyed || (request.raw.destroyed && !request.raw.complete))
}

/**
 * The number by which a person can name this request to whoever reads the log. A refusal under an Idempotency-Key is the same at each
 * repeat, so there only the header has it.
 */
function named({ id, headers }: FastifyRequest, { status }: Problem): { requestId?: string } {
  return status >= 500 || headers['idempotency-key'] === undefined ? { requestId: id } : {}
}

/** Not let in, not allowed, too often: what somebody who watches over a shop looks for. */
const watched = new Set([401, 403, 429])

/** Told at the level that is written by default: what was refused to whom, by id, at which route. Nothing that was sent. */
function noteRefusal(request: FastifyRequest, { code }: Problem): void {
  // A visitor who has shown nothing yet is only asked to sign in.
  if (code === 'platform.unauthenticated') return
  const { url, config } = request.routeOptions
  const who = request.actor === undefined ? 'unknown' : actorId(request.actor)
  request.log.warn({ code, who, method: request.method, route: url, action: config?.action }, 'refused')
}

/** A number is how many proxies stand in front, counted from us. */
function trusted(setting: BaseOptions['trustProxy']) {
  return typeof setting === 'number' ? (_address: string, hop: number) => hop < setting : setting
}

/** Browsers send Origin with every write; one that is not ours is another site acting with the visitor's cookies. */
function refuseForeignOrigin(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const origin = request.headers.origin
  // Software with a key of its own carries no visitor's cookies.
  if (origin === undefined || /^Bearer /i.test(request.headers.authorization ?? '')) return
  const host = URL.parse(origin)?.host
  if (!host || ![new URL(publicUrl).host, request.headers.host].includes(host))
    throw platformProblems.forbidden({
      detail: 'This request came from another site.',
      detailEs: 'Esta petición viene de otro sitio.',
    })
}

/** One subscriber's IPv6 addresses are a whole /64 and count as one caller, else each of 2^64 would have limits of its own. */
export function callerKey(ip: string | undefined): string {
  // Whoever hung up before we asked has no address any more.
  if (ip === undefined) return 'gone'
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip
  const [head = '', tail] = ip.split('::')
  const front = head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0')
  const network = [...front, ...middle, ...back].slice(0, 4)
  return `${network.map((group) => group.replace(/^0+(?=.)/, '') || '0').join(':')}::/64`
}

/** `?lang=`, then the cookie, then Accept-Language; Spanish when none says English. */
export function languageOf(request: FastifyRequest): 'es' | 'en' {
  const asked = (request.query as { lang?: unknown } | undefined)?.lang ?? request.cookies?.['hilo_lang']
  if (asked === 'en' || asked === 'es') return asked
  const accepted = /\b(es|en)\b/.exec(request.headers['accept-language'] ?? '')?.[1]
  return accepted === 'en' ? 'en' : 'es'
}

/** No connection, no room for one, or no answer in time; the same call may do better in a moment. */
const unreachable = new Set([
  '57014',
  '55P03',
  '40P01',
  '40001',
  '25P03',
  '53200',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '53300',
  'ENOENT',
])

const unreachableWords =
  /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable|terminating connection/

/** PostgreSQL's own code, the system's, and the words of both in an error that wraps them. */
function isDiskFull({ code, message }: { code?: string; message: string }): boolean {
  return code === '53100' || code === 'ENOSPC' || /No space left on device/i.test(message)
}

/**
 * PostgreSQL's "data exceptions": a zero character or half a letter, a number or a date beyond what a column takes, a cursor that is none.
 * They come from the request; a division by zero does not. Of the constraints only the one that says "no such thing" (23503) does.
 */
function isUnfit(code: string): boolean {
  return (/^22...$/.test(code) && code !== '22012') || code === '23503'
}

function unfit(code: string, cause: Error): Problem {
  const detail = code === '23503' ? 'It names something that does not exist.' : 'A value cannot be stored as it is.'
  const detailEs = code === '23503' ? 'Nombra algo que no existe.' : 'Hay un valor que no se puede guardar tal cual.'
  return platformProblems.invalid({ detail, detailEs }, { cause })
}

function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      parameter: issue.instancePath.replace(/^\//, '').replaceAll('/', '.') || String(error.validationContext),
      message: issue.message ?? 'not valid',
    }))
    return platformProblems.invalid({ parameter: errors[0]?.parameter, detail: errors[0]?.message, errors })
  }
  const code = (error as { code?: string }).code ?? ''
  if (isDiskFull(error)) return platformProblems.disk_full({ retryAfterSeconds: 30 }, { cause: error })
  if (unreachable.has(code) || unreachableWords.test(error.message)) {
    return platformProblems.unavailable({ retryAfterSeconds: 2 }, { cause: error })
  }
  if (error instanceof Raced) return platformProblems.unavailable({ retryAfterSeconds: 1 }, { cause: error })
  if (isUnfit(code)) return unfit(code, error)
  // JSON a thousand levels deep, a form that breaks off: neither is a defect of ours.
  if (error instanceof RangeError && /call stack/.test(error.message)) return unfit('depth', error)
  if (/multipart|end of form|part header/i.test(error.message)) return platformProblems.malformed({}, { cause: error })
  return refusalOfServer(error.statusCode) ?? platformProblems.defect({}, { cause: error })
}

/** What the HTTP server refuses by itself, as one of our problems: every refusal has a code that /api/problems explains. */
function refusalOfServer(status: number | undefined): Problem | undefined {
  if (status === undefined || status < 400 || status >= 500) return undefined
  switch (status) {
    case 404:
      return platformProblems.not_found()
    case 413:
      return platformProblems.too_large()
    case 415:
      return platformProblems.media_type()
    default:
      return platformProblems.malformed()
  }
}
