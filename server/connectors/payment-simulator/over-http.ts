import http from 'node:http'
import https from 'node:https'

/** How a call to the other side travels. */
export type Send = (call: {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: string
  timeoutMs: number
}) => Promise<{ status: number; body: string }>

/** Connections stay open between calls, and go when nobody needs them. */
const agents = {
  'http:': new http.Agent({ keepAlive: true, timeout: 30_000 }),
  'https:': new https.Agent({ keepAlive: true, timeout: 30_000 }),
}

/**
 * Over the network, as to any provider; half the work of `fetch`, which counts when thousands of notices come at once.
 * @throws when there is no whole answer in time
 */
export const overHttp: Send = ({ method, url, headers, body, timeoutMs }) => {
  const isSecure = url.startsWith('https:')
  const agent = agents[isSecure ? 'https:' : 'http:']
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const request = (isSecure ? https : http).request(url, { method, agent, headers: { ...headers, ...length } })
    const timer = setTimeout(() => request.destroy(new Error(`no answer from ${url} in ${timeoutMs} ms`)), timeoutMs)
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(error)
    }
    request.once('error', fail)
    request.once('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', fail)
      response.once('end', () => {
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') })
      })
      response.once('aborted', () => fail(new Error(`the answer from ${url} broke off`)))
    })
    request.end(body)
  })
}
