import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { encodingFor, KeptBody, sheetFinder, tagOf, wholePage } from './page-body.ts'

const [first, second] = [
  { instead: '/*sheet 0*/', text: 'p{color:red}' },
  { instead: '/*sheet 1*/', text: 'p{color:teal}' },
]
const made = (instead: string) => Buffer.from(`<head><style>${instead}</style></head>${'lino y sal '.repeat(300)}`)
const read = (text: string) => `<head><style>${text}</style></head>${'lino y sal '.repeat(300)}`

test('a page gets the stylesheet it was made with, and one without any stays as it is', () => {
  const bytes = sheetFinder([first, second])
  expect(wholePage(bytes(made(first.instead))).toString()).toBe(read(first.text))
  expect(wholePage(bytes(made(second.instead))).toString()).toBe(read(second.text))
  expect(wholePage(bytes(Buffer.from('User-agent: *'))).toString()).toBe('User-agent: *')
})

test('words of a product that look like the place of the stylesheet stay words', () => {
  const page = `<head><style>${first.instead}</style></head><p>&lt;style>${first.instead}&lt;/style><style>${first.instead}</style>`
  const whole = wholePage(sheetFinder([first])(Buffer.from(page))).toString()
  expect(whole).toBe(page.replace(first.instead, first.text))
})

test('another page and another stylesheet each have another tag', () => {
  const tag = (text: string, own: string) =>
    tagOf(sheetFinder([{ ...first, text }])(Buffer.concat([made(first.instead), Buffer.from(own)])))
  expect(tag('p{}', 'a')).toBe(tag('p{}', 'a'))
  expect(new Set([tag('p{}', 'a'), tag('p{}', 'b'), tag('p{ }', 'a')]).size).toBe(3)
})

test('a kept page weighs what is its own, and once it is compressed what that takes', async () => {
  const own = made(first.instead)
  let weight = own.byteLength
  const body = new KeptBody(sheetFinder([first])(own), (change) => (weight += change))
  expect([body.weight, body.forms]).toEqual([own.byteLength, ['identity']])
  const [small, again] = await Promise.all([body.in('br'), body.in('br')])
  expect(again).toBe(small)
  expect(brotliDecompressSync(small).toString()).toBe(read(first.text))
  expect([body.weight, weight, body.forms]).toEqual([small.byteLength, small.byteLength, ['br']])
  const zipped = await body.in('gzip')
  expect(gunzipSync(zipped).toString()).toBe(read(first.text))
  expect([body.weight, weight]).toEqual([small.byteLength + zipped.byteLength, body.weight])
  expect((await body.in('identity')).toString()).toBe(read(first.text))
  expect(body.weight).toBe(weight)
})

test('encodings are chosen as the browser lists them', () => {
  expect(encodingFor('gzip, deflate, br, zstd')).toBe('br')
  expect(encodingFor('gzip;q=1.0, br;q=0')).toBe('gzip')
  expect(encodingFor('br;q=0.000,gzip;q=0.5')).toBe('gzip')
  expect(encodingFor('deflate')).toBe('identity')
  expect(encodingFor('brotli')).toBe('identity')
  expect(encodingFor('')).toBe('identity')
})
