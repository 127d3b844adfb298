import type { TenderInput } from '@hilo/contract'

export type Paying = { tenders: readonly TenderInput[]; totalMinor: number }

/** What is still to be paid, in minor units; never below zero. */
export function dueMinor({ tenders, totalMinor }: Paying): number {
  return Math.max(0, totalMinor - tenders.reduce((sum, tender) => sum + tender.amountMinor, 0))
}

/** Change to give back, in minor units: cash handed over beyond what the cash tenders pay. */
export function changeMinor({ tenders }: Paying): number {
  return tenders.reduce(
    (sum, tender) =>
      tender.method === 'cash' ? sum + (tender.tenderedMinor ?? tender.amountMinor) - tender.amountMinor : sum,
    0,
  )
}

/** Adds cash handed over: it pays at most what is due, the rest is change. */
export function withCash(paying: Paying, handedMinor: number): TenderInput[] {
  const due = dueMinor(paying)
  if (due === 0 || handedMinor <= 0) return [...paying.tenders]
  return [...paying.tenders, { method: 'cash', amountMinor: Math.min(due, handedMinor), tenderedMinor: handedMinor }]
}

const notes = [500, 1000, 2000, 5000, 10_000, 20_000]

/** Amounts a customer is likely to hand over for a sum: exact, the next full 5, 10, 20, 50, 100 euros. */
export function likelyCash(due: number): number[] {
  if (due <= 0) return []
  const rounded = notes.map((note) => Math.ceil(due / note) * note)
  return [...new Set([due, ...rounded])].sort((a, b) => a - b).slice(0, 5)
}

/** Reads "12,5", "12.50" or "12" as minor units; undefined when it is not an amount. */
export function readAmount(text: string): number | undefined {
  const match = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text.trim())
  if (!match) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
