import { createHash } from 'node:crypto'

/** A piece of SQL with its values; pieces nest, values never become text. */
export type Sql = { readonly parts: readonly string[]; readonly values: readonly unknown[]; readonly kind: 'sql' }

function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'sql'
}

/**
 * Writes one statement: sql`select … where id = ${id}`. A nested sql`` piece is spliced in; everything else becomes a bound
 * parameter. There is no way to put a value into the text, so there is no way to inject.
 */
export function sql(strings: TemplateStringsArray, ...args: unknown[]): Sql {
  const parts: string[] = [strings[0] ?? '']
  const values: unknown[] = []
  args.forEach((arg, i) => {
    const after = strings[i + 1] ?? ''
    if (!isSql(arg)) {
      values.push(arg)
      parts.push(after)
      return
    }
    const [first = '', ...rest] = arg.parts
    parts[parts.length - 1] = `${parts.at(-1)}${first}`
    parts.push(...rest)
    values.push(...arg.values)
    parts[parts.length - 1] = `${parts.at(-1)}${after}`
  })
  return { parts, values, kind: 'sql' }
}

export const empty: Sql = sql``

/** Joins pieces with a separator that is itself SQL (default: a comma). An empty list gives an empty piece. */
export function join(pieces: readonly Sql[], separator: Sql = sql`, `): Sql {
  return pieces.reduce((all, piece, i) => (i === 0 ? piece : sql`${all}${separator}${piece}`), empty)
}

/** `where a and b`, or nothing when there is no condition. */
export function where(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? empty : sql`where ${join(conditions, sql` and `)}`
}

/** Writes as the pieces of a `with` list; see `writeAll`. */
export function pieces(writes: readonly Sql[]): Sql {
  return join(
    writes.map((write, at): Sql => {
      const [first = '', ...rest] = write.parts
      const parts = [`write_${at} as (${first}`, ...rest]
      parts[parts.length - 1] = `${parts.at(-1)})`
      return { parts, values: write.values, kind: 'sql' }
    }),
  )
}

/**
 * Several writes as one statement, one round trip and one plan. All of them see the tables as they were before, so none may depend
 * on what another writes, and no row may be written twice.
 */
export function writeAll(writes: readonly Sql[]): Sql {
  return sql`with ${pieces(writes)} select 1`
}

/**
 * Joins the row of a lookup by its key to each row before it. A plain join may also be planned as one reading of the whole table, and
 * is when the table was empty as a connection first asked: until the next ANALYZE such a plan reads ever more rows.
 */
export function eachByKey(lookup: Sql): Sql {
  // The offset keeps the planner from turning this into the plain join.
  return sql`cross join lateral (${lookup} offset 0)`
}

const names = new Map<string, string>()

/**
 * Text, values and a statement name for the driver. The name is the hash of the text, so each shape of statement is parsed and
 * planned once per connection.
 */
export function compile(query: Sql): { name: string; text: string; values: unknown[] } {
  const text = query.parts.reduce((all, part, i) => (i === 0 ? part : `${all}$${i}${part}`), '')
  let name = names.get(text)
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url')
    names.set(text, name)
  }
  return { name, text, values: [...query.values] }
}
