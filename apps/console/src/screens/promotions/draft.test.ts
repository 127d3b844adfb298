import { describe, expect, it } from 'vitest'
import { blankPromotion, bodyOf } from './draft.ts'

const summer = { ...blankPromotion, name: { es: 'Verano', en: '' } }

describe('a promotion as it is typed', () => {
  it('becomes basis points', () => {
    expect(bodyOf({ ...summer, percent: '12,5' }).body?.valueBp).toBe(1250)
  })
  it('keeps only the figure of its own kind', () => {
    const { body } = bodyOf({ ...summer, kind: 'amount', amount: '5,00' })
    expect([body?.valueMinor, body?.valueBp, body?.giftUnits]).toEqual([500, null, null])
  })
  it('says what is missing', () => {
    expect(bodyOf(blankPromotion).missing).toBe('name')
    expect(bodyOf({ ...summer, percent: '0' }).missing).toBe('percent')
    expect(bodyOf({ ...summer, kind: 'amount' }).missing).toBe('amount')
    expect(bodyOf({ ...summer, kind: 'gift' }).missing).toBe('gift')
  })
  it('S27: one that holds on some channels only needs owner, reason and both dates', () => {
    const onlyWeb = { ...summer, channelIds: ['web'] }
    expect(bodyOf(onlyWeb).missing).toBe('declaration')
    const declared = {
      ...onlyWeb,
      owner: 'Marketing',
      explanation: { es: 'Apertura de la web', en: '' },
      startsAt: '2026-11-20T00:00:00Z',
      endsAt: '2026-11-30T00:00:00Z',
    }
    expect(bodyOf(declared).missing).toBeNull()
  })
})
