import { expect, test } from 'vitest'
import { dayOf, kilometers, money, phone, spokenDay, spokenMoment } from './format.ts'

const now = new Date('2026-11-23T22:30:00Z')

test('money is written as the reader writes it', () => {
  expect(money(11_900, 'es')).toBe('119,00\u00a0€')
  expect(money(123_456, 'en')).toBe('€1,234.56')
})
test('days are told in the time of the shop, not of the server', () => {
  // 23:30 in Madrid is still Monday 23; an hour later it is Tuesday.
  expect(dayOf(now)).toBe('2026-11-23')
  expect(dayOf(new Date('2026-11-23T23:30:00Z'))).toBe('2026-11-24')
  expect(spokenDay('2026-11-23T23:30:00Z', now, 'es')).toBe('mañana, martes 24')
  expect(spokenDay('2026-11-23T22:45:00Z', now, 'es')).toBe('hoy')
})
test('a moment is told by day and hour', () => {
  expect(spokenMoment('2026-11-24T16:00:00Z', now, 'es')).toBe('mañana, martes 24, 17:00')
  expect(spokenMoment('2026-11-24T16:00:00Z', now, 'en')).toBe('tomorrow, Tuesday 24, 17:00')
  expect(spokenDay('2026-12-10T16:00:00Z', now, 'es')).toBe('jueves, 10 de diciembre')
})
test('short distances have one decimal', () => {
  expect(
    [kilometers(1.26, 'es'), kilometers(47.3, 'es'), kilometers(1.26, 'en')].map((text) =>
      text.replaceAll('\u00a0', ' '),
    ),
  ).toEqual(['1,3 km', '47 km', '1.3 km'])
})
test('a Spanish telephone is grouped, others stay', () => {
  expect([phone('+34960555011'), phone('+351 21 000')]).toEqual(['960 555 011', '+351 21 000'])
})
