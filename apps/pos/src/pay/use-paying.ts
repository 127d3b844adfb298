import type { TenderInput } from '@hilo/contract'
import { useState } from 'react'
import { changeMinor, dueMinor, withCash } from './tenders.ts'

export type Paying = {
  tenders: readonly TenderInput[]
  dueMinor: number
  changeMinor: number
  /** The Idempotency-Key of this intent: the same until the tenders change or the server has refused. */
  key: string
  renewKey(): void
  addCash(handedMinor: number): void
  addCard(amountMinor: number, reference: string): void
  remove(at: number): void
}

/**
 * Money on the counter for one sum. One key stands for the sale as it is now: a second touch, or asking again after a lost
 * answer, is the same request and never a second sale. A changed tender makes a new key.
 */
export function usePaying(totalMinor: number): Paying {
  const [tenders, setTenders] = useState<readonly TenderInput[]>([])
  const [key, setKey] = useState(() => crypto.randomUUID())
  const renewKey = () => setKey(crypto.randomUUID())
  const change = (next: readonly TenderInput[]) => {
    setTenders(next)
    renewKey()
  }
  const paying = { tenders, totalMinor }
  return {
    tenders,
    dueMinor: dueMinor(paying),
    changeMinor: changeMinor(paying),
    key,
    renewKey,
    addCash: (handedMinor) => change(withCash(paying, handedMinor)),
    addCard: (amountMinor, reference) => change([...tenders, { method: 'card_present', amountMinor, reference }]),
    remove: (at) => change(tenders.filter((_, i) => i !== at)),
  }
}
