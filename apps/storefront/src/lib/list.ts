const names = ['color', 'size', 'maxPrice', 'minPrice', 'sort', 'cursor', 'type', 'available', 'markdown'] as const
const sorts = new Set(['featured', 'newest', 'price_asc', 'price_desc', 'title'])

/** The part of a page's URL that narrows a list, as the products API takes it; what it would refuse is left out. */
export function listQuery(search: URLSearchParams): Record<string, string | number> {
  const query: Record<string, string | number> = { limit: 24 }
  for (const name of names) {
    const value = search.get(name)
    if (value === null || value === '' || value.length > 400) continue
    if ((name === 'maxPrice' || name === 'minPrice') && !/^\d{1,9}$/.test(value)) continue
    if (name === 'sort' && !sorts.has(value)) continue
    if ((name === 'available' || name === 'markdown') && value !== 'true') continue
    query[name] = value
  }
  return query
}
