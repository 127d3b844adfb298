import { expect, test } from 'vitest'
import { createWedge, readScan } from './wedge.ts'

const type = (text: string, gap: number) => {
  const wedge = createWedge()
  let at = 1000
  return [...text]
    .map((key) => wedge.key(key === '\n' ? 'Enter' : key === '\t' ? 'Tab' : key, (at += gap)))
    .filter(Boolean)
}

test('a scanner is heard, a person typing the same is not', () => {
  expect(type('8412345678905\n', 8)).toEqual(['8412345678905'])
  expect(type('8412345678905\n', 120)).toEqual([])
  expect(type('ab\n', 8)).toEqual([])
})

test('a scan right after slow typing carries only the scan', () => {
  const wedge = createWedge()
  wedge.key('c', 0)
  wedge.key('a', 300)
  let at = 900
  for (const key of '84123456') wedge.key(key, (at += 5))
  expect(wedge.key('Enter', at + 5)).toBe('84123456')
})

test('keys without a character do not break a scan', () => {
  const wedge = createWedge()
  let at = 0
  for (const key of ['Shift', 'H', 'I', 'L', 'O', ':']) wedge.key(key, (at += 5))
  expect(wedge.key('Enter', at + 5)).toBe('HILO:')
})

test('what was scanned: pickups, baskets, orders, products', () => {
  expect(readScan('HILO:P:7KQ2M9XA')).toEqual({ kind: 'pickup', code: '7KQ2M9XA' })
  expect(readScan('HILO:C:ABCD2345')).toEqual({ kind: 'cart', code: 'ABCD2345' })
  expect(readScan('http://localhost:3000/cart/open?code=ABCD2345')).toEqual({ kind: 'cart', code: 'ABCD2345' })
  expect(readScan('https://linoysal.example/en/cart/open?code=abcd2345')).toEqual({ kind: 'cart', code: 'ABCD2345' })
  expect(readScan('https://linoysal.example/orders/abc')).toEqual({
    kind: 'product',
    code: 'https://linoysal.example/orders/abc',
  })
  expect(readScan('VLC-000123')).toEqual({ kind: 'order', code: 'VLC-000123', unsure: true })
  expect(readScan('H-100001')).toEqual({ kind: 'order', code: 'H-100001', unsure: true })
  expect(readScan('8412345678905')).toEqual({ kind: 'product', code: '8412345678905' })
})

test('an order’s own QR is sure of itself', () => {
  expect(readScan('HILO:O:H-100001')).toEqual({ kind: 'order', code: 'H-100001' })
})

test('a scanner that ends with Tab is heard, a person who tabs on is not', () => {
  expect(type('8412345678905\t', 8)).toEqual(['8412345678905'])
  expect(type('8412345678905\t', 90)).toEqual([])
})

test('a scanner set to another keyboard, or under Caps Lock, means the same', () => {
  expect(readScan('HILOÑPÑ7KQ2M9XA')).toEqual({ kind: 'pickup', code: '7KQ2M9XA' })
  expect(readScan('hilo:c:abcd2345')).toEqual({ kind: 'cart', code: 'ABCD2345' })
  expect(readScan("VLC'000123")).toEqual({ kind: 'order', code: 'VLC-000123', unsure: true })
  expect(readScan('hß100001')).toEqual({ kind: 'order', code: 'H-100001', unsure: true })
  // A SKU with letters behind its hyphens is an article.
  expect(readScan('CAM-NERJA-CRU-M')).toEqual({ kind: 'product', code: 'CAM-NERJA-CRU-M' })
})
