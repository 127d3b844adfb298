import { describe, expect, it } from 'vitest'
import type { VariantDraft } from './draft.ts'
import { addOption, addValue, codeOf, removeValue } from './options.ts'

const variant = (optionValues: string[], price = '29,90'): VariantDraft => ({
  id: `var_${optionValues.join('')}`,
  sku: optionValues.join('-'),
  gtin: '',
  optionValues,
  weightGrams: null,
  stockTracked: true,
  price,
  markdown: '',
  markdownStartsAt: null,
  markdownEndsAt: null,
  priorMinor: null,
})
const value = (text: string) => ({ value: text, label: { es: text, en: text }, swatch: null })
const shirt = {
  handle: 'camisa',
  options: [
    { key: 'color', name: { es: 'Color', en: 'Colour' }, values: [value('crudo'), value('salvia')] },
    { key: 'size', name: { es: 'Talla', en: 'Size' }, values: [value('m')] },
  ],
  variants: [variant(['crudo', 'm']), variant(['salvia', 'm'], '34,90')],
}

describe('the matrix of a product', () => {
  it('gives a new size to every colour, at the price of the same colour', () => {
    const { variants, options } = addValue(shirt, 1, 'L', null)
    expect(options[1]?.values.map((entry) => entry.value)).toEqual(['m', 'l'])
    expect(variants.slice(2).map(({ id, sku, optionValues, price }) => ({ id, sku, optionValues, price }))).toEqual([
      { id: null, sku: 'CAMISA-CRUDO-L', optionValues: ['crudo', 'l'], price: '29,90' },
      { id: null, sku: 'CAMISA-SALVIA-L', optionValues: ['salvia', 'l'], price: '34,90' },
    ])
  })
  it('does not add a value twice', () => {
    expect(addValue(shirt, 1, 'M', null)).toBe(shirt)
  })
  it('takes the variants of a removed value out and keeps the others as they are', () => {
    const { variants } = removeValue(shirt, 0, 'salvia')
    expect(variants).toEqual([shirt.variants[0]])
  })
  it('removes the option with its last value', () => {
    const { options, variants } = removeValue(shirt, 1, 'm')
    expect(options.map((option) => option.key)).toEqual(['color'])
    expect(variants.map((entry) => entry.optionValues)).toEqual([['crudo'], ['salvia']])
  })
  it('gives the first value of a new option to every variant', () => {
    const { options, variants } = addOption(shirt, 'Manga', 'Larga')
    expect(options.at(-1)?.key).toBe('manga')
    expect(variants.every((entry) => entry.optionValues[2] === 'larga')).toBe(true)
  })
  it('makes codes without accents', () => {
    expect(codeOf('Azul añil')).toBe('azul-anil')
  })
})
