import type { Contact, CustomerRow, LocationBody } from '@hilo/contract'
import { Button, Empty, Icon, Loading, ProblemNote, TextInput, useDebouncedValue } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import type { Basket } from '../basket/use-basket.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { HandOffCard } from './hand-off-card.tsx'

const nobody: Contact = { name: '', email: '', phone: '' }
type Props = { basket: Basket; place: LocationBody; onClose(): void; onPickup(orderNumber: string): void }

/** Who is this: found by phone, mail or name, or new. Attaching puts their contact on the basket. */
export function CustomerSheet({ basket, place, onClose, onPickup }: Props): ReactNode {
  const t = useWords()
  const contact = basket.cart?.contact ?? nobody
  const isAttached = contact.name !== '' || contact.email !== '' || contact.phone !== ''
  const [text, setText] = useState(contact.email || contact.phone || contact.name)
  const [chosen, setChosen] = useState<CustomerRow | null>(null)
  const [isNew, setNew] = useState(false)
  const [q] = useDebouncedValue(text.trim(), 200)
  const list = useQuery({
    queryKey: ['customers', q],
    queryFn: () => api.get<{ items: CustomerRow[] }>('/api/admin/customers', { query: { q, limit: 8 } }),
    enabled: q.length >= 3,
  })
  const attach = (next: Contact) => {
    void basket
      .change({ contact: next })
      .then(onClose)
      .catch(() => undefined)
  }
  const found = q.length >= 3 ? (list.data?.items ?? []) : []
  const shown = chosen ?? (isAttached && found.length === 1 ? (found[0] ?? null) : null)
  return (
    <Sheet title={t('customer.title')} onClose={onClose} wide>
      <TextInput
        size="xl"
        data-autofocus
        type="search"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setChosen(null)
          setNew(false)
        }}
        aria-label={t('customer.label')}
        placeholder={t('customer.label')}
        leftSection={<Icon name="search" size={22} />}
        autoComplete="off"
      />
      <Loading active={list.isFetching || basket.busy} label={t('loading')} />
      {(list.error ?? basket.error) != null && <ProblemNote error={list.error ?? basket.error} />}
      {list.isSuccess && q.length >= 3 && found.length === 0 && !isNew && <Empty title={t('customer.none')} />}
      {!shown && !isNew && found.length > 0 && (
        <ul className="t-cards">
          {found.map((row) => (
            <li key={row.id}>
              <button type="button" className="t-person" onClick={() => setChosen(row)}>
                <b>{row.name || row.email || row.phone}</b>
                <span className="h-muted">{[row.phone, row.email, row.city].filter(Boolean).join(' · ')}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown && !isNew && (
        <HandOffCard
          person={shown}
          place={place}
          onAttach={() => attach({ name: shown.name, email: shown.email ?? '', phone: shown.phone ?? '' })}
          onPickup={onPickup}
        />
      )}
      {isNew && <Fresh typed={text} busy={basket.busy} onSave={attach} />}
      <footer className="t-row">
        {!isNew && (
          <Button kind={found.length === 0 ? 'primary' : 'quiet'} icon="plus" size="lg" onClick={() => setNew(true)}>
            {t('customer.new')}
          </Button>
        )}
        {isAttached && (
          <Button kind="quiet" icon="close" size="lg" onClick={() => attach(nobody)}>
            {t('customer.remove')}
          </Button>
        )}
      </footer>
    </Sheet>
  )
}

function Fresh({ typed, busy, onSave }: { typed: string; busy: boolean; onSave(contact: Contact): void }): ReactNode {
  const t = useWords()
  const looksLike = typed.includes('@') ? 'email' : /^[+\d\s]{6,}$/.test(typed) ? 'phone' : 'name'
  const [contact, setContact] = useState<Contact>({ ...nobody, [looksLike]: typed.trim() })
  const field = (name: keyof Contact, type: string) => (
    <TextInput
      size="lg"
      type={type}
      label={t(`customer.${name}`)}
      value={contact[name]}
      onChange={(event) => setContact({ ...contact, [name]: event.currentTarget.value })}
      autoComplete="off"
    />
  )
  return (
    <form
      className="t-form"
      onSubmit={(event) => {
        event.preventDefault()
        onSave(contact)
      }}
    >
      {field('name', 'text')}
      {field('phone', 'tel')}
      {field('email', 'email')}
      <Button
        type="submit"
        kind="primary"
        size="lg"
        disabled={busy || (!contact.email && !contact.phone && !contact.name)}
      >
        {t('customer.save')}
      </Button>
    </form>
  )
}
