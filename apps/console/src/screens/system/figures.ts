/** How figures of the machine are said. Pure. */

const locale = { es: 'es-ES', en: 'en-GB' } as const
type Language = keyof typeof locale

/** A time as one reads it: "0,4 ms", "38 ms", "1,2 s". */
export function msText(ms: number | null, language: Language): string {
  if (ms === null) return '–'
  const inSeconds = ms >= 1000
  const value = inSeconds ? ms / 1000 : ms
  const digits = value < 10 ? 1 : 0
  return `${new Intl.NumberFormat(locale[language], { maximumFractionDigits: digits }).format(value)} ${inSeconds ? 's' : 'ms'}`
}

const sizes = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** A size as one reads it: "38 MB", "1,2 GB". */
export function bytesText(bytes: number, language: Language): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < sizes.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = value < 10 && unit > 0 ? 1 : 0
  return `${new Intl.NumberFormat(locale[language], { maximumFractionDigits: digits }).format(value)} ${sizes[unit]}`
}

/** A count in groups of three. */
export function countText(count: number, language: Language): string {
  return new Intl.NumberFormat(locale[language]).format(count)
}

/** Requests a second: whole ones when there are many. */
export function rateText(perSecond: number, language: Language): string {
  const format = new Intl.NumberFormat(locale[language], { maximumFractionDigits: perSecond < 10 ? 1 : 0 })
  return format.format(perSecond)
}

/** A share, whole percent. */
export function shareText(share: number, language: Language): string {
  return new Intl.NumberFormat(locale[language], { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

/** How long ago, to the second where it is short: "hace 12 s", "3 min ago". */
export function agoText(at: string, language: Language, now: Date): string {
  const seconds = Math.round((new Date(at).getTime() - now.getTime()) / 1000)
  const format = new Intl.RelativeTimeFormat(locale[language], { numeric: 'always', style: 'short' })
  const size = Math.abs(seconds)
  if (size < 90) return format.format(seconds, 'second')
  if (size < 5400) return format.format(Math.round(seconds / 60), 'minute')
  if (size < 129_600) return format.format(Math.round(seconds / 3600), 'hour')
  return format.format(Math.round(seconds / 86_400), 'day')
}

/** The line of a sparkline: points from left to right, broken where nothing is known. */
export function sparkPath(
  values: readonly (number | null)[],
  { width, height }: { width: number; height: number },
): string {
  const max = Math.max(1, ...values.map((value) => value ?? 0))
  const step = values.length > 1 ? width / (values.length - 1) : 0
  let path = ''
  let isPen = false
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isPen = false
      continue
    }
    const x = Math.round(index * step * 10) / 10
    const y = Math.round((height - (value / max) * height) * 10) / 10
    path += `${isPen ? 'L' : 'M'}${x} ${y}`
    isPen = true
  }
  return path
}
