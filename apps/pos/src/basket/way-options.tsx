import type { Cart, CartDeliveryOption, CartPickupPlace } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Money, Note, Status, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'

/** Shops where the basket can be collected, those that have all of it first. */
export function Places({
  cart,
  here,
  onChoose,
}: {
  cart: Cart
  here: string
  onChoose(locationId: string): void
}): ReactNode {
  const t = useWords()
  const chosen = cart.delivery?.kind === 'pickup' ? cart.delivery.locationId : null
  const places = [...cart.pickupPlaces].sort((a, b) => a.missingUnits - b.missingUnits)
  const about = (place: CartPickupPlace) =>
    place.complete ? t('way.complete') : t('way.missing', { n: place.missingUnits })
  return (
    <fieldset className="t-options">
      <legend className="h-sr">{t('way.pickup.title')}</legend>
      {places.map((place) => (
        <label key={place.locationId} data-chosen={place.locationId === chosen || undefined}>
          <input
            type="radio"
            name="place"
            className="h-sr"
            checked={place.locationId === chosen}
            onChange={() => onChoose(place.locationId)}
          />
          <b>
            {place.name}
            {place.locationId === here && <span className="h-muted"> · {t('way.thisShop')}</span>}
          </b>
          <Status tone={place.complete ? 'kept' : 'owed'}>{about(place)}</Status>
        </label>
      ))}
    </fieldset>
  )
}

/** Ways to send the basket, with what each costs and when it arrives. */
export function Options({ cart, onChoose }: { cart: Cart; onChoose(option: CartDeliveryOption): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  if (cart.deliveryOptions.length === 0 || cart.delivery?.kind !== 'delivery') return null
  const chosen = cart.delivery.optionId ?? cart.deliveryOptions[0]?.id
  return (
    <fieldset className="t-options">
      <legend className="h-muted">{t('way.option')}</legend>
      {cart.deliveryOptions.map((option) => (
        <label key={option.id} data-chosen={option.id === chosen || undefined}>
          <input
            type="radio"
            name="option"
            className="h-sr"
            checked={option.id === chosen}
            onChange={() => onChoose(option)}
          />
          <span>
            <b>{pick(option.name, language)}</b>
            <br />
            <span className="h-muted">{pick(option.text, language)}</span>
          </span>
          <Money minor={option.amountMinor} currency={cart.currency} />
        </label>
      ))}
    </fieldset>
  )
}

/** What the plan says: where and when, or why not and what else. */
export function Plan({ cart, onPickup }: { cart: Cart; onPickup(locationId: string): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const { plan } = cart
  if (!plan) return null
  const others = plan.alternatives.filter(({ kind }) => kind === 'pickup')
  return (
    <>
      <Note tone={plan.feasible ? 'kept' : 'owed'}>{pick(plan.reason, language)}</Note>
      {!plan.feasible && others.length > 0 && (
        <section className="t-elsewhere">
          <h3>{t('way.alternatives')}</h3>
          {others.map((other) => (
            <Button key={other.locationId} size="lg" onClick={() => onPickup(other.locationId)}>
              {pick(other.text, language)}
            </Button>
          ))}
        </section>
      )}
    </>
  )
}
