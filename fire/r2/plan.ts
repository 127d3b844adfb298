import { type Random, randomOf } from '../lib/random.ts'

/** What the bank of a buyer is like: there, away for a day, or never heard of again. */
export const banks = ['open', 'late', 'gone'] as const
export type Bank = (typeof banks)[number]
/** What the buyer does once the order stands: nothing, or wants all or one unit of it back. */
export type Regret = 'none' | 'all' | 'one_unit'
export type Payer = {
  n: number
  bank: Bank
  card: 'tok_ok' | 'page' | 'tok_declined'
  units: number
  doubleClick: boolean
  regret: Regret
}
export type ShareOf = { late: number; gone: number }

/** Buyers and their banks by seed. Shares are of 1. */
export function planPayers(seed: number, count: number, { late, gone }: ShareOf): Payer[] {
  const random = randomOf(seed).branch('payers')
  return Array.from({ length: count }, (_, n) => {
    const dice = random.next()
    const bank: Bank = dice < gone ? 'gone' : dice < gone + late ? 'late' : 'open'
    return {
      n,
      bank,
      card:
        bank === 'open'
          ? random.pick(['tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'page', 'tok_declined'] as const)
          : 'tok_ok',
      units: random.whole(1, 2),
      doubleClick: random.chance(0.1),
      regret: regretOf(random),
    }
  })
}

function regretOf(random: Random): Regret {
  const dice = random.next()
  return dice < 0.12 ? 'all' : dice < 0.2 ? 'one_unit' : 'none'
}

/** Prices of the three articles that stand for the three banks: the amount tells the provider whose money it is. */
export const priceMinorOf: Readonly<Record<Bank, number>> = { open: 1199, late: 1299, gone: 1399 }

/** Whose money an amount of one or two units is. */
export function bankOf(amountMinor: number): Bank {
  return banks.find((bank) => [1, 2].includes(amountMinor / priceMinorOf[bank])) ?? 'open'
}
