import type { StoreProduct } from '@hilo/contract'
import { expect, test } from 'vitest'
import { matrixOf } from './matrix.ts'

const word = (text: string) => ({ es: text, en: text })
const option = (key: string, ...values: string[]) => ({
  key,
  name: word(key),
  values: values.map((value) => ({ value, label: word(value), swatch: null })),
})
const variant = (...optionValues: string[]): StoreProduct['variants'][number] => ({
  id: optionValues.join('-'),
  sku: optionValues.join('-'),
  gtin: null,
  optionValues,
  optionLabels: optionValues.map(word),
  price: null,
  weightGrams: null,
  stockTracked: true,
  picture: null,
})

test('sizes stand across and colours down, whatever their order in the product; a hole stays a hole', () => {
  const made = matrixOf({
    options: [option('size', 'S', 'M'), option('color', 'crudo', 'sal', 'azul')],
    variants: [variant('S', 'crudo'), variant('M', 'crudo'), variant('M', 'sal')],
  })
  expect(made?.columns.map(({ value }) => value)).toEqual(['S', 'M'])
  // Nothing is sold in blue, so it has no row.
  expect(made?.rows.map(({ value, cells }) => [value?.value, ...cells.map((cell) => cell?.id)])).toEqual([
    ['crudo', 'S-crudo', 'M-crudo'],
    ['sal', undefined, 'M-sal'],
  ])
})

test('one option alone is one row', () => {
  const made = matrixOf({ options: [option('color', 'crudo', 'sal')], variants: [variant('crudo'), variant('sal')] })
  expect(made?.rows).toHaveLength(1)
  expect(made?.rows[0]?.cells.map((cell) => cell?.id)).toEqual(['crudo', 'sal'])
})

test('three options, or variants that no table holds, are listed instead', () => {
  const three = [option('size', 'S'), option('color', 'sal'), option('length', 'larga')]
  expect(matrixOf({ options: three, variants: [variant('S', 'sal', 'larga')] })).toBeUndefined()
  const twice = [variant('S'), { ...variant('S'), id: 'again' }]
  expect(matrixOf({ options: [option('size', 'S')], variants: twice })).toBeUndefined()
  expect(matrixOf({ options: [], variants: [variant()] })).toBeUndefined()
})
