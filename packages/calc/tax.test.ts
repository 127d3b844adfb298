import { describe, expect, it } from 'vitest'
import { splitGross, splitNet, taxByRate } from './tax.ts'

describe('Spanish VAT', () => {
  it('is taken out of prices that hold it', () => {
    // 121.00 = 100.00 + 21.00; 39.90 × 21 ÷ 121 = 6.9248; 10.95 × 10 ÷ 110 = 0.9955; 18.00 × 4 ÷ 104 = 0.6923
    expect(splitGross(12_100, 2100)).toEqual({ netMinor: 10_000, taxMinor: 2_100 })
    expect(splitGross(3_990, 2100)).toEqual({ netMinor: 3_298, taxMinor: 692 })
    expect(splitGross(1_095, 1000)).toEqual({ netMinor: 995, taxMinor: 100 })
    expect(splitGross(1_800, 400)).toEqual({ netMinor: 1_731, taxMinor: 69 })
    expect(splitGross(500, 0)).toEqual({ netMinor: 500, taxMinor: 0 })
  })

  it('is added to prices without it, half a cent up', () => {
    // 29.97 × 21 % = 6.2937; 0.50 × 21 % = 0.105; 0.05 × 10 % = 0.005
    expect(splitNet(2_997, 2100)).toEqual({ netMinor: 2_997, taxMinor: 629 })
    expect(splitNet(50, 2100)).toEqual({ netMinor: 50, taxMinor: 11 })
    expect(splitNet(5, 1000)).toEqual({ netMinor: 5, taxMinor: 1 })
  })

  it('is mirrored on a correction', () => {
    expect(splitGross(-3_990, 2100)).toEqual({ netMinor: -3_298, taxMinor: -692 })
  })
})

describe('tax by rate', () => {
  it('is rounded once per rate and allocated to the amounts: 21, 10 and 4 % in one basket', () => {
    const amounts = [
      { amountMinor: 3_990, rateBp: 2100 },
      { amountMinor: 1_095, rateBp: 1000 },
      { amountMinor: 1_800, rateBp: 400 },
      { amountMinor: 495, rateBp: 2100 },
    ]
    // 21 %: 44.85 × 21 ÷ 121 = 7.7839; 7.78 goes 692.13 : 85.87 to 39.90 and 4.95.
    expect(taxByRate(amounts, true)).toEqual({
      groups: [
        { rateBp: 400, netMinor: 1_731, taxMinor: 69 },
        { rateBp: 1000, netMinor: 995, taxMinor: 100 },
        { rateBp: 2100, netMinor: 3_707, taxMinor: 778 },
      ],
      taxes: [692, 100, 69, 86],
    })
  })

  it('does not grow with the number of lines: ten lines of 0,04 at 10 % owe the tax of 0,40', () => {
    const amounts = Array.from({ length: 10 }, () => ({ amountMinor: 4, rateBp: 1000 }))
    const { groups, taxes } = taxByRate(amounts, false)
    expect(groups).toEqual([{ rateBp: 1000, netMinor: 40, taxMinor: 4 }])
    expect(taxes).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
  })

  it('refuses negative amounts and rates', () => {
    expect(() => taxByRate([{ amountMinor: -1, rateBp: 2100 }], true)).toThrow('amountMinor must be at least 0, got -1')
    expect(() => taxByRate([{ amountMinor: 1, rateBp: -1 }], true)).toThrow('rateBp must be at least 0, got -1')
  })
})
