import type { Cart } from '@hilo/contract'
import { expect, test } from 'vitest'
import { missingHere } from './missing.ts'

const plan: NonNullable<Cart['plan']> = {
  feasible: false,
  reason: { es: 'No hay bastantes unidades.', en: 'There are not enough units.' },
  groups: [],
  alternatives: [],
  shortages: [{ variantId: 'var_a', requested: 2, available: 1 }],
}
const shirt = { variantId: 'var_a', gift: false }

test('a line that this shelf cannot fill says how many are here', () => {
  const cart = { delivery: { kind: 'carry_out' as const, locationId: 'loc_vlc' }, plan }
  expect(missingHere(cart, shirt)).toEqual({ variantId: 'var_a', requested: 2, available: 1 })
  expect(missingHere(cart, { variantId: 'var_b', gift: false })).toBeUndefined()
  expect(missingHere(cart, { variantId: 'var_a', gift: true })).toBeUndefined()
  expect(missingHere({ ...cart, plan: { ...plan, feasible: true } }, shirt)).toBeUndefined()
})

test('what is collected or sent is brought, so nothing is missing here', () => {
  expect(missingHere({ delivery: { kind: 'pickup', locationId: 'loc_svq' }, plan }, shirt)).toBeUndefined()
  expect(missingHere({ delivery: null, plan }, shirt)).toBeUndefined()
})
