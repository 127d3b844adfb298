/** The port the shop wants: is it free, and if not, who has it and which one is. */
import { createServer } from 'node:net'
import type { Config } from '../platform/config.ts'
import { SetupError } from '../platform/postgres/index.ts'

const portsTried = 50

/**
 * Checks that the shop can listen, before anything slow is begun.
 * @throws SetupError port_taken, settings
 */
export async function refuseTakenPort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  const error = await tryListen(host, port)
  if (error) throw await listenTrouble(error, { host, port })
}

/** The refusal for a failed `listen`, or the error itself when it is about something else. */
export async function listenTrouble(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): Promise<unknown> {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE')
    return (await isHilo(host, port)) ? alreadyOpen(host, port) : taken(port, await freePort(host, port))
  if (code === 'EACCES') return notAllowed(port)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return notOurs(host)
  return error
}

function tryListen(host: string, port: number): Promise<Error | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)))
  })
}

async function freePort(host: string, port: number): Promise<number | null> {
  for (let next = port + 1; next <= Math.min(port + portsTried, 65_535); next++) {
    if ((await tryListen(host, next)) === null) return next
  }
  return null
}

async function isHilo(host: string, port: number): Promise<boolean> {
  const address = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  try {
    const response = await fetch(`http://${address}:${port}/api/health`, { signal: AbortSignal.timeout(1_000) })
    const body = (await response.json()) as { checks?: { schema?: unknown } }
    return body.checks?.schema !== undefined
  } catch {
    return false // whoever it is, it does not answer as Hilo does
  }
}

function alreadyOpen(host: string, port: number): SetupError {
  return new SetupError('port_taken', {
    es: `Hilo ya está en marcha en el puerto ${port} (${host}). Ábrelo, o páralo antes de arrancar otra vez.`,
    en: `Hilo is already running on port ${port} (${host}). Open it, or stop it before starting again.`,
  })
}

function taken(port: number, free: number | null): SetupError {
  const other = free ?? 'N'
  return new SetupError('port_taken', {
    es: `El puerto ${port} lo usa otro programa. Ciérralo o arranca en otro: HILO_PORT=${other} npm start`,
    en: `Another program uses port ${port}. Close it or start on another one: HILO_PORT=${other} npm start`,
  })
}

function notAllowed(port: number): SetupError {
  return new SetupError('port_taken', {
    es: `Este usuario no puede abrir el puerto ${port}. Usa uno por encima de 1023: HILO_PORT=3000 npm start`,
    en: `This user may not open port ${port}. Use one above 1023: HILO_PORT=3000 npm start`,
  })
}

function notOurs(host: string): SetupError {
  return new SetupError('settings', {
    es: `HILO_HOST=${host} no es una dirección de esta máquina. Usa 127.0.0.1, o 0.0.0.0 para toda la red.`,
    en: `HILO_HOST=${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for the whole network.`,
  })
}
