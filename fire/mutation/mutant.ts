/** One planted change of the source: `[start, end)` of the file is replaced by `text`. */
export type Mutation = {
  start: number
  end: number
  text: string
  /** What kind of change it is, such as `comparison` or `sql`. */
  operator: string
  /** Whether it takes the place of an expression or of a whole statement. */
  shape: 'expression' | 'statement'
  /** The part that a person reads as the change: within a long SQL text only the words that change. */
  from: string
  to: string
  /** Where that part begins. */
  at: number
  /** Start of the declaration at the top of the file that it lies in; the type checker answers per declaration. */
  declaration: number
  /** Whether the type checker could refuse it. */
  typed: boolean
}

export type Mutant = Mutation & {
  id: number
  area: string
  file: string
  /** Line from 1, and its text without the spaces around it. */
  line: number
  lineText: string
  nth: number
}

/** What tells a mutant from the others of its file, also after other lines have changed. */
export type MutantName = Pick<Mutant, 'file' | 'lineText' | 'from' | 'to'> & {
  /** Which one it is of several that read the same; absent for the first. */
  nth?: number | undefined
}

/** The same mutant in another run. */
export function keyOf({ file, lineText, from, to, nth = 1 }: MutantName): string {
  return JSON.stringify([file, lineText, from, to, nth])
}

/** One line about a mutant, as people read it. */
export function describe({ file, line, from, to, operator }: Mutant): string {
  const short = (text: string) => (text === '' ? '(nothing)' : text.replace(/\s+/g, ' ').slice(0, 90))
  return `${file}:${line}  ${operator}: ${short(from)} → ${short(to)}`
}
