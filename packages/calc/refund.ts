/** What a returned part of an order line gives back. */
import { assertAtLeast, mulDivRound } from './money.ts'

/** The sold line, as `priceCart` answered it: `totalMinor` is what was paid for it, tax in it. */
export type RefundableLine = { units: number; totalMinor: number; taxMinor: number }

export type UnitRefund = { amountMinor: number; netMinor: number; taxMinor: number }

/**
 * The amount to give back for some units of a line, after others went back before.
 *
 * Works on cumulative amounts: after k of n units, total × k ÷ n has been given back, rounded once; a refund is the difference of
 * two such figures. So any sequence of returns sums to the line to the cent, and the order of returns cannot be played. The tax
 * follows the cumulative amount, not the units: it sums exactly too and is never more than the refund it belongs to.
 * @param unitsReturned units coming back now, ≥ 0
 * @param unitsAlreadyReturned units refunded before, ≥ 0
 * @throws RangeError when more units would come back than were sold, or a figure is negative or not whole
 */
export function refundForUnits(line: RefundableLine, unitsReturned: number, unitsAlreadyReturned: number): UnitRefund {
  assertAtLeast(line.units, 1, 'units')
  assertAtLeast(line.totalMinor, 0, 'totalMinor')
  assertAtLeast(line.taxMinor, 0, 'taxMinor')
  assertAtLeast(unitsReturned, 0, 'unitsReturned')
  assertAtLeast(unitsAlreadyReturned, 0, 'unitsAlreadyReturned')
  if (line.taxMinor > line.totalMinor) throw new RangeError(`tax ${line.taxMinor} exceeds total ${line.totalMinor}`)
  const returned = unitsAlreadyReturned + unitsReturned
  if (returned > line.units) throw new RangeError(`${returned} units returned of ${line.units} sold`)
  const before = givenBack(line, unitsAlreadyReturned)
  const after = givenBack(line, returned)
  const amountMinor = after.amountMinor - before.amountMinor
  const taxMinor = after.taxMinor - before.taxMinor
  return { amountMinor, netMinor: amountMinor - taxMinor, taxMinor }
}

function givenBack({ units, totalMinor, taxMinor }: RefundableLine, unitsBack: number) {
  const amountMinor = mulDivRound(totalMinor, unitsBack, units)
  return { amountMinor, taxMinor: totalMinor === 0 ? 0 : mulDivRound(taxMinor, amountMinor, totalMinor) }
}
