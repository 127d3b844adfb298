/** Door of pricing: what it costs, here, now, on this channel, and why. */
export { type Redemption, redeemCoupons, releaseCoupons } from './coupons.ts'
export { type PriceLines, priceLines } from './price-lines.ts'
export { priceOf, taxRateBp } from './prices.ts'
export { pricingProblems } from './problems.ts'
export { raiseVersion } from './rules.ts'
