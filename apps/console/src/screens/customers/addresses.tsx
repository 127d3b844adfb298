import type { Customer } from '@hilo/contract'
import { Button, IconButton, Modal, notify, ProblemNote } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { refresh, useAct } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { AddressFields, type AddressTyped, addressOf, blankAddress } from '../../parts/address-fields.tsx'

const stale = ['/api/admin/customers']

/** Where a person has things sent. A removed address can be brought back. */
export function Addresses({ person }: { person: Customer }): ReactNode {
  const t = useT()
  const path = `/api/admin/customers/${person.id}/addresses`
  const [adding, setAdding] = useState(false)
  const [value, setValue] = useState<AddressTyped>(blankAddress)
  const add = useAct((body: Record<string, string>, call) => api.post(path, body, call), {
    refresh: stale,
    done: () => {
      setAdding(false)
      setValue(blankAddress)
    },
  })
  const bringBack = async (address: Customer['addresses'][number]) => {
    const { id: _id, createdAt: _createdAt, ...body } = address
    await api.post(path, body)
    await refresh(...stale)
  }
  const remove = useAct((address: Customer['addresses'][number], call) => api.delete(`${path}/${address.id}`, call), {
    refresh: stale,
    done: (_, address) =>
      notify(t('customers.addressGone'), { undo: { label: t('app.undo'), run: () => void bringBack(address) } }),
  })
  return (
    <>
      {person.addresses.length === 0 && <p className="c-muted">{t('customers.noAddresses')}</p>}
      <ul className="c-items c-tight-items">
        {person.addresses.map((address) => (
          <li key={address.id}>
            <span className="c-grow">
              {[address.name, address.line1, address.line2, `${address.postalCode} ${address.city}`, address.province]
                .filter(Boolean)
                .join(', ')}
            </span>
            <IconButton
              size="sm"
              icon="close"
              label={`${t('app.remove')} ${address.line1}`}
              onClick={() => remove.mutate(address)}
              disabled={remove.isPending}
            />
          </li>
        ))}
      </ul>
      {person.erasedAt === null && (
        <Button kind="quiet" size="compact-sm" icon="plus" onClick={() => setAdding(true)}>
          {t('customers.addAddress')}
        </Button>
      )}
      {remove.error !== null && <ProblemNote error={remove.error} />}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={t('customers.addAddress')}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        <form
          className="c-form"
          onSubmit={(event) => {
            event.preventDefault()
            add.mutate(addressOf(value))
          }}
        >
          <AddressFields value={value} onChange={setValue} />
          {add.error !== null && <ProblemNote error={add.error} />}
          <div className="c-buttons">
            <Button kind="primary" type="submit" loading={add.isPending}>
              {t('app.save')}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}
