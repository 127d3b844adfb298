import { describe, expect, test } from 'vitest'
import { en } from '../locales/en.ts'
import { es } from '../locales/es.ts'
import { remembered } from './cache.ts'
import { pictureOf } from './card.ts'
import { ownPath } from './cart.ts'
import { readFlash, refusalText } from './flash.ts'
import { listQuery } from './list.ts'
import { tidyCode } from './open-cart.ts'
import { tidyWhereabouts, whereabouts } from './shop.ts'
import { type TextKey, texts } from './t.ts'

/** Names of the values a message asks for: `{n, plural, …}` and `{title}`, not the words inside a plural's branches. */
const valuesIn = (message: string) =>
  [...new Set([...message.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1]))]
    .filter((name) => message.includes(`{${name},`) || !message.includes('plural') || known.has(name ?? ''))
    .sort()
const known = new Set(['thing', 'shop', 'number'])

describe('where a form may lead back to', () => {
  test.each(['/cart', '/products/x?color=a'])('%s is a page of the shop', (path) => expect(ownPath(path)).toBe(path))
  test.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/api/store/sign-out',
    '/a b',
    '',
  ])('%s is not', (path) => expect(ownPath(path)).toBeUndefined())
})

describe('whereabouts', () => {
  test('a postal code is kept, a position is rounded to about a kilometre, anything else is forgotten', () => {
    expect([tidyWhereabouts('46 001'), tidyWhereabouts('39.473912,-0.372745'), tidyWhereabouts('Valencia')]).toEqual([
      '46001',
      '39.47,-0.37',
      undefined,
    ])
    expect([whereabouts('46001'), whereabouts('39.47,-0.37'), whereabouts('<script>'), whereabouts(undefined)]).toEqual(
      [{ postal: '46001' }, { near: '39.47,-0.37' }, {}, {}],
    )
  })
})

test('a list asks the API only for what it takes', () => {
  expect(listQuery(new URLSearchParams('color=anil&sort=evil&maxPrice=abc&available=maybe&x=1&minPrice=100'))).toEqual({
    limit: 24,
    color: 'anil',
    minPrice: '100',
  })
})

test('a notice cookie that is not ours is no notice', () => {
  expect(readFlash('{"kind":"good","text":"Hola","about":"cart"}')).toEqual({
    kind: 'good',
    text: 'Hola',
    about: 'cart',
  })
  expect([
    readFlash('{"kind":"good"'),
    readFlash('[]'),
    readFlash('{"kind":"evil","text":"x"}'),
    readFlash(undefined),
  ]).toEqual([null, null, null, null])
})

test('a refusal is told as whole sentences; an error that is none is thrown on', () => {
  const refusal = Object.assign(new Error('x'), {
    name: 'ApiProblem',
    body: { title: 'El total ha cambiado', remedy: 'Revisa la cesta' },
  })
  expect(refusalText(refusal)).toBe('El total ha cambiado. Revisa la cesta.')
  expect(() => refusalText(new TypeError('defect'))).toThrow('defect')
})

test('a typed basket code is read however it was written', () => {
  expect(tidyCode(' h7k2-9qxm ')).toBe('H7K29QXM')
})

test('a card shows the colour that was filtered for, else always the same one of its own', () => {
  const product = {
    handle: 'camisa',
    picture: null,
    colors: ['crudo', 'anil'].map((value) => ({
      value,
      picture: `/${value}`,
      label: { es: '', en: '' },
      swatch: null,
    })),
  }
  expect(pictureOf(product, ['anil']).url).toBe('/anil')
  expect(pictureOf(product)).toEqual(pictureOf(product))
})

test('what is the same for everybody is asked once for a while, and again after a failure', async () => {
  let asked = 0
  const memo = remembered<number>(10)
  const at = (ms: number) => new Date(ms)
  expect(await Promise.all([memo('a', at(0), async () => ++asked), memo('a', at(1), async () => ++asked)])).toEqual([
    1, 1,
  ])
  expect(await memo('a', at(10_001), async () => ++asked)).toBe(2)
  await expect(memo('b', at(0), async () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await memo('b', at(1), async () => 7)).toBe(7)
})

describe('texts', () => {
  const keys = Object.keys(es) as TextKey[]
  test('every text stands in both languages and asks for the same values', () => {
    for (const key of keys) expect([key, valuesIn(en[key])]).toEqual([key, valuesIn(es[key])])
  })
  test('every text formats in both languages, and none shouts', () => {
    const values = {
      n: 2,
      title: 't',
      q: 'q',
      km: '1',
      time: '1',
      total: '1',
      number: '1',
      email: 'e',
      date: 'd',
      name: 'n',
      shop: 's',
      when: 'w',
      code: 'c',
      place: 'p',
      amount: 'a',
      rate: 'r',
      thing: 't',
      words: 'w',
      from: 'f',
      to: 't',
      option: 'o',
    }
    for (const lang of ['es', 'en'] as const)
      for (const key of keys) {
        const text = texts(lang)(key, values)
        expect(text, key).not.toMatch(/[{}!¡]/)
        expect(text.length, key).toBeGreaterThan(0)
      }
  })
  test('plurals follow the reader', () => {
    expect([
      texts('es')('cart.units', { n: 1 }),
      texts('es')('cart.units', { n: 3 }),
      texts('en')('nav.cartUnits', { n: 0 }),
    ]).toEqual(['1 artículo', '3 artículos', 'empty'])
  })
})
