import { describe, expect, it } from 'vitest'
import {
  ean13CheckDigit,
  formatOrderNumber,
  formatReceiptNumber,
  isEan13,
  parseOrderNumber,
  parseReceiptNumber,
} from './receipt.ts'

describe('receipt numbers', () => {
  it('are series and counter, and read back to the same', () => {
    expect(formatReceiptNumber({ series: 'VLC1', counter: 123 })).toBe('VLC1-000123')
    expect(parseReceiptNumber('VLC1-000123')).toEqual({ series: 'VLC1', counter: 123 })
    expect(formatReceiptNumber({ series: 'PMI', counter: 1_234_567 })).toBe('PMI-1234567')
    expect(parseReceiptNumber('PMI-1234567')).toEqual({ series: 'PMI', counter: 1_234_567 })
  })

  it('are understood as people type them', () => {
    expect(parseReceiptNumber(' vlc1-123 ')).toEqual({ series: 'VLC1', counter: 123 })
  })

  it('are refused where they could mean two things or nothing', () => {
    for (const text of [
      'VLC1000123',
      'vlc000123',
      'VLC1-',
      '-000123',
      '1VLC-000123',
      'VLC1-000000',
      'VLC1-12A',
      'LONGSERIES-1',
      '',
    ]) {
      expect(parseReceiptNumber(text), text).toBeNull()
    }
    expect(() => formatReceiptNumber({ series: 'vlc', counter: 1 })).toThrow('vlc cannot be a receipt series')
    expect(() => formatReceiptNumber({ series: 'VLC', counter: 0 })).toThrow('counter must be at least 1, got 0')
  })

  it('never look like an order number', () => {
    expect(() => formatReceiptNumber({ series: 'H', counter: 1 })).toThrow('H cannot be a receipt series')
    expect(parseReceiptNumber('H-000123')).toBeNull()
    expect(parseOrderNumber('VLC1-000123')).toBeNull()
  })
})

describe('order numbers', () => {
  it('carry the letter of the house and six digits', () => {
    expect(formatOrderNumber(123)).toBe('H-000123')
    expect(formatOrderNumber(1_000_000)).toBe('H-1000000')
    for (const text of ['H-000123', 'h-123', 'H000123', 'h123']) expect(parseOrderNumber(text), text).toBe(123)
    for (const text of ['000123', 'H-', 'H-0', 'HH-1']) expect(parseOrderNumber(text), text).toBeNull()
  })
})

describe('EAN-13', () => {
  it('has the check digit of published examples', () => {
    // GS1 check digit calculator example; a book (978-0-306-40615-7); a UPC-A code with a zero in front (036000291452).
    expect(ean13CheckDigit('629104150021')).toBe(3)
    expect(ean13CheckDigit('978030640615')).toBe(7)
    expect(ean13CheckDigit('003600029145')).toBe(2)
    expect(ean13CheckDigit('000000000000')).toBe(0)
  })

  it('notices every single wrong digit', () => {
    const right = '6291041500213'
    expect(isEan13(right)).toBe(true)
    for (let at = 0; at < 13; at += 1) {
      for (let digit = 0; digit < 10; digit += 1) {
        const text = right.slice(0, at) + digit + right.slice(at + 1)
        expect(isEan13(text), text).toBe(text === right)
      }
    }
  })

  it('is thirteen digits and nothing else', () => {
    for (const text of ['629104150021', '62910415002130', '629104150021x', ' 6291041500213', '']) {
      expect(isEan13(text), text).toBe(false)
    }
    expect(() => ean13CheckDigit('1234')).toThrow('an EAN-13 code starts with 12 digits, got 1234')
  })
})
