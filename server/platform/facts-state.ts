import { compile, type Sql } from './sql.ts'

/**
 * Tables whose rows are remembered between requests. The database knows them by their trigger `platform.note_fact_change`, which makes
 * every process read anew; this list only spares a transaction that wrote something else from asking again. facts.db.test.ts holds the
 * two together, whatever way a table is written.
 */
const writesFacts = writesTo(
  'catalog"?\\.|inventory"?\\."?(?:location|channel_location|transfer_lane)\\b|fulfillment"?\\."?delivery_option\\b',
)
/** Tables that prices are made of; what is remembered of them goes by their own version (`pricing.version`). */
const writesPrices = writesTo('pricing"?\\.')

function writesTo(tables: string): RegExp {
  const verbs = 'insert\\s+into|update|delete\\s+from|merge\\s+into|truncate(?:\\s+table)?|copy'
  return new RegExp(`\\b(?:${verbs})\\s+(?:only\\s+)?"?(?:${tables})`, 'i')
}

/** Which remembered tables a statement writes. */
export function writtenBy(text: string): { facts: boolean; prices: boolean } {
  return { facts: writesFacts.test(text), prices: writesPrices.test(text) }
}

const verdicts = new Map<string, { facts: boolean; prices: boolean }>()

/** What a connection pool, or one transaction of it, knows of the read-mostly tables. */
export type FactsState = {
  /** Shared by everything that uses the pool. */
  readonly kept: Map<string, unknown>
  /** In a transaction: the version it read, so that it asks once. Null: it changed facts itself and must not remember any. */
  version: Promise<number | null> | undefined
  readonly once: boolean
  /** The same of what prices depend on. */
  rules: Promise<unknown> | undefined
  /** It has written prices or rules: nothing it reads of them is remembered, and nothing remembered counts for it. */
  hasWrittenPrices: boolean
  noteWrite(statement: Sql): void
  inTransaction(): FactsState
}

/** The empty memory of a new pool. */
export function openFacts(): FactsState {
  return state(new Map(), false)
}

function state(kept: Map<string, unknown>, once: boolean): FactsState {
  const own: FactsState = {
    kept,
    once,
    version: undefined,
    rules: undefined,
    hasWrittenPrices: false,
    // A transaction that writes facts asks again, and is then told to read the tables themselves.
    noteWrite: (statement) => {
      const { facts, prices } = verdictOn(statement)
      if (facts) own.version = undefined
      if (!prices) return
      own.rules = undefined
      own.hasWrittenPrices = true
    },
    inTransaction: () => state(kept, true),
  }
  return own
}

function verdictOn(statement: Sql): { facts: boolean; prices: boolean } {
  const { name, text } = compile(statement)
  let verdict = verdicts.get(name)
  if (verdict === undefined) {
    verdict = writtenBy(text)
    verdicts.set(name, verdict)
  }
  return verdict
}
