import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPublicAddress, safeFetch } from './safe-fetch.ts'

let hits = 0
let handle: RequestListener = (_request, response) => void response.end('secret')
let canary: Server
let port = 0

beforeAll(async () => {
  canary = createServer((request, response) => {
    hits += 1
    handle(request, response)
  })
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  port = (canary.address() as AddressInfo).port
})
afterAll(() => void canary.close())

const local = (address: string) => address === '127.0.0.1'
const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  )

describe('addresses that other people chose', () => {
  const tricks = (p: number) => [
    `http://127.0.0.1:${p}/`,
    `http://127.1:${p}/`,
    `http://2130706433:${p}/`,
    `http://0x7f000001:${p}/`,
    `http://0177.0.0.1:${p}/`,
    `http://0:${p}/`,
    `http://0.0.0.0:${p}/`,
    `http://localhost:${p}/`,
    `http://LOCALHOST.:${p}/`,
    `http://[::1]:${p}/`,
    `http://[::]:${p}/`,
    `http://[::ffff:127.0.0.1]:${p}/`,
    `http://[::ffff:7f00:1]:${p}/`,
    `http://[::127.0.0.1]:${p}/`,
    `http://[64:ff9b::7f00:1]:${p}/`,
    `http://[64:ff9b:1::7f00:1]:${p}/`,
    `http://[2002:7f00:1::]:${p}/`,
    `http://[2001:0:7f00:1::]:${p}/`,
    `http://[fe80::1]:${p}/`,
    `http://[fd00:ec2::254]/`,
    `http://[fc00::1]/`,
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:169.254.169.254]/',
    'http://168.63.129.16/',
    'http://100.100.100.200/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://240.0.0.1/',
    `http://①②⑦.⓪.⓪.①:${p}/`,
    `http://127.0.0.1%2f@example.com:${p}/`,
    `http://user:pass@example.com/`,
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'ftp://127.0.0.1/',
    'data:text/plain,hi',
    'javascript:alert(1)',
    '//example.com/x',
    'x',
  ]

  test('no trick reaches the server on this machine', async () => {
    hits = 0
    for (const url of tricks(port)) {
      expect([url, await codeOf(safeFetch(url, { resolve: async () => ['127.0.0.1'], timeoutMs: 500 }))]).toEqual([
        url,
        'fetch.refused',
      ])
    }
    expect(hits).toBe(0)
  })

  test('one private address among several refuses the name', async () => {
    const resolve = async () => ['93.184.215.14', '10.0.0.5']
    expect(await codeOf(safeFetch('http://example.com/', { resolve }))).toBe('fetch.refused')
  })

  test('a name that answers differently the second time is asked once, and the checked address is used', async () => {
    hits = 0
    handle = (_request, response) => void response.end('fine')
    let asked = 0
    const resolve = async () => {
      asked += 1
      return asked === 1 ? ['127.0.0.1'] : ['10.255.255.1']
    }
    const answer = await safeFetch(`http://rebind.example:${port}/`, { resolve, allow: local })
    expect([answer.status, answer.body.toString(), asked, hits]).toEqual([200, 'fine', 1, 1])
  })

  test('the name stays in the Host header although the connection is pinned', async () => {
    handle = (request, response) => void response.end(request.headers.host)
    const answer = await safeFetch(`http://shop.example:${port}/`, { resolve: async () => ['127.0.0.1'], allow: local })
    expect(answer.body.toString()).toBe(`shop.example:${port}`)
  })

  test('a redirect to an internal address is refused, and a POST follows none', async () => {
    handle = (_request, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    const url = `http://shop.example:${port}/`
    const options = { resolve: async () => ['127.0.0.1'], allow: local }
    expect(await codeOf(safeFetch(url, options))).toBe('fetch.refused')
    expect(await codeOf(safeFetch(url, { ...options, method: 'POST', body: '{}' }))).toBe('fetch.refused')
    expect((await safeFetch(url, { ...options, followRedirects: false })).status).toBe(302)
  })

  test('a circle of redirects ends', async () => {
    handle = (_request, response) => void response.writeHead(302, { location: '/again' }).end()
    expect(
      await codeOf(safeFetch(`http://a.example:${port}/`, { resolve: async () => ['127.0.0.1'], allow: local })),
    ).toBe('fetch.refused')
  })

  test('too large, of another type, too slow: each says so', async () => {
    const options = { resolve: async () => ['127.0.0.1'], allow: local }
    const url = `http://a.example:${port}/`
    handle = (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('x'.repeat(2000))
    expect(await codeOf(safeFetch(url, { ...options, maxBytes: 1000 }))).toBe('fetch.too_large')
    expect(await codeOf(safeFetch(url, { ...options, accept: 'image/' }))).toBe('fetch.wrong_type')
    handle = () => undefined
    expect(await codeOf(safeFetch(url, { ...options, timeoutMs: 200 }))).toBe('fetch.unreachable')
  })

  test('mail and database ports are refused', async () => {
    expect(await codeOf(safeFetch('http://example.com:25/', { resolve: async () => ['93.184.215.14'] }))).toBe(
      'fetch.refused',
    )
  })
})

test('public is public', () => {
  expect(['93.184.215.14', '8.8.8.8', '2606:2800:21f:cb07::1'].map(isPublicAddress)).toEqual([true, true, true])
  expect(['127.0.0.1', '::1', 'no', ''].map(isPublicAddress)).toEqual([false, false, false, false])
})

test('a host that the operator allows is reached at its port only, and under its name only', async () => {
  const receiver = createServer((_request, response) => response.end('taken'))
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  try {
    const url = `http://127.0.0.1:${port}/`
    const answer = await safeFetch(url, { allowHosts: [`127.0.0.1:${port}`] })
    expect(answer.body.toString()).toBe('taken')
    for (const allowHosts of [[], [`127.0.0.1:${port + 1}`], ['localhost']])
      await expect(safeFetch(url, { allowHosts })).rejects.toMatchObject({ code: 'fetch.refused' })
  } finally {
    receiver.close()
  }
})
