import type { Address, Cart } from '@hilo/contract'
import { Button, TextInput } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { useWords } from '../words.ts'

type Field = 'name' | 'line1' | 'line2' | 'postalCode' | 'city' | 'phone'

/** Where the parcel goes; begins with what the basket knows. */
export function AddressForm({
  cart,
  busy,
  onSave,
}: {
  cart: Cart
  busy: boolean
  onSave(address: Address): void
}): ReactNode {
  const t = useWords()
  const [address, setAddress] = useState<Address>(() => {
    if (cart.delivery?.kind === 'delivery') return cart.delivery.address
    const { name, phone } = cart.contact
    return { name, line1: '', line2: '', postalCode: '', city: '', province: '', country: 'ES', phone }
  })
  const field = (name: Field, autoComplete: string, required = false) => (
    <TextInput
      size="lg"
      label={t(`address.${name}`)}
      value={address[name]}
      onChange={(event) => setAddress({ ...address, [name]: event.currentTarget.value })}
      autoComplete={autoComplete}
      inputMode={name === 'postalCode' || name === 'phone' ? 'tel' : 'text'}
      required={required}
      data-field={name}
    />
  )
  return (
    <form
      className="t-address"
      onSubmit={(event) => {
        event.preventDefault()
        onSave(address)
      }}
    >
      {field('name', 'off')}
      {field('line1', 'off', true)}
      {field('line2', 'off')}
      {field('postalCode', 'off', true)}
      {field('city', 'off', true)}
      {field('phone', 'off')}
      <Button type="submit" size="lg" disabled={busy}>
        {t('address.save')}
      </Button>
    </form>
  )
}
