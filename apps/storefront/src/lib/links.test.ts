import { describe, expect, test } from 'vitest'
import { changeQuery, href, inOtherLanguage, listInQuery, pictureSet, toggleInQuery } from './links.ts'

describe('addresses of the shop', () => {
  test('Spanish stands at the root, English below /en', () => {
    expect([href('es', '/'), href('en', '/'), href('en', '/cart?x=1')]).toEqual(['/', '/en', '/en/cart?x=1'])
  })
  test('the language switch keeps the page and its query', () => {
    expect(inOtherLanguage('es', '/collections/mujer?color=anil&sort=newest')).toBe(
      '/en/collections/mujer?color=anil&sort=newest&lang=en',
    )
    expect(inOtherLanguage('en', '/')).toBe('/?lang=es')
  })
  test('a filter is taken in, taken out again, and always starts the list from its beginning', () => {
    const once = toggleInQuery('/c?cursor=abc&color=anil', 'color', 'crudo')
    expect(listInQuery(once, 'color')).toEqual(['anil', 'crudo'])
    expect(once).not.toContain('cursor')
    expect(toggleInQuery(toggleInQuery(once, 'color', 'crudo'), 'color', 'anil')).toBe('/c')
  })
  test('an empty value removes the parameter', () => {
    expect(changeQuery('/c?a=1&b=2', { a: '', b: '3' })).toBe('/c?b=3')
  })
  test('pictures are offered up to the asked width only', () => {
    expect(pictureSet('/media/x', 480)).toBe('/media/x?w=160 160w, /media/x?w=320 320w, /media/x?w=480 480w')
    expect(pictureSet('/media/x?v=2', 160)).toBe('/media/x?v=2&w=160 160w')
  })
})
