import { expect, test } from 'vitest'
import { isNif, isTaxId, normalizeTaxId } from './tax-id.ts'

test('a tax number is read however it is typed', () => {
  expect(normalizeTaxId(' b-00.123 459')).toBe('B00123459')
})

test.each([
  ['12345678Z', 'a person’s'],
  ['X1234567L', 'a foreigner’s'],
  ['A58818501', 'a corporation’s'],
  ['B00123455', 'a limited company’s'],
  ['Q2826000H', 'a public body’s'],
])('%s is a NIF: %s', (nif) => {
  expect(isNif(nif)).toBe(true)
  expect(isTaxId(`ES${nif}`)).toBe(true)
})

test.each(['12345678A', 'X1234567A', 'A58818502', 'B00123456', 'Q28260008', 'I1234567A', '1234567Z', ''])(
  '%s is no NIF: a character was mistyped',
  (typed) => {
    expect(isNif(typed)).toBe(false)
    expect(isTaxId(typed)).toBe(false)
  },
)

test('a number of another country stands behind its code', () => {
  expect(isTaxId('PT501964843')).toBe(true)
  expect(isTaxId('FR40303265045')).toBe(true)
  expect(isTaxId('501964843')).toBe(false)
})
