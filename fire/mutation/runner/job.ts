/** What the parent asks of the worker, as a JSON file. */
export type Job =
  | { kind: 'cover'; files: string[] }
  | {
      kind: 'mutants'
      mutants: Order[]
      /** Tests that fail, or need the tests before them, when they run alone; known from an earlier worker. */
      whole: string[]
    }
export type Order = {
  id: number
  /** The mutant works while the program is loaded: everything is loaded anew with it. */
  loads: boolean
  /** Tests in the order they are tried: by file their places in it, with the time they took. */
  tests: { file: string; places: number[]; ms: number }[]
}
/** What the worker writes, one JSON object a line. */
export type Line =
  | { kind: 'covered'; file: string; tests: CoveredTest[]; load: number[]; failed: string[]; setupMs: number }
  | { kind: 'begin'; id: number; deadlineMs: number }
  | { kind: 'verdict'; id: number; verdict: 'killed' | 'timeout' | 'survived'; by?: string; ms: number }
  | { kind: 'whole'; file: string }
  /** The worker asks to be replaced: something is stuck in it. */
  | { kind: 'stuck' }
export type CoveredTest = { place: number; name: string; ms: number; hits: number[] }
