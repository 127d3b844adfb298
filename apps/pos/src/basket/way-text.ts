import type { Cart } from '@hilo/contract'
import { formatWhen, useLanguage } from '@hilo/ui'
import { useWords } from '../words.ts'

/** How the basket leaves, in a few words: taken now, collected where and when, or sent and when it arrives. */
export function useWayText(cart: Cart | null): string {
  const t = useWords()
  const { language } = useLanguage()
  const delivery = cart?.delivery
  if (!delivery) return cart ? t('way.title') : t('way.carry_out')
  if (delivery.kind === 'carry_out') return t('way.carry_out')
  const dueAt = cart?.plan?.feasible
    ? cart.plan.groups
        .map((group) => group.dueAt)
        .sort()
        .at(-1)
    : undefined
  if (delivery.kind === 'pickup') {
    const place = cart?.pickupPlaces.find(({ locationId }) => locationId === delivery.locationId)?.name ?? ''
    if (!dueAt) return t('way.pickup', { place })
    return t('way.pickup.when', { place, when: formatWhen(dueAt, language) })
  }
  const option = cart?.deliveryOptions.find(({ id }) => id === delivery.optionId) ?? cart?.deliveryOptions[0]
  if (!option?.latestOn) return t('way.delivery')
  return t('way.delivery.when', { when: formatWhen(`${option.latestOn}T12:00:00Z`, language, 'day') })
}
