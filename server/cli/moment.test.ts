import { expect, test } from 'vitest'
import { momentIn } from './moment.ts'

test('a moment is now, or a day and a time, of this machine unless a zone is said', () => {
  expect([momentIn('now'), momentIn('ahora')]).toEqual(['now', 'now'])
  expect(momentIn('2026-11-20T10:42:07Z')).toEqual(new Date('2026-11-20T10:42:07Z'))
  expect(momentIn('2026-11-20 10:42+01:00')).toEqual(new Date('2026-11-20T09:42:00Z'))
  expect(momentIn('2026-11-20 10:42')).toEqual(new Date(2026, 10, 20, 10, 42))
  expect(momentIn('2026-11-20')).toEqual(new Date(2026, 10, 20))
})

test.each(['', 'yesterday', '10:42', '2026-13-40 10:42', '20/11/2026'])('%j is no moment', (text) => {
  expect(() => momentIn(text)).toThrow(expect.objectContaining({ reason: 'usage' }))
})
