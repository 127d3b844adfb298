import type { ZodType } from 'zod'

/** Values that pass the shapes of the contract; the first that a field takes is used. */
const candidates: readonly unknown[] = [
  1,
  'x',
  'ord_sample1',
  'sample1',
  'prd_sample1',
  '2026-11-20T09:00:00.000Z',
  '2026-11-20',
  'EUR',
  'ES',
  'es',
  'a@example.com',
  '611222333',
  '46001',
  true,
  null,
  {},
]
type Inner = {
  def: {
    type: string
    innerType?: Inner
    element?: Inner
    options?: Inner[]
    entries?: Record<string, string>
    values?: unknown[]
  }
  shape?: Record<string, Inner>
} & ZodType

/**
 * A small valid body for a zod schema, `given` fields as they are; what may be left out is. Enough to reach a command, no more.
 * @returns undefined when no value is found for a field
 */
export function sampleBody(schema: ZodType, given: Readonly<Record<string, unknown>>): unknown {
  const value = sample(schema as Inner, given)
  return value !== undefined && schema.safeParse(value).success ? value : undefined
}

function sample(schema: Inner, given: Readonly<Record<string, unknown>>): unknown {
  const { type, innerType, element, options, entries, values } = schema.def
  if (type === 'object') {
    const fields = Object.entries(schema.shape ?? {}).filter(
      ([name, field]) => name in given || !field.safeParse(undefined).success,
    )
    return Object.fromEntries(fields.map(([name, field]) => [name, name in given ? given[name] : sample(field, given)]))
  }
  if (type === 'array' && element) return schema.safeParse([]).success ? [] : [sample(element, given)]
  if (type === 'enum' && entries) return Object.values(entries)[0]
  if (type === 'literal' && values) return values[0]
  if (type === 'union' && options)
    return options.map((option) => sample(option, given)).find((value) => schema.safeParse(value).success)
  if (innerType) return sample(innerType, given)
  return candidates.find((candidate) => schema.safeParse(candidate).success)
}
