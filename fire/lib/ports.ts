import { createServer } from 'node:net'

const given = new Set<number>()
/** Ports in our range that `fetch` refuses to ask (WHATWG Fetch, "bad port"): a server there never seems to start. */
const refusedByFetch = new Set([4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080])

/**
 * The next free port from `first` on, each given once. Below the range that outgoing connections draw from: a server that was killed
 * must find its port again when it comes back.
 */
export async function freePortFrom(first: number): Promise<number> {
  for (let port = first; port < 32_768; port++) {
    if (given.has(port) || refusedByFetch.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
  throw new Error(`no free port from ${first} on`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
