import { pick } from '@hilo/i18n'
import { Button, Icon, Status, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'
import type { Stock } from './stock.ts'

type Props = {
  stock: Stock
  variantId: string
  placeId: string
  busy: boolean
  onCollect(locationId: string): void
}

/** The chosen piece in every other shop: how many, when it can be collected there, and the key that arranges it. */
export function Elsewhere({ stock, variantId, placeId, busy, onCollect }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const entry = stock.of(variantId)
  const others = stock.places.filter((place) => place.id !== placeId && place.kind === 'shop')
  if (others.length === 0) return null
  return (
    <section className="t-elsewhere">
      <h3>{t('product.elsewhere')}</h3>
      <ul>
        {others.map((place) => {
          const level = entry?.places.find(({ locationId }) => locationId === place.id)
          return (
            <li key={place.id}>
              <Status tone={level?.available ? 'kept' : 'quiet'}>{place.name}</Status>
              <span className="h-muted">
                {level?.readyText ? pick(level.readyText, language) : pick(place.hoursText, language)}
              </span>
              <span className="h-num">{t('product.units', { n: level?.available ?? 0 })}</span>
              <Button
                kind="quiet"
                size="lg"
                onClick={() => onCollect(place.id)}
                disabled={busy || !level?.readyFrom || !place.pickup}
                aria-label={t('product.collect', { place: place.name })}
              >
                <Icon name="pickup" />
                <span className="t-collect">{t('product.collect.short')}</span>
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
