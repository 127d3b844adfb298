/** Reading search parameters of an address: anything unexpected is left out, so an old or mistyped address still opens. */
type Raw = Record<string, unknown>

/** Text that is not empty. */
export function text(value: unknown): string | undefined {
  const read = typeof value === 'number' ? String(value) : value
  return typeof read === 'string' && read !== '' ? read : undefined
}

/** One of these words. */
export function oneOf<const V extends string>(...values: readonly V[]): (value: unknown) => V | undefined {
  return (value) => values.find((known) => known === value)
}

/** Makes the reader of one screen's address. */
export function searchOf<R extends Record<string, (value: unknown) => unknown>>(
  readers: R,
): (raw: Raw) => { [K in keyof R]?: Exclude<ReturnType<R[K]>, undefined> } {
  return (raw) => {
    const found: Raw = {}
    for (const [name, reader] of Object.entries(readers)) {
      const value = reader(raw[name])
      if (value !== undefined) found[name] = value
    }
    return found as { [K in keyof R]?: Exclude<ReturnType<R[K]>, undefined> }
  }
}
