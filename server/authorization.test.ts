/** The rights that docs/authorization.md promises, row by row against the table that the server asks; and how the page is made. */
import { readFileSync } from 'node:fs'
import type { RouteOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import { type Actor, type Role, roles } from '#platform/actor'
import { type ActionRow, can, defineActions } from '#platform/permissions'
import {
  type ApiRoute,
  authorizationPage,
  documentFile,
  expectedAnswer,
  routeCollector,
  silentRoutes,
} from './authorization.ts'
import { inventoryActions } from './inventory/permissions.ts'
import { orderActions } from './orders/permissions.ts'
import { paymentActions } from './payments/permissions.ts'
import { staffActions } from './staff/permissions.ts'

const anyone: Actor = { kind: 'public' }
const customer: Actor = { kind: 'customer', personId: 'per_1' }
const keyFor = (scopes: string[]): Actor => ({ kind: 'api_key', keyId: 'apk_1', name: 'ERP', channelId: 'erp', scopes })
const staff = (role: Role): Actor => ({
  kind: 'staff',
  memberId: 'mbr_1',
  name: 'Ana',
  role,
  allPlaces: false,
  locationIds: ['loc_here'],
  language: 'es',
})

/** Lines of the page's table: `| method | url | action | who | where | scope |`. */
const promised = readFileSync(documentFile, 'utf8')
  .split('\n')
  .filter((line) => /^\| (GET|POST|PUT|PATCH|DELETE) /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, , , action = '', who = '', where = '', scope = '']) => ({ action, who, where, scope }))
const scopes = [...new Set(promised.map(({ scope }) => scope))].filter((scope) => scope !== '')

/** The cells of an action as the table answers them, asked person by person. */
function granted(action: string): { who: string; where: string; scope: string } {
  const inside = roles.filter((role) => can(staff(role), action))
  const open = can(anyone, action) && can(customer, action)
  return {
    who: open && inside.length === roles.length ? 'open' : inside.join(', '),
    where: inside.some((role) => !can(staff(role), action, 'loc_there')) ? 'own places' : '',
    scope: open ? '' : scopes.filter((scope) => can(keyFor([scope]), action)).join(', '),
  }
}

describe('what the page promises', () => {
  test.each([
    ['orders', orderActions],
    ['stock', inventoryActions],
    ['payments', paymentActions],
    ['staff', staffActions],
  ])('is what people, keys and shoppers may do: %s', (_name, actions) => {
    for (const action of Object.keys(actions)) {
      const row = promised.find((one) => one.action === action)
      const who = row && /^(everyone|shopper)/.test(row.who) ? 'open' : row?.who
      expect([action, granted(action)]).toEqual([action, { who, where: row?.where, scope: row?.scope }])
    }
  })
})

describe('how the page is made', () => {
  defineActions({
    'page.open': { everyone: true },
    'page.shop': { shopper: true },
    'page.counter': { staff: ['counter'], place: 'own', apiScope: 'page:read' },
    'page.owner': { staff: [] },
  })
  const route = (more: Partial<ApiRoute>): ApiRoute => ({
    method: 'GET',
    url: '/api/a',
    action: 'page.counter',
    asksPlace: true,
    ...more,
  })

  test('routes of the interfaces and the metrics are gathered, by method; pages and what a browser asks first are not', () => {
    const collector = routeCollector()
    const add = (url: string, method: string | string[], config?: object) =>
      collector.add({ url, method, ...(config ? { config } : {}) } as RouteOptions)
    add('/api/a', ['GET', 'HEAD', 'OPTIONS', 'POST'], { action: 'page.counter', asksPlace: true })
    add('/api/a', 'HEAD')
    add('/metrics', 'GET')
    add('/console', 'GET', { action: 'page.open' })
    expect(collector.routes).toEqual([
      route({}),
      route({ method: 'POST' }),
      { method: 'GET', url: '/metrics', action: '', asksPlace: false },
    ])
  })

  test('a route of a row limited to places that does not ask is named, unless it is excused', () => {
    const silent = [
      route({ asksPlace: false }),
      route({ method: 'POST' }),
      route({ url: '/api/b', action: 'page.owner', asksPlace: false }),
      route({ url: '/api/c', action: 'page.unknown', asksPlace: false }),
      route({ url: '/api/pos/orders/:id/receipt', asksPlace: false }),
    ]
    expect(silentRoutes(silent)).toEqual(['GET /api/a'])
  })

  test('a line each, by address and then method', () => {
    const page = authorizationPage([
      route({ url: '/api/b', action: 'page.open' }),
      route({ method: 'POST' }),
      route({ url: '/api/d', action: 'page.unknown' }),
      route({ url: '/api/c', action: 'page.shop' }),
      route({}),
      route({ url: '/api/c/d', action: 'page.owner' }),
    ])
    expect(page).toMatch(/^# Who may do what\n/)
    expect(page.split('\n').filter((line) => line.includes('/api/'))).toEqual([
      '| GET | `/api/a` | page.counter | owner, counter | own places | page:read |',
      '| POST | `/api/a` | page.counter | owner, counter | own places | page:read |',
      '| GET | `/api/b` | page.open | everyone |  |  |',
      '| GET | `/api/c` | page.shop | shopper (own cart, own session) |  |  |',
      '| GET | `/api/c/d` | page.owner | owner |  |  |',
      '| GET | `/api/d` | page.unknown | owner |  |  |',
    ])
  })

  test('who is expected to pass is told by the row alone, and is what the table answers', () => {
    const system: Actor = { kind: 'system', name: 'jobs' }
    const everybody = [anyone, customer, system, keyFor(['page:read']), keyFor(['page:write']), ...roles.map(staff)]
    const answers = (row: ActionRow) => everybody.map((actor) => expectedAnswer(row, actor))
    const passes = everybody.map(() => 'passes')
    expect(answers({ everyone: true })).toEqual(passes)
    expect(answers({ shopper: true })).toEqual(passes)
    const no = 'forbidden'
    // In the order: owner, manager, counter, service, stock.
    const ofCounter = ['passes', no, 'passes', no, no]
    const ofOwner = ['passes', no, no, no, no]
    expect(answers({ staff: ['counter'], place: 'own', apiScope: 'page:read' })).toEqual([
      'log in',
      no,
      'passes',
      'passes',
      no,
      ...ofCounter,
    ])
    expect(answers({ staff: [] })).toEqual(['log in', no, 'passes', no, no, ...ofOwner])
    expect(answers({})).toEqual(['log in', no, 'passes', no, no, ...ofOwner])
  })
})
