import { expect, test } from 'vitest'
import { spentIn } from './lib/statement-stats.ts'
import { areaOf } from './profile.ts'

const at = '2026-01-02 03:04:05.678 UTC'
const said = (session: number, message: string, text: string) =>
  `${at} [${session}] LOG:  duration: 0.021 ms  ${message} ${text}\n${at} [${session}] DETAIL:  Parameters: $1 = 'from secret.table'`
const used = (session: number, user: string, system: string) =>
  `${at} [${session}] LOG:  EXECUTE MESSAGE STATISTICS\n${at} [${session}] DETAIL:  ! system usage stats:\n\t!\t${user} s user, ${system} s system, 0.9 s elapsed\n\t!\t[9.0 s user, 9.0 s system total]`

test('the time of each message goes to its transaction, those of sessions side by side kept apart', () => {
  const log = [
    said(7, 'statement', ': begin'),
    used(7, '0.000100', '0.000000'),
    said(8, 'bind', 'abc: select 1 from orders.cart'),
    used(8, '0.000010', '0.000000'),
    said(7, 'bind', 'def: insert into orders.cart (id)\n values ($1)'),
    used(7, '0.000200', '0.000100'),
    said(8, 'execute', 'abc: select 1 from orders.cart'),
    used(8, '0.000020', '0.000000'),
    said(7, 'execute', 'def: insert into orders.cart (id)\n values ($1)'),
    used(7, '0.000300', '0.000000'),
    said(7, 'statement', ': commit'),
    used(7, '0.000400', '0.000000'),
    said(8, 'execute', 'abc: select 1 from orders.cart'),
    used(8, '0.000040', '0.000000'),
  ].join('\n')
  const round = (ms: number) => Math.round(ms * 1000) / 1000
  expect(spentIn(log).map(({ what, times, cpuMs }) => [what, times, round(cpuMs)])).toEqual([
    ['orders.cart', 1, 1.1],
    ['reads orders.cart', 2, 0.07],
  ])
})

test('code is counted where it stands: ours by module, packages by what they are for', () => {
  const area = (url: string, functionName = 'work') => areaOf({ functionName, url })
  expect(area('file:///shop/server/orders/place-order.ts')).toBe('server/orders')
  expect(area('file:///shop/packages/calc/cart.ts')).toBe('packages/calc')
  expect(area('file:///shop/node_modules/pg/lib/client.js')).toBe('database driver (pg)')
  expect(area('file:///shop/node_modules/pg-pool/index.js')).toBe('database driver (pg)')
  expect(area('file:///shop/node_modules/@fastify/cookie/plugin.js')).toBe('HTTP framework (Fastify and its plug-ins)')
  expect(area('file:///shop/node_modules/pgpass/lib/index.js')).toBe('other packages')
  expect(area('node:_http_server')).toBe('Node itself (HTTP, streams, timers)')
  expect(area('', 'writev')).toBe('system calls and other native code')
  expect(area('', '(garbage collector)')).toBe('memory (garbage collector)')
})
