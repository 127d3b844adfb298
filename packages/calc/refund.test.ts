import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refundForUnits } from './refund.ts'

describe('refund of a part of a line', () => {
  const threeForTen = { units: 3, totalMinor: 1_000, taxMinor: 174 }

  it('gives back 3,33, 3,34 and 3,33 of three units sold for 10,00', () => {
    expect(refundForUnits(threeForTen, 1, 0)).toEqual({ amountMinor: 333, netMinor: 275, taxMinor: 58 })
    expect(refundForUnits(threeForTen, 1, 1)).toEqual({ amountMinor: 334, netMinor: 276, taxMinor: 58 })
    expect(refundForUnits(threeForTen, 1, 2)).toEqual({ amountMinor: 333, netMinor: 275, taxMinor: 58 })
    expect(refundForUnits(threeForTen, 3, 0)).toEqual({ amountMinor: 1_000, netMinor: 826, taxMinor: 174 })
    expect(refundForUnits(threeForTen, 0, 2)).toEqual({ amountMinor: 0, netMinor: 0, taxMinor: 0 })
  })

  it('refuses more units than were sold, and figures that cannot be', () => {
    expect(() => refundForUnits(threeForTen, 2, 2)).toThrow('4 units returned of 3 sold')
    expect(() => refundForUnits(threeForTen, -1, 2)).toThrow('unitsReturned must be at least 0, got -1')
    expect(() => refundForUnits({ units: 1, totalMinor: 5, taxMinor: 6 }, 1, 0)).toThrow('tax 6 exceeds total 5')
    expect(() => refundForUnits(threeForTen, 1, -1)).toThrow('unitsAlreadyReturned must be at least 0, got -1')
    expect(() => refundForUnits({ ...threeForTen, units: 0 }, 0, 0)).toThrow('units must be at least 1, got 0')
    expect(() => refundForUnits({ units: 1, totalMinor: -2, taxMinor: -2 }, 1, 0)).toThrow(
      'totalMinor must be at least 0',
    )
    expect(() => refundForUnits({ ...threeForTen, taxMinor: -1 }, 1, 0)).toThrow('taxMinor must be at least 0, got -1')
    expect(refundForUnits({ units: 1, totalMinor: 6, taxMinor: 6 }, 1, 0).netMinor).toBe(0)
  })

  it('gives back nothing for a gift', () => {
    expect(refundForUnits({ units: 2, totalMinor: 0, taxMinor: 0 }, 1, 1)).toEqual({
      amountMinor: 0,
      netMinor: 0,
      taxMinor: 0,
    })
  })

  it('in any sequence sums to the line to the cent, tax likewise, and no step exceeds what is left', () => {
    const line = fc
      .tuple(fc.nat({ max: 200_000 }), fc.nat({ max: 10_000 }), fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }))
      .map(([totalMinor, share, steps]) => ({ totalMinor, taxMinor: Math.floor((totalMinor * share) / 10_000), steps }))
    fc.assert(
      fc.property(line, ({ totalMinor, taxMinor, steps }) => {
        const units = steps.reduce((sum, step) => sum + step, 0)
        if (units === 0) return
        const sold = { units, totalMinor, taxMinor }
        let back = 0
        let amount = 0
        let tax = 0
        for (const step of steps) {
          const refund = refundForUnits(sold, step, back)
          expect(refund.netMinor).toBeGreaterThanOrEqual(0)
          expect(refund.taxMinor).toBeGreaterThanOrEqual(0)
          expect(refund.netMinor + refund.taxMinor).toBe(refund.amountMinor)
          back += step
          amount += refund.amountMinor
          tax += refund.taxMinor
          expect(amount).toBeLessThanOrEqual(totalMinor)
        }
        expect([back, amount, tax]).toEqual([units, totalMinor, taxMinor])
      }),
      { numRuns: 5_000 },
    )
  })
})
