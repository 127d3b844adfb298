import type { LocalizedText } from '@hilo/contract'
import type { Sql } from '#platform/sql'

/**
 * One thing that must be true of the data. The statement gives the rows that disagree: `subject` (what it is about), `expected` and
 * `found` as text. No row is good news. Statements recompute from the ledgers; nothing they compare is read from the same place.
 */
export type Check = {
  /** Stable name, `stock.on_hand`. */
  name: string
  /** Law of DESIGN §2. */
  law: number
  title: LocalizedText
  /** A function of the moment where what is on its way for a while is no disagreement yet. */
  rows: Sql | ((now: Date) => Sql)
}

export type Disagreement = { subject: string; expected: string; found: string }
