export type Lang = 'es' | 'en'

/** Address of a page in the reader's language: Spanish at the root, English below /en. */
export function href(lang: Lang, path: string): string {
  if (lang === 'es') return path
  return path === '/' ? '/en' : `/en${path}`
}

/** The same page in the other language, query kept. `lang` in it says that the reader chose (middleware.ts). */
export function inOtherLanguage(lang: Lang, path: string): string {
  const other = lang === 'es' ? 'en' : 'es'
  return href(other, changeQuery(path, { lang: other }))
}

/** The path with query parameters set (string) or removed (undefined); the others stay, in their order. */
export function changeQuery(path: string, changes: Record<string, string | undefined>): string {
  const [base = '/', query = ''] = path.split('?')
  const search = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') search.delete(name)
    else search.set(name, value)
  }
  return search.size > 0 ? `${base}?${search}` : base
}

/** A parameter that lists values (`color=salvia,crudo`) with one of them taken in or out. */
export function toggleInQuery(path: string, name: string, value: string): string {
  const values = new Set(listInQuery(path, name))
  if (!values.delete(value)) values.add(value)
  return changeQuery(path, { [name]: [...values].join(',') || undefined, cursor: undefined })
}

/** The values of a listing parameter. */
export function listInQuery(path: string, name: string): string[] {
  const value = new URLSearchParams(path.split('?')[1] ?? '').get(name) ?? ''
  return value.split(',').filter((part) => part !== '')
}

const widths = [160, 320, 480, 640, 800, 1000, 1600] as const

/** `srcset` of a picture path of the API, up to the given width in pixels. */
export function pictureSet(url: string, widest = 1000): string {
  const join = url.includes('?') ? '&' : '?'
  return widths
    .filter((width) => width <= widest)
    .map((width) => `${url}${join}w=${width} ${width}w`)
    .join(', ')
}

/** One width of a picture path, in pixels. */
export function pictureAt(url: string, width: (typeof widths)[number] | 80): string {
  return `${url}${url.includes('?') ? '&' : '?'}w=${width}`
}
