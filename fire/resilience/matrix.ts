/** What the shop, the counter and the console do when something they stand on is gone: the declaration that the tests hold Hilo to. */

export const faults = [
  'database down',
  'database paused',
  'database slow',
  'payments down',
  'mail down',
  'disk full',
] as const
export type FaultName = (typeof faults)[number]

export const faces = ['browse', 'search', 'cart', 'checkout', 'till', 'console'] as const
export type FaceName = (typeof faces)[number]

/**
 * works    as always
 * kept     the last good answer, marked with its time; on pages with a sentence that says so
 * refused  503 with Retry-After and a sentence, in Spanish and in English
 * either   works while PostgreSQL has room in files it made before, else as with the database down: never half, never hanging
 * waits    the order is held and says that the payment is being looked into; what became of it is known by itself
 */
export const outcomes = ['works', 'kept', 'refused', 'either', 'waits'] as const
export type Outcome = (typeof outcomes)[number]
export type Cell = Readonly<{ outcome: Outcome; withinMs: number }>

const works = (withinMs = 2000): Cell => ({ outcome: 'works', withinMs })
const kept: Cell = { outcome: 'kept', withinMs: 2000 }
const refused: Cell = { outcome: 'refused', withinMs: 2000 }
const either: Cell = { outcome: 'either', withinMs: 4000 }

/** Nothing hangs: each cell says how long at most. */
export const matrix: Readonly<Record<FaultName, Readonly<Record<FaceName, Cell>>>> = {
  // Whatever was asked before is answered from the shelf; a search that nobody made before is refused like the rest.
  'database down': { browse: kept, search: kept, cart: refused, checkout: refused, till: refused, console: refused },
  'database paused': { browse: kept, search: kept, cart: refused, checkout: refused, till: refused, console: refused },
  // 200 ms on each way to the database and back: everything goes on, as slowly as the number of questions makes it.
  'database slow': {
    browse: works(8000),
    search: works(8000),
    cart: works(8000),
    checkout: works(15_000),
    till: works(15_000),
    console: works(8000),
  },
  'payments down': {
    browse: works(),
    search: works(),
    cart: works(),
    checkout: { outcome: 'waits', withinMs: 11_000 },
    till: works(),
    console: works(),
  },
  'mail down': {
    browse: works(),
    search: works(),
    cart: works(),
    checkout: works(),
    till: works(),
    console: works(),
  },
  'disk full': {
    browse: either,
    search: either,
    cart: either,
    checkout: either,
    till: either,
    console: either,
  },
}

/** What was seen of one face. */
export type Seen = Readonly<{
  status: number
  ms: number
  /** Of an answer off the shelf. */
  asOf: string | undefined
  retryAfter: string | undefined
  /** What a person reads, in Spanish and in English. */
  sentences: readonly [string, string]
  /** What the face itself says of its answer; undefined: as always. */
  note?: string
}>

/** What it was, in the words of the declaration, or in words of its own when it is none of them. */
export function outcomeOf({ status, asOf, retryAfter, sentences, note }: Seen): string {
  if (status < 300) return note ?? (asOf === undefined ? 'works' : 'kept')
  const [es, en] = sentences
  const isHuman = es.length > 10 && en.length > 10 && es !== en
  if (status === 503 && Number(retryAfter) > 0 && isHuman) return 'refused'
  return `${status}${retryAfter === undefined ? ' without Retry-After' : ''}${isHuman ? '' : ` saying "${es}" and "${en}"`}`
}

/**
 * What is added to a cell's time on a machine that is busy with other things, where the same face took long with nothing wrong: three
 * times what goes beyond 300 ms, in whole milliseconds. On a quiet machine it is nothing.
 */
function slownessOf(calm: Seen | undefined): number {
  return calm ? Math.round(Math.max(0, calm.ms - 300) * 3) : 0
}

/**
 * Cells that were not as declared, in words; none when all were.
 * @param calm the same faces just before, with nothing wrong
 * @param controlMs a call at the same time that needs nothing but the process: twice as long is allowed on top
 */
export function disagreements(
  fault: FaultName,
  seen: Readonly<Record<FaceName, Seen>>,
  calm?: Readonly<Record<FaceName, Seen>>,
  controlMs = 0,
): string[] {
  return faces.flatMap((face) => {
    const { outcome } = matrix[fault][face]
    const withinMs = matrix[fault][face].withinMs + Math.max(slownessOf(calm?.[face]), Math.round(controlMs * 2))
    const found = outcomeOf(seen[face])
    const late = seen[face].ms > withinMs ? ` after ${Math.round(seen[face].ms)} ms instead of ${withinMs}` : ''
    const isDeclared = outcome === 'either' ? ['works', 'kept', 'refused'].includes(found) : found === outcome
    return isDeclared && late === '' ? [] : [`${fault} × ${face}: ${found} instead of ${outcome}${late}`]
  })
}
