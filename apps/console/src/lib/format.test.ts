import { describe, expect, it } from 'vitest'
import { readMoney, relative, today, typedMoney } from './format.ts'

describe('amounts as people type them', () => {
  it.each([
    ['29,90', 2990],
    ['29.90', 2990],
    ['29', 2900],
    ['29,9', 2990],
    ['1.234,50', 123_450],
    ['1,234.50', 123_450],
    ['1.234', 123_400],
    ['29,90 €', 2990],
  ])('reads %s', (typed, minor) => {
    expect(readMoney(typed)).toBe(minor)
  })
  it.each(['', 'gratis', '-5', ',50'])('refuses %s', (typed) => {
    expect(readMoney(typed)).toBeNull()
  })
  it('writes what it reads', () => {
    expect(typedMoney(2990, 'es')).toBe('29,90')
    expect(typedMoney(2905, 'en')).toBe('29.05')
    expect(typedMoney(null, 'es')).toBe('')
    expect(readMoney(typedMoney(123_450, 'es'))).toBe(123_450)
  })
})

describe('time', () => {
  it('is the day of the house, not of the browser', () => {
    expect(today('Europe/Madrid', new Date('2026-11-20T23:30:00Z'))).toBe('2026-11-21')
  })
  it('says how late something is', () => {
    const now = new Date('2026-11-20T12:00:00Z')
    expect(relative('2026-11-20T09:00:00Z', 'es', now)).toBe('hace 3 h')
    expect(relative('2026-11-20T12:20:00Z', 'en', now)).toMatch(/in 20 min/)
  })
})
