import { SetupError } from '../platform/postgres/index.ts'

const written = /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?(Z|[+-]\d\d:?\d\d)?$/

/**
 * A moment as people type it: "now" or "ahora", "2026-11-20 10:42", with seconds or a zone when they have them. Without a zone it is
 * the time of this machine.
 * @throws SetupError usage
 */
export function momentIn(text: string): Date | 'now' {
  if (text === 'now' || text === 'ahora') return 'now'
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  // A bare day would be read as midnight in UTC.
  const moment = new Date(isDay ? `${text}T00:00` : text.replace(' ', 'T'))
  if (written.test(text) && !Number.isNaN(moment.getTime())) return moment
  throw new SetupError('usage', {
    es: `No se entiende el momento "${text}". Escribe now o, por ejemplo, "2026-11-20 10:42".`,
    en: `The moment "${text}" cannot be read. Write now or, for example, "2026-11-20 10:42".`,
  })
}
