import type { LocalizedText } from '@hilo/contract'
import { formatWhen, useLanguage } from '@hilo/ui'
import { useSay, useT } from './words.ts'

type Promised = { kind: string; dueAt: string; text: LocalizedText }

/**
 * What was promised, with its day. A promise's own sentence was written when it was made: the "tomorrow" in it is long past when
 * somebody reads it here.
 * @returns says a promise; `place` is where it is collected, undefined where that cannot be told
 */
export function usePromised(): (promise: Promised, place: string | undefined) => string {
  const t = useT()
  const say = useSay()
  const { language } = useLanguage()
  return ({ kind, dueAt, text }, place) => {
    if (kind === 'pickup_ready' && place) return t('promised.pickup', { place, when: formatWhen(dueAt, language) })
    if (kind === 'delivered_by') return t('promised.delivery', { when: formatWhen(dueAt, language, 'day') })
    return say(text)
  }
}

/** Where an order is collected, when that is one place. */
export function collectedAt(order: {
  fulfillments: readonly { kind: string; locationName: string }[]
}): string | undefined {
  const places = new Set(order.fulfillments.filter(({ kind }) => kind === 'pickup').map((part) => part.locationName))
  return places.size === 1 ? [...places][0] : undefined
}
