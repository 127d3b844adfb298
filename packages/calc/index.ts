export { priceCart } from './cart.ts'
export { distanceKm, type GeoPoint } from './geo.ts'
export {
  closesAt,
  isOpenAt,
  nextOpening,
  type OpenInterval,
  type OpeningHours,
  readyFrom,
  type Weekday,
  weekdays,
} from './hours.ts'
export { allocate, formatMoney, mulDivRound } from './money.ts'
export { normalizeCode } from './promotions.ts'
export {
  ean13CheckDigit,
  formatOrderNumber,
  formatReceiptNumber,
  isEan13,
  orderNumberForm,
  parseOrderNumber,
  parseReceiptNumber,
  type ReceiptNumber,
} from './receipt.ts'
export { type RefundableLine, refundForUnits, type UnitRefund } from './refund.ts'
export { splitGross, splitNet, type Taxable, type TaxSplit, taxByRate } from './tax.ts'
export { isTaxId, normalizeTaxId } from './tax-id.ts'
export * from './types.ts'
