/** Who may read /metrics: this machine, or whoever has the token. Figures of a shop are its own business. */
import { timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { platformProblems } from '#platform/problems'
import { hashToken } from '#platform/secrets'
import { systemProblems } from './problems.ts'

/** A proxy on this machine calls from loopback, too, and gives itself away by one of these. */
const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'] as const

/**
 * Lets a caller in or refuses. With a token, everybody shows it. Without one only programs on this machine that call by its own name:
 * to all others there is nothing here.
 * @throws Problem system.token_needed, platform.not_found
 */
export function admitToMetrics(
  { headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>,
  token: string | null,
): void {
  if (token !== null) {
    const shown = /^Bearer (\S{1,512})$/i.exec(headers.authorization ?? '')?.[1]
    if (shown === undefined || !isSame(shown, token)) throw systemProblems.token_needed()
    return
  }
  const isForwarded = forwarded.some((name) => headers[name] !== undefined)
  if (isForwarded || !isLoopback(socket.remoteAddress) || !isOwnName(headers.host)) throw platformProblems.not_found()
}

/** Compared by their hashes, so that neither length nor beginning shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)))
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address ?? '')
}

/** `localhost`, 127.x.x.x or [::1], with any port: nobody's shop is called so on the Internet. */
function isOwnName(host: string | undefined): boolean {
  if (host === undefined) return false
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || (isIP(name) !== 0 && isLoopback(name))
}
