import { connect, createServer, type Server, type Socket } from 'node:net'

/** A line to the database that can be made slow; it holds nothing else up. */
export type Wire = { readonly port: number; delayMs: number; close(): void }

/** Opens a wire on a free port to the server of this address, which may be a socket file (`?host=/folder`). */
export async function openWire(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl)
  const folder = target.searchParams.get('host')
  const reach = () =>
    folder === null
      ? connect(Number(target.port || 5432), target.hostname)
      : connect(`${folder}/.s.PGSQL.${target.searchParams.get('port') ?? 5432}`)
  const sockets = new Set<Socket>()
  const wire = { port: 0, delayMs: 0, close: () => undefined as void }
  const carry = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (data) => {
      if (wire.delayMs === 0) to.write(data)
      else setTimeout(() => to.writable && to.write(data), wire.delayMs)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server: Server = createServer((near) => {
    const far = reach()
    carry(near, far)
    carry(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  wire.port = (server.address() as { port: number }).port
  wire.close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return wire
}

/** The same database through the wire. */
export function throughWire(databaseUrl: string, { port }: Wire): string {
  const url = new URL(databaseUrl)
  return `postgres://${url.username}:${url.password}@127.0.0.1:${port}${url.pathname}`
}
