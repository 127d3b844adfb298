import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, formatMoney, mulDivRound } from './money.ts'

describe('rounding', () => {
  it('divides just below, at and above whole multiples, up to the largest amounts, without missing by one', () => {
    const factors = fc.tuple(fc.integer({ min: 1, max: 2 ** 26 }), fc.integer({ min: 1, max: 2 ** 26 }))
    fc.assert(
      fc.property(factors, fc.constantFrom(-1, 0, 1), ([multiple, divisor], off) => {
        const value = multiple * divisor + off
        const exact = (2n * BigInt(value) + BigInt(divisor)) / (2n * BigInt(divisor))
        expect(mulDivRound(value, 1, divisor)).toBe(Number(exact))
      }),
      { numRuns: 5_000 },
    )
  })

  it('goes to the nearest cent, halves away from zero', () => {
    expect(mulDivRound(5, 1, 10)).toBe(1)
    expect(mulDivRound(4, 1, 10)).toBe(0)
    expect(mulDivRound(-5, 1, 10)).toBe(-1)
    expect(mulDivRound(-4, 1, 10)).toBe(0)
    expect(mulDivRound(7, 1, 3)).toBe(2)
    expect(mulDivRound(8, 1, 3)).toBe(3)
  })

  it('stays exact where a float would not: 90,071,992,547,409.91 at 21 %', () => {
    // 9007199254740991 × 2100 ÷ 10000 = 1891511843495608.11
    expect(mulDivRound(Number.MAX_SAFE_INTEGER, 2100, 10_000)).toBe(1_891_511_843_495_608)
    expect(mulDivRound(Number.MAX_SAFE_INTEGER, 9999, 9999)).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('refuses fractions of a cent instead of carrying them along', () => {
    expect(() => mulDivRound(0.5, 1, 1)).toThrow('value must be a whole number, got 0.5')
    expect(() => mulDivRound(1, 1, 0)).toThrow('denominator must be at least 1, got 0')
    expect(() => mulDivRound(Number.NaN, 1, 1)).toThrow(RangeError)
    expect(() => mulDivRound(1, -1, 1)).toThrow('numerator must be at least 0, got -1')
    expect(() => formatMoney(0.5, 'EUR', 'es')).toThrow('minor must be a whole number, got 0.5')
  })
})

describe('splitting an amount', () => {
  it('gives odd cents to the largest remainders, and to the first among equals', () => {
    expect(allocate(1000, [1, 1, 1])).toEqual([334, 333, 333])
    expect(allocate(100, [3, 3, 1])).toEqual([43, 43, 14])
    // Shares 0.99, 0.99, 0.02: rounding each would give out only by luck what there is.
    expect(allocate(2, [99, 99, 2])).toEqual([1, 1, 0])
    expect(allocate(778, [3990, 495])).toEqual([692, 86])
  })

  it('mirrors a negative amount', () => {
    expect(allocate(-1000, [1, 1, 1])).toEqual([-334, -333, -333])
    expect(Object.is(allocate(-1, [1, 0])[1], 0)).toBe(true)
  })

  it('splits evenly where no weight says otherwise, and refuses to lose an amount', () => {
    expect(allocate(5, [0, 0])).toEqual([3, 2])
    expect(allocate(0, [])).toEqual([])
    expect(() => allocate(5, [])).toThrow('nothing to allocate 5 to')
    expect(() => allocate(5, [2, -1])).toThrow('weight must be at least 0, got -1')
    expect(() => allocate(0, [0.5])).toThrow('weight must be a whole number, got 0.5')
    expect(() => allocate(0.5, [1, 1])).toThrow('total must be a whole number, got 0.5')
    expect(() => allocate(5, [Number.MAX_SAFE_INTEGER, 1])).toThrow('sum of weights must be a whole number')
  })

  it('sums exactly, keeps each part within one cent of its share, and within its weight', () => {
    const weights = fc.array(fc.oneof(fc.nat(20), fc.nat(10_000_000), fc.nat(2 ** 45)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.oneof(fc.nat(30), fc.nat(2 ** 45)), weights, (total, given) => {
        const parts = allocate(total, given)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total)
        const sum = given.reduce((all, weight) => all + BigInt(weight), 0n)
        if (sum === 0n) return
        parts.forEach((part, index) => {
          const share = BigInt(total) * BigInt(given[index] ?? 0)
          const off = BigInt(part) * sum - share
          expect(off > -sum && off < sum).toBe(true)
          if (BigInt(total) <= sum) expect(part).toBeLessThanOrEqual(given[index] ?? 0)
        })
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('odd cents', () => {
  it('go to the largest remainders, the earlier of equal ones first, among many weights and among equal ones', () => {
    const weights = fc.array(fc.oneof(fc.nat(3), fc.constantFrom(1099, 1199, 1299), fc.nat(10_000)), {
      minLength: 2,
      maxLength: 250,
    })
    fc.assert(
      fc.property(fc.nat(1_000_000), weights, (total, given) => {
        const sum = given.reduce((all, weight) => all + weight, 0)
        fc.pre(sum > 0)
        const parts = given.map((weight) => Math.floor((total * weight) / sum))
        const places = given.map((weight, at) => ({ at, rest: (total * weight) % sum }))
        places.sort((a, b) => b.rest - a.rest || a.at - b.at)
        const left = total - parts.reduce((all, part) => all + part, 0)
        for (const { at } of places.slice(0, left)) parts[at] = (parts[at] ?? 0) + 1
        expect(allocate(total, given)).toEqual(parts)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an amount in words', () => {
  it('has the form of the reader and of the currency', () => {
    expect(formatMoney(123450, 'EUR', 'es-ES')).toBe('1234,50\u00a0€')
    expect(formatMoney(1234567, 'EUR', 'es-ES')).toBe('12.345,67\u00a0€')
    expect(formatMoney(123450, 'EUR', 'en')).toBe('€1,234.50')
    expect(formatMoney(5, 'EUR', 'en')).toBe('€0.05')
    expect(formatMoney(-5, 'EUR', 'en')).toBe('-€0.05')
    expect(formatMoney(0, 'EUR', 'en')).toBe('€0.00')
    expect(formatMoney(1500, 'JPY', 'en')).toBe('¥1,500')
    expect(formatMoney(-0, 'EUR', 'en')).toBe('€0.00')
    expect(formatMoney(3_518_437_208_883_199, 'EUR', 'en')).toBe('€35,184,372,088,831.99')
  })
})
