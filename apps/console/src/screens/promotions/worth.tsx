import type { PromotionBody } from '@hilo/contract'
import { Money, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { percentText } from '../../lib/format.ts'
import { useT } from '../../lib/words.ts'

/** What a promotion gives, in a few words. */
export function Worth({
  promotion,
}: {
  promotion: Pick<PromotionBody, 'kind' | 'valueBp' | 'valueMinor' | 'giftUnits'>
}): ReactNode {
  const t = useT()
  const { language } = useLanguage()
  switch (promotion.kind) {
    case 'percentage':
      return `−${percentText(promotion.valueBp ?? 0, language)}`
    case 'amount':
      return <Money minor={-(promotion.valueMinor ?? 0)} />
    case 'gift':
      return t('promo.giftOf', { n: promotion.giftUnits ?? 1 })
    case 'delivery_free':
      return t('promo.kind.delivery_free')
    default: {
      const never: never = promotion.kind
      return never
    }
  }
}
