import { describe, expect, test } from 'vitest'
import { type Actor, actorId, actsFor, type Role, roles } from './actor.ts'
import { allActions, authorize, can, defineActions } from './permissions.ts'
import { Problem } from './problems.ts'

defineActions({
  'permissions.open': { everyone: true },
  'permissions.shop': { shopper: true },
  'permissions.managers': { staff: ['manager'], apiScope: 'things:read' },
  'permissions.counter': { staff: ['counter', 'stock'], place: 'own' },
  'permissions.owner': { staff: [] },
  'permissions.nobody': {},
})

const staff = (role: Role, places: { allPlaces?: boolean; locationIds?: string[] } = {}): Actor => ({
  kind: 'staff',
  memberId: 'mem_1',
  name: 'Ana',
  role,
  allPlaces: false,
  locationIds: ['loc_own'],
  language: 'es',
  ...places,
})
const key = (...scopes: string[]): Actor => ({ kind: 'api_key', keyId: 'key_1', name: 'ERP', channelId: 'erp', scopes })
const customer: Actor = { kind: 'customer', personId: 'per_1' }
const anyone: Actor = { kind: 'public' }
const system: Actor = { kind: 'system', name: 'jobs' }
const whoMay = (action: string) =>
  [anyone, customer, system, key('things:read'), key('things:write'), ...roles.map((role) => staff(role))]
    .filter((actor) => can(actor, action))
    .map((actor) => (actor.kind === 'staff' ? actor.role : actor.kind === 'api_key' ? actor.scopes[0] : actor.kind))

describe('who may', () => {
  test('what is open is open to all; what shoppers may, everybody may', () => {
    const all = ['public', 'customer', 'system', 'things:read', 'things:write', ...roles]
    expect(whoMay('permissions.open')).toEqual(all)
    expect(whoMay('permissions.shop')).toEqual(all)
  })

  test('what names roles is for these, the owner, the system, and keys with the scope', () => {
    expect(whoMay('permissions.managers')).toEqual(['system', 'things:read', 'owner', 'manager'])
    expect(whoMay('permissions.counter')).toEqual(['system', 'owner', 'counter', 'stock'])
  })

  test('what names nobody is for the owner alone, whatever scopes a key has', () => {
    expect(whoMay('permissions.owner')).toEqual(['system', 'owner'])
    expect(whoMay('permissions.nobody')).toEqual(['system', 'owner'])
    expect(can(key('undefined', ''), 'permissions.nobody')).toBe(false)
  })

  test('an action without a row is a defect, also for the system', () => {
    expect(() => can(system, 'permissions.missing')).toThrow('action permissions.missing has no row')
    expect(allActions().has('permissions.missing')).toBe(false)
    expect(allActions().get('permissions.counter')).toEqual({ staff: ['counter', 'stock'], place: 'own' })
  })
})

describe('where they may', () => {
  test('staff only at their places where the row says so; those of all places everywhere', () => {
    expect(can(staff('counter'), 'permissions.counter', 'loc_own')).toBe(true)
    expect(can(staff('counter'), 'permissions.counter', 'loc_other')).toBe(false)
    expect(can(staff('counter', { allPlaces: true }), 'permissions.counter', 'loc_other')).toBe(true)
    expect(can(staff('counter', { locationIds: [] }), 'permissions.counter', 'loc_own')).toBe(false)
    expect(can(staff('manager'), 'permissions.managers', 'loc_other')).toBe(true)
    // The place does not give a right that the role does not have.
    expect(can(staff('service'), 'permissions.counter', 'loc_own')).toBe(false)
    expect(can(system, 'permissions.counter', 'loc_other')).toBe(true)
  })

  test('only staff are asked about places', () => {
    expect([
      actsFor(anyone, 'loc_1'),
      actsFor(customer, 'loc_1'),
      actsFor(key(), 'loc_1'),
      actsFor(system, 'loc_1'),
    ]).toEqual([true, true, true, true])
    expect([actsFor(staff('counter'), 'loc_own'), actsFor(staff('counter'), 'loc_other')]).toEqual([true, false])
  })
})

describe('what a refusal says', () => {
  const refusal = (actor: Actor, action: string, place?: string): Problem => {
    try {
      authorize(actor, action, place)
    } catch (error) {
      if (error instanceof Problem) return error
    }
    throw new Error('expected a refusal')
  }

  test('log in, for somebody we do not know; forbidden, for somebody we do', () => {
    expect(refusal(anyone, 'permissions.managers').code).toBe('platform.unauthenticated')
    expect(refusal(anyone, 'permissions.managers', 'loc_1').data).toMatchObject({ action: 'permissions.managers' })
    for (const actor of [customer, key('things:write'), staff('counter')]) {
      const problem = refusal(actor, 'permissions.managers', 'loc_own')
      expect(problem.code).toBe('platform.forbidden')
      expect(problem.data).toEqual({ action: 'permissions.managers' })
    }
  })

  test('the place, when it is only the place', () => {
    const problem = refusal(staff('stock'), 'permissions.counter', 'loc_other')
    expect(problem.code).toBe('platform.forbidden')
    expect(problem.data).toMatchObject({ action: 'permissions.counter', locationId: 'loc_other' })
    expect(JSON.stringify(problem)).not.toContain('mem_1')
  })

  test('nothing, when they may', () => {
    expect(authorize(staff('stock'), 'permissions.counter', 'loc_own')).toBeUndefined()
    expect(authorize(anyone, 'permissions.open')).toBeUndefined()
  })
})

test('ledgers and audit name everybody by their own id', () => {
  expect([anyone, customer, staff('owner'), key(), system].map(actorId)).toEqual([
    'public',
    'per_1',
    'mem_1',
    'key_1',
    'system:jobs',
  ])
})
