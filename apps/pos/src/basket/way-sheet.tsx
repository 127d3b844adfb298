import type { Cart, DeliveryInput, LocationBody } from '@hilo/contract'
import { Button, Icon, type IconName, Loading } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { alreadyShown } from '../already-shown.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { AddressForm } from './address-form.tsx'
import { missingToPay } from './missing.ts'
import type { Basket } from './use-basket.ts'
import { Options, Places, Plan } from './way-options.tsx'

type Kind = DeliveryInput['kind']
type Choose = (delivery: DeliveryInput) => void
type Props = { basket: Basket; place: LocationBody; start?: Kind; onCustomer(): void; onClose(): void }

/** How the whole basket leaves: now, from another shop, or by parcel; with what the plan says about it. */
export function WaySheet({ basket, place, start, onCustomer, onClose }: Props): ReactNode {
  const t = useWords()
  const { cart } = basket
  const [kind, setKind] = useState<Kind>(start ?? cart?.delivery?.kind ?? 'carry_out')
  if (!cart) return null
  const choose: Choose = (delivery) => alreadyShown(basket.change({ delivery }))
  const isChosen = cart.delivery?.kind === kind
  return (
    <Sheet title={t('way.title')} onClose={onClose} wide>
      <Kinds
        kind={kind}
        onChoose={(next) => {
          setKind(next)
          if (next === 'carry_out') choose({ kind: next, locationId: place.id })
        }}
      />
      <p className="h-muted">{t('way.whole')}</p>
      <Loading active={basket.busy} label={t('loading')} />
      <Trouble error={basket.error} />
      <Details kind={kind} cart={cart} busy={basket.busy} here={place.id} choose={choose} />
      {isChosen && <Plan cart={cart} onPickup={(locationId) => choose({ kind: 'pickup', locationId })} />}
      <footer className="t-payfoot">
        {isChosen && missingToPay(cart) === 'contact' && (
          <Button size="xl" icon="customer" onClick={onCustomer}>
            {t('basket.noCustomer')}
          </Button>
        )}
        <Button kind="primary" size="xl" onClick={onClose} disabled={basket.busy || !isChosen}>
          {t('way.done')}
        </Button>
      </footer>
    </Sheet>
  )
}

const kinds: readonly { kind: Kind; icon: IconName }[] = [
  { kind: 'carry_out', icon: 'shop' },
  { kind: 'pickup', icon: 'pickup' },
  { kind: 'delivery', icon: 'truck' },
]

function Kinds({ kind, onChoose }: { kind: Kind; onChoose(kind: Kind): void }): ReactNode {
  const t = useWords()
  const names = { carry_out: t('way.carry_out'), pickup: t('way.pickup.title'), delivery: t('product.home') }
  return (
    <fieldset className="t-kinds">
      <legend className="h-sr">{t('way.title')}</legend>
      {kinds.map(({ kind: value, icon }) => (
        <label key={value} data-chosen={value === kind || undefined}>
          <input
            type="radio"
            name="way"
            className="h-sr"
            data-autofocus={value === kind || undefined}
            checked={value === kind}
            onChange={() => onChoose(value)}
          />
          <Icon name={icon} size={24} />
          {names[value]}
        </label>
      ))}
    </fieldset>
  )
}

function Details({
  kind,
  cart,
  busy,
  here,
  choose,
}: {
  kind: Kind
  cart: Cart
  busy: boolean
  here: string
  choose: Choose
}): ReactNode {
  if (kind === 'carry_out') return null
  if (kind === 'pickup')
    return <Places cart={cart} here={here} onChoose={(locationId) => choose({ kind: 'pickup', locationId })} />
  const { delivery } = cart
  return (
    <>
      <AddressForm cart={cart} busy={busy} onSave={(address) => choose({ kind: 'delivery', address })} />
      {delivery?.kind === 'delivery' && (
        <Options cart={cart} onChoose={(option) => choose({ ...delivery, optionId: option.id })} />
      )}
    </>
  )
}
