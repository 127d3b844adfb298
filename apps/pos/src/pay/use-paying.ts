import type { TenderInput } from '@hilo/contract'
import { useState } from 'react'
import { changeMinor, dueMinor, withCash } from './tenders.ts'

export type Paying = {
  tenders: readonly TenderInput[]
  dueMinor: number
  changeMinor: number
  addCash(handedMinor: number): void
  addCard(amountMinor: number, reference: string): void
  remove(at: number): void
}

/** Money on the counter for one sum. `onChange`: what is offered is not what it was, so it is another request from now on. */
export function usePaying(totalMinor: number, onChange: () => void): Paying {
  const [tenders, setTenders] = useState<readonly TenderInput[]>([])
  const change = (next: readonly TenderInput[]) => {
    setTenders(next)
    onChange()
  }
  const paying = { tenders, totalMinor }
  return {
    tenders,
    dueMinor: dueMinor(paying),
    changeMinor: changeMinor(paying),
    addCash: (handedMinor) => change(withCash(paying, handedMinor)),
    addCard: (amountMinor, reference) => change([...tenders, { method: 'card_present', amountMinor, reference }]),
    remove: (at) => change(tenders.filter((_, i) => i !== at)),
  }
}
