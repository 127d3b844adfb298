/**
 * Requests to addresses that other people chose (pictures of an import, webhook targets), kept away from our own network.
 *
 * A name is resolved once, every address it has must be public, and the connection goes to the address that was checked: a name
 * that answers differently a moment later (DNS rebinding) changes nothing. Redirects are followed by hand and checked anew.
 */
import { lookup as systemLookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import type { Dispatcher } from 'undici'
import { defineProblems } from './problems.ts'

export const fetchProblems = defineProblems('fetch', {
  refused: {
    status: 422,
    retry: 'never',
    title: 'This address is not fetched from here',
    titleEs: 'Esta dirección no se pide desde aquí',
    remedy: 'Use a public http or https address.',
    remedyEs: 'Usa una dirección http o https pública.',
  },
  too_large: {
    status: 422,
    retry: 'never',
    title: 'The answer is too large',
    titleEs: 'La respuesta es demasiado grande',
  },
  wrong_type: {
    status: 422,
    retry: 'never',
    title: 'The answer is of another type than expected',
    titleEs: 'La respuesta no es del tipo esperado',
  },
  unreachable: {
    status: 502,
    retry: 'later',
    title: 'The address does not answer',
    titleEs: 'La dirección no responde',
  },
})

export type SafeFetchOptions = {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  /** For the whole request, redirects and body included. */
  timeoutMs?: number
  /** Of the body; a longer one is refused, not cut. */
  maxBytes?: number
  followRedirects?: boolean
  /** Start of the content type that is taken, such as `image/`. */
  accept?: string
  signal?: AbortSignal
  /** Addresses of a name; the system's resolver unless a test brings its own. */
  resolve?: (host: string) => Promise<string[]>
  /** Whether this address may be reached although it is not public: for tests and for machines that are their own receiver. */
  allow?: (address: string, port: number) => boolean
  /** Names or addresses, with or without `:port`, that the operator allows although they are not public (HILO_ALLOW_HOSTS). */
  allowHosts?: readonly string[]
}
export type SafeResponse = { status: number; headers: Record<string, string>; body: Buffer; url: string }

const redirectsMax = 3
const wellKnownPorts = new Set([80, 443])
/** Public by its range, but the host agent of a cloud. */
const reservedHosts = new Set(['168.63.129.16'])

/**
 * Fetches from a public address.
 * @returns status (also 4xx and 5xx), headers and the whole body
 * @throws Problem fetch.refused, fetch.too_large, fetch.wrong_type, fetch.unreachable
 */
export async function safeFetch(url: string, options: SafeFetchOptions = {}): Promise<SafeResponse> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 15_000)
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout
  let target = url
  for (let hop = 0; hop <= redirectsMax; hop++) {
    const answer = await once(target, { ...options, signal })
    const location = answer.headers.location
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined
    if (!isRedirect || options.followRedirects === false) return checked(answer, options)
    // A body is never carried to a place the caller did not name.
    if (options.method === 'POST') throw fetchProblems.refused({ url: target, reason: 'redirect' })
    target = absolute(location, target)
  }
  throw fetchProblems.refused({ url, reason: 'too_many_redirects' })
}

function absolute(location: string, base: string): string {
  const url = URL.parse(location, base)
  if (!url) throw fetchProblems.refused({ url: base, reason: 'redirect' })
  return url.href
}

function checked(answer: SafeResponse, { accept }: SafeFetchOptions): SafeResponse {
  const type = answer.headers['content-type'] ?? ''
  if (accept !== undefined && answer.status < 300 && !type.toLowerCase().startsWith(accept)) {
    throw fetchProblems.wrong_type({ url: answer.url, contentType: type })
  }
  return answer
}

async function once(url: string, options: SafeFetchOptions): Promise<SafeResponse> {
  const target = parse(url)
  const address = await publicAddress(target, options)
  // Read at the first request: a shop without webhooks and foreign pictures never needs it.
  const { Agent, request } = await import('undici')
  // Certificate and Host still are of the name; only the connection is pinned.
  const agent = new Agent({
    connect: {
      lookup: (_host, wanted, done) => {
        const family = ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4
        if (wanted.all) done(null, [{ address, family }])
        else done(null, address, family)
      },
    },
    connections: 1,
    pipelining: 0,
  })
  try {
    const answer = await request(target, {
      dispatcher: agent,
      method: options.method ?? 'GET',
      headers: { 'user-agent': 'Hilo', accept: '*/*', ...options.headers },
      body: options.body,
      signal: options.signal,
    })
    const body = await readBody(answer, options.maxBytes ?? 10_485_760, url)
    return { status: answer.statusCode, headers: flat(answer.headers), body, url }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('fetch.')) throw error
    throw fetchProblems.unreachable({ url, reason: reasonOf(error) }, { cause: error })
  } finally {
    await agent.destroy()
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return error.name === 'TimeoutError' || error.name === 'AbortError'
    ? 'timeout'
    : ((error as { code?: string }).code ?? error.name)
}

function parse(url: string): URL {
  const target = URL.parse(url)
  if (!target) throw fetchProblems.refused({ url, reason: 'not_an_address' })
  if (target.protocol !== 'http:' && target.protocol !== 'https:')
    throw fetchProblems.refused({ url, reason: 'protocol' })
  if (target.username !== '' || target.password !== '') throw fetchProblems.refused({ url, reason: 'credentials' })
  return target
}

/** The one address the connection goes to: refused unless every address of the name is public. */
async function publicAddress(
  target: URL,
  { resolve = resolveName, allow, allowHosts = [] }: SafeFetchOptions,
): Promise<string> {
  const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80)
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const addresses = ipaddr.isValid(host) ? [host] : await resolve(host).catch(() => [])
  const [first] = addresses
  if (first === undefined) throw fetchProblems.unreachable({ url: target.href, reason: 'name_unknown' })
  if (allowHosts.includes(target.hostname) || allowHosts.includes(`${target.hostname}:${port}`)) return first
  for (const address of addresses) {
    if (allow?.(address, port)) continue
    if (!isPublicAddress(address)) throw fetchProblems.refused({ url: target.href, reason: 'not_public' })
    if (port < 1024 && !wellKnownPorts.has(port)) throw fetchProblems.refused({ url: target.href, reason: 'port' })
  }
  return first
}

async function resolveName(host: string): Promise<string[]> {
  return (await systemLookup(host, { all: true })).map(({ address }) => address)
}

/**
 * Whether an address is on the public internet: not private, loopback, link-local (where clouds keep their metadata), shared,
 * multicast, documentation or reserved; and of IPv6 only global unicast (2000::/3) that holds no IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || reservedHosts.has(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parse('2000::'), 3)
}

async function readBody(answer: Dispatcher.ResponseData, maxBytes: number, url: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw fetchProblems.too_large({ url, maxBytes })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}
