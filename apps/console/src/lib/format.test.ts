import { phoneText } from '@hilo/i18n'
import { describe, expect, it } from 'vitest'
import { dayText, nearWhen, percentText, rateText, readMoney, relative, today, typedMoney } from './format.ts'

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
    expect(today(new Date('2026-11-20T23:30:00Z'))).toBe('2026-11-21')
  })
  it('says today, tomorrow and yesterday in the zone of the house', () => {
    const now = new Date('2026-11-20T22:30:00Z')
    expect(nearWhen('2026-11-20T09:00:00Z', 'es', now)).toBe('hoy, 10:00')
    expect(nearWhen('2026-11-20T23:30:00Z', 'es', now)).toBe('mañana, 00:30')
    expect(nearWhen('2026-11-19T09:00:00Z', 'en', now)).toBe('yesterday, 10:00')
    expect(nearWhen('2026-11-24T09:00:00Z', 'es', now)).toMatch(/mar, 24 nov.*10:00/)
  })
  it('writes a day of the calendar without its hour moving it', () => {
    expect(dayText('1977-02-01', 'es')).toBe('1 de febrero de 1977')
    expect(dayText('1977-02-01', 'en')).toBe('1 February 1977')
  })
  it('says how late something is', () => {
    const now = new Date('2026-11-20T12:00:00Z')
    expect(relative('2026-11-20T09:00:00Z', 'es', now)).toBe('hace 3 h')
    expect(relative('2026-11-20T12:20:00Z', 'en', now)).toMatch(/in 20 min/)
  })
})

it('a tax rate has the comma or point of its reader', () => {
  expect(rateText(520, 'es')).toBe('5,2')
  expect(rateText(2100, 'en')).toBe('21')
  expect(percentText(1250, 'es')).toBe('12,5\u00a0%')
  expect(percentText(1250, 'en')).toBe('12.5%')
})

it('a telephone number stands in groups, a foreign one with its country', () => {
  expect(phoneText('+34666555106')).toBe('666 555 106')
  expect(phoneText('+442079460958')).toBe('+44 207 946 0958')
  expect(phoneText('ext. 12')).toBe('ext. 12')
})
