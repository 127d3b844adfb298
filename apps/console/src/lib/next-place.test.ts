import { expect, test } from 'vitest'
import { nextPlace } from './next-place.ts'

const origin = 'https://linoysal.example'

test('after the login one goes on to the till that asked for it', () => {
  expect(nextPlace('?next=/pos', origin)).toBe('/pos')
  expect(nextPlace('?next=%2Fpos%3Fa%3D1%23b', origin)).toBe('/pos?a=1#b')
})

test('no link leads away from this address', () => {
  const away = [
    '',
    '?next=',
    '?next=https://evil.example',
    '?next=//evil.example',
    '?next=/%5Cevil.example/x',
    '?next=/%09/evil.example',
    '?next=javascript:alert(1)',
  ]
  expect(away.map((search) => nextPlace(search, origin))).toEqual(away.map(() => undefined))
})
