import { isRefusal } from './problem.ts'

/**
 * A sentence that one form leaves for the next page. `about` names what it belongs to: a line, a field, a part of the page; `entered`
 * is what was typed there, to be put right.
 */
export type Flash = { kind: 'good' | 'bad' | 'owed'; text: string; about?: string; entered?: string }

const lifeSeconds = 60

/** Reads the notice cookie; anything that is not one of ours counts as none. */
export function readFlash(cookie: string | undefined): Flash | null {
  if (!cookie) return null
  try {
    const value: unknown = JSON.parse(cookie)
    if (typeof value !== 'object' || value === null) return null
    const { kind, text, about, entered } = value as Record<string, unknown>
    if (typeof text !== 'string' || text.length > 600 || (kind !== 'good' && kind !== 'bad' && kind !== 'owed'))
      return null
    return {
      kind,
      text,
      about: typeof about === 'string' ? about : undefined,
      entered: typeof entered === 'string' && entered.length <= 80 ? entered : undefined,
    }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Leaves a notice for the page that the answer leads to. */
export function leaveFlash(locals: Pick<App.Locals, 'setCookie'>, flash: Flash): void {
  locals.setCookie('hilo_flash', JSON.stringify({ ...flash, text: flash.text.slice(0, 500) }), lifeSeconds)
}

/** A refusal of the API as one or two sentences for the shopper. Errors that are no refusals are thrown on. */
export function refusalText(error: unknown): string {
  if (!isRefusal(error)) throw error
  const { title, detail, remedy } = error.body
  const first = sentence(detail ?? title)
  return remedy ? `${first} ${sentence(remedy)}` : first
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.?…]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
