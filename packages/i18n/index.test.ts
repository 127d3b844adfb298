import { expect, test } from 'vitest'
import { createTranslators } from './index.ts'

const { es, en } = createTranslators(
  {
    plain: "Nada que decir: '{'así'}'",
    units: '{n, plural, one {# unidad} other {# unidades}}',
    hello: 'Hola, {name}',
  },
  {
    plain: "Nothing to say: '{'so'}'",
    units: '{n, plural, one {# unit} other {# units}}',
    hello: 'Hello, {name}',
  },
)

test('a message without values is the same each time it is said, in each language its own', () => {
  expect([es('plain'), es('plain'), en('plain'), en('plain')]).toEqual([
    'Nada que decir: {así}',
    'Nada que decir: {así}',
    'Nothing to say: {so}',
    'Nothing to say: {so}',
  ])
})

test('a message with values says those of this time, in the numbers of its language', () => {
  expect([1, 2, 12_345, 1].map((n) => es('units', { n }))).toEqual([
    '1 unidad',
    '2 unidades',
    '12.345 unidades',
    '1 unidad',
  ])
  expect([en('units', { n: 12_345 }), es('hello', { name: 'Ana' }), es('hello', { name: 'Luz' })]).toEqual([
    '12,345 units',
    'Hola, Ana',
    'Hola, Luz',
  ])
})
