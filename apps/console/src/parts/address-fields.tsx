import type { Address } from '@hilo/contract'
import { TextInput } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useT } from '../lib/words.ts'

const fields = ['name', 'line1', 'line2', 'postalCode', 'city', 'province', 'phone'] as const
const asked: readonly string[] = ['line1', 'postalCode', 'city']
const wide: readonly string[] = ['name', 'line1', 'line2']
export type AddressTyped = Record<(typeof fields)[number], string>
export const blankAddress: AddressTyped = {
  name: '',
  line1: '',
  line2: '',
  postalCode: '',
  city: '',
  province: '',
  phone: '',
}

/** What was typed, as the API takes it. */
export function addressOf(typed: AddressTyped): Omit<Address, 'country'> {
  const { name, line1, line2, postalCode, city, province, phone } = typed
  return {
    name: name.trim(),
    line1: line1.trim(),
    line2: line2.trim(),
    postalCode: postalCode.trim(),
    city: city.trim(),
    province: province.trim(),
    phone: phone.trim(),
  }
}

/** Where something is sent, in the order of an envelope. */
export function AddressFields({
  value,
  onChange,
}: {
  value: AddressTyped
  onChange(value: AddressTyped): void
}): ReactNode {
  const t = useT()
  const field = (name: (typeof fields)[number]) => (
    <TextInput
      key={name}
      label={t(`address.${name}`)}
      value={value[name]}
      onChange={(event) => onChange({ ...value, [name]: event.currentTarget.value })}
      required={asked.includes(name)}
    />
  )
  return (
    <>
      {fields.filter((name) => wide.includes(name)).map(field)}
      <div className="c-two">{fields.filter((name) => !wide.includes(name)).map(field)}</div>
    </>
  )
}
