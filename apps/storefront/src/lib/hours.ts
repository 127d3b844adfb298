import type { PlaceNow } from '@hilo/contract'
import { dayOf } from './format.ts'
import type { Lang } from './links.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const names = {
  es: ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
} as const

/** Weekly hours with equal days in a row put together: [{days: "lunes a viernes", hours: "10:00–14:00 y 17:00–20:30"}]; no hours: closed. */
export function weekOf(shop: PlaceNow, lang: Lang): { days: string; hours: string | null }[] {
  const rows: { from: number; to: number; hours: string | null }[] = []
  for (const [index, day] of days.entries()) {
    const hours =
      shop.openingHours.weekly[day].map(([open, close]) => `${open}–${close}`).join(lang === 'es' ? ' y ' : ' and ') ||
      null
    const last = rows.at(-1)
    if (last && last.hours === hours) last.to = index
    else rows.push({ from: index, to: index, hours })
  }
  return rows.map(({ from, to, hours }) => {
    const first = names[lang][from] ?? ''
    const end = names[lang][to] ?? ''
    const joined = from === to ? first : lang === 'es' ? `${first} a ${end}` : `${first} to ${end}`
    return { days: joined.charAt(0).toUpperCase() + joined.slice(1), hours }
  })
}

/** Days within the next three weeks on which the shop keeps other hours. */
export function exceptionsOf(
  shop: PlaceNow,
  now: Date,
): { on: string; hours: string | null; note: { es: string; en: string } | undefined }[] {
  const from = dayOf(now)
  const to = dayOf(new Date(now.getTime() + 21 * 86_400_000))
  return shop.openingHours.exceptions
    .filter(({ on }) => on >= from && on <= to)
    .map(({ on, intervals, note }) => ({
      on,
      note,
      hours: intervals.map(([open, close]) => `${open}–${close}`).join(', ') || null,
    }))
}
