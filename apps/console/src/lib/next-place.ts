/**
 * Where `?next=` leads after the login: a path of this same origin, such as `/pos`; undefined for anything else, so that a link
 * with somebody's address in it never leads away.
 */
export function nextPlace(search: string, origin: string): string | undefined {
  const next = new URLSearchParams(search).get('next')
  if (!next?.startsWith('/') || !URL.canParse(next, origin)) return undefined
  const { origin: reached, pathname, search: query, hash } = new URL(next, origin)
  return reached === origin ? `${pathname}${query}${hash}` : undefined
}
