import { expect, test } from 'vitest'
import { isId, newCode, newId, newToken } from './ids.ts'

test('ids are unique, keep their order of making, and say what they name', () => {
  const ids = Array.from({ length: 20_000 }, () => newId('ord'))
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort((a, b) => (a < b ? -1 : 1))).toEqual(ids)
  expect(ids.every((id) => isId('ord', id))).toBe(true)
  expect(isId('var', ids[0] ?? '')).toBe(false)
})

test('codes have no letters that are read wrongly; tokens carry 256 bits', () => {
  expect(newCode(400)).toMatch(/^[2-9A-HJ-NP-Z]{400}$/)
  expect(Buffer.from(newToken(), 'base64url')).toHaveLength(32)
})
