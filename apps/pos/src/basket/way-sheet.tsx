import type { Cart, CartDeliveryOption, CartPickupPlace, DeliveryInput, LocationBody } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Icon, type IconName, Loading, Money, Note, ProblemNote, Status, useLanguage } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { AddressForm } from './address-form.tsx'
import { missingToPay } from './missing.ts'
import type { Basket } from './use-basket.ts'

type Kind = DeliveryInput['kind']
type Props = { basket: Basket; place: LocationBody; start?: Kind; onCustomer(): void; onClose(): void }
const kinds: readonly { kind: Kind; icon: IconName }[] = [
  { kind: 'carry_out', icon: 'shop' },
  { kind: 'pickup', icon: 'pickup' },
  { kind: 'delivery', icon: 'truck' },
]

/** How the whole basket leaves: now, from another shop, or by parcel; with what the plan says about it. */
export function WaySheet({ basket, place, start, onCustomer, onClose }: Props): ReactNode {
  const t = useWords()
  const { cart } = basket
  const [kind, setKind] = useState<Kind>(start ?? cart?.delivery?.kind ?? 'carry_out')
  if (!cart) return null
  const choose = (delivery: DeliveryInput) => basket.change({ delivery }).catch(() => undefined)
  const names = {
    carry_out: t('way.carry_out'),
    pickup: t('way.pickup.title'),
    delivery: t('product.home'),
  }
  return (
    <Sheet title={t('way.title')} onClose={onClose} wide>
      <fieldset className="t-kinds">
        <legend className="h-sr">{t('way.title')}</legend>
        {kinds.map(({ kind: value, icon }) => (
          <label key={value} data-chosen={value === kind || undefined}>
            <input
              type="radio"
              name="way"
              className="h-sr"
              checked={value === kind}
              onChange={() => {
                setKind(value)
                if (value === 'carry_out') void choose({ kind: value, locationId: place.id })
              }}
            />
            <Icon name={icon} size={24} />
            {names[value]}
          </label>
        ))}
      </fieldset>
      <p className="h-muted">{t('way.whole')}</p>
      <Loading active={basket.busy} label={t('loading')} />
      {basket.error != null && <ProblemNote error={basket.error} />}
      {kind === 'pickup' && (
        <Places cart={cart} here={place.id} onChoose={(locationId) => void choose({ kind: 'pickup', locationId })} />
      )}
      {kind === 'delivery' && (
        <AddressForm cart={cart} busy={basket.busy} onSave={(address) => void choose({ kind: 'delivery', address })} />
      )}
      {kind === 'delivery' && cart.delivery?.kind === 'delivery' && (
        <Options
          cart={cart}
          onChoose={(option) => {
            if (cart.delivery?.kind === 'delivery') void choose({ ...cart.delivery, optionId: option.id })
          }}
        />
      )}
      {cart.delivery?.kind === kind && (
        <Plan cart={cart} onPickup={(locationId) => void choose({ kind: 'pickup', locationId })} />
      )}
      <footer className="t-payfoot">
        {cart.delivery?.kind === kind && missingToPay(cart) === 'contact' && (
          <Button size="lg" icon="customer" onClick={onCustomer}>
            {t('basket.noCustomer')}
          </Button>
        )}
        <Button kind="primary" size="lg" onClick={onClose} disabled={basket.busy || cart.delivery?.kind !== kind}>
          {t('way.done')}
        </Button>
      </footer>
    </Sheet>
  )
}

function Places({ cart, here, onChoose }: { cart: Cart; here: string; onChoose(locationId: string): void }): ReactNode {
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

function Options({ cart, onChoose }: { cart: Cart; onChoose(option: CartDeliveryOption): void }): ReactNode {
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
function Plan({ cart, onPickup }: { cart: Cart; onPickup(locationId: string): void }): ReactNode {
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
            <Button key={other.locationId} size="md" onClick={() => onPickup(other.locationId)}>
              {pick(other.text, language)}
            </Button>
          ))}
        </section>
      )}
    </>
  )
}
