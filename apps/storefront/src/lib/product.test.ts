import type { StoreProduct, StoreVariant, VariantStock } from '@hilo/contract'
import { describe, expect, test } from 'vitest'
import { choose, otherColors, picturesFor, placesOf } from './product.ts'

const label = (text: string) => ({ es: text, en: text })
const variant = (color: string, size: string): StoreVariant => ({
  id: `var_${color}${size}`,
  sku: `${color}-${size}`,
  gtin: null,
  optionValues: [color, size],
  optionLabels: [],
  price: null,
  weightGrams: null,
  stockTracked: true,
  picture: null,
})
const shirt = {
  options: [
    {
      key: 'color',
      name: label('Color'),
      values: ['crudo', 'anil'].map((value) => ({ value, label: label(value), swatch: '#fff' })),
    },
    {
      key: 'size',
      name: label('Talla'),
      values: ['S', 'M'].map((value) => ({ value, label: label(value), swatch: null })),
    },
  ],
  variants: [variant('crudo', 'S'), variant('crudo', 'M'), variant('anil', 'S'), variant('anil', 'M')],
  media: [
    { id: '1', url: '/crudo', optionValue: 'crudo', alt: label(''), width: 1, height: 1, color: null },
    { id: '2', url: '/anil', optionValue: 'anil', alt: label(''), width: 1, height: 1, color: null },
    { id: '3', url: '/any', optionValue: null, alt: label(''), width: 1, height: 1, color: null },
    { id: '4', url: null, optionValue: 'anil', alt: label(''), width: 1, height: 1, color: null },
  ],
} as unknown as StoreProduct

const stockOf = (levels: Record<string, number>) =>
  new Map(
    Object.entries(levels).map(([id, total]): [string, VariantStock] => [
      id,
      { variantId: id, total, state: total === 0 ? 'none' : total < 4 ? 'few' : 'in_stock', places: [] },
    ]),
  )

describe('choosing colour and size', () => {
  test('a colour that can be had is shown first; the size waits for the shopper', () => {
    const choice = choose(
      shirt,
      new URLSearchParams(),
      stockOf({ var_crudoS: 0, var_crudoM: 0, var_anilS: 9, var_anilM: 2 }),
    )
    expect(choice.options[0]?.values.map((value) => [value.value, value.chosen, value.state])).toEqual([
      ['crudo', false, 'none'],
      ['anil', true, 'in_stock'],
    ])
    expect(choice.open).toEqual(['size'])
    expect(choice.variant).toBeNull()
  })
  test('sizes tell what is left in the chosen colour, not in another', () => {
    const choice = choose(
      shirt,
      new URLSearchParams('color=anil'),
      stockOf({ var_crudoS: 9, var_crudoM: 9, var_anilS: 0, var_anilM: 2 }),
    )
    expect(choice.options[1]?.values.map((value) => value.state)).toEqual(['none', 'few'])
  })
  test('a sold-out size can still be chosen, and names the colours that have it', () => {
    const stock = stockOf({ var_crudoS: 3, var_crudoM: 0, var_anilS: 0, var_anilM: 0 })
    const choice = choose(shirt, new URLSearchParams('color=anil&size=S'), stock)
    expect(choice.variant?.id).toBe('var_anilS')
    expect(otherColors(shirt, choice.variant as StoreVariant, stock).map((color) => color.value)).toEqual(['crudo'])
  })
  test('a value that does not exist counts as not chosen', () => {
    expect(choose(shirt, new URLSearchParams('color=anil&size=XXXL'), new Map()).variant).toBeNull()
  })
  test('without any stock row a tracked variant is sold out', () => {
    expect(choose(shirt, new URLSearchParams('color=anil&size=S'), new Map()).options[1]?.values[0]?.state).toBe('none')
  })
})

test('pictures are of the chosen colour, then those of every colour; one still to be fetched is left out', () => {
  expect(picturesFor(shirt, ['anil', 'S']).map((picture) => picture.url)).toEqual(['/anil', '/any'])
})

test('each shop is told as here, brought, or not at all, and the warehouse is no shop', () => {
  const place = (id: string, kind: 'shop' | 'warehouse') => ({ id, kind }) as never
  const stock = {
    variantId: 'v',
    total: 3,
    state: 'few',
    places: [
      { locationId: 'a', available: 2, state: 'few', readyFrom: null, via: 'here', readyText: label('hoy') },
      { locationId: 'b', available: 0, state: 'none', readyFrom: null, via: 'transfer', readyText: label('mañana') },
      { locationId: 'c', available: 0, state: 'none', readyFrom: null, via: null, readyText: null },
      { locationId: 'w', available: 1, state: 'few', readyFrom: null, via: 'here', readyText: null },
    ],
  } as unknown as VariantStock
  const views = placesOf([place('a', 'shop'), place('b', 'shop'), place('c', 'shop'), place('w', 'warehouse')], stock)
  expect(views.map((view) => [view.place.id, view.state])).toEqual([
    ['a', 'here'],
    ['b', 'brought'],
    ['c', 'none'],
  ])
})
