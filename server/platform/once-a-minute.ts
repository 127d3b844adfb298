/** Calendars are slow to compute and change with the minute, not with the request. */
let kept: { minute: number; values: Map<string, unknown> } = { minute: Number.NaN, values: new Map() }
const mostKept = 5_000

/**
 * What `compute` gives, computed once a minute and key. Only for what does not depend on seconds.
 * @param key everything that the result depends on besides the minute; objects that never change count by `identity`
 */
export function onceAMinute<T>(now: Date | string, key: string, compute: () => T): T {
  const minute = Math.floor((typeof now === 'string' ? Date.parse(now) : now.getTime()) / 60_000)
  if (kept.minute !== minute || kept.values.size > mostKept) kept = { minute, values: new Map() }
  const { values } = kept
  if (!values.has(key)) values.set(key, compute())
  return values.get(key) as T
}

const identities = new WeakMap<object, number>()
let next = 0

/** A number that stands for this very object, for keys: remembered rows are the same object until they change. */
export function identity(object: object): number {
  let known = identities.get(object)
  if (known === undefined) {
    known = ++next
    identities.set(object, known)
  }
  return known
}
