import type { BasketCustomer, CustomerRow, LocationBody } from '@hilo/contract'
import { phoneText } from '@hilo/i18n'
import { Button, Empty, Icon, Loading, TextInput, useDebouncedValue } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { alreadyShown } from '../already-shown.ts'
import { api } from '../api.ts'
import type { Basket } from '../basket/use-basket.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { HandOffCard } from './hand-off-card.tsx'
import { NewCustomer, nobody } from './new-customer.tsx'

type Props = { basket: Basket; place: LocationBody; onClose(): void; onPickup(orderNumber: string): void }

/** Who is this: found by phone, mail or name, or new. Attaching makes the basket theirs and notes that they were here. */
export function CustomerSheet({ basket, place, onClose, onPickup }: Props): ReactNode {
  const t = useWords()
  const contact = basket.cart?.contact ?? nobody
  const isAttached = contact.name !== '' || contact.email !== '' || contact.phone !== ''
  const search = useCustomerSearch(contact.email || contact.phone || contact.name)
  const { text, found, list } = search
  const [chosen, setChosen] = useState<CustomerRow | null>(null)
  const [isNew, setNew] = useState(false)
  const attach = (customer: BasketCustomer) => alreadyShown(basket.setCustomer(customer).then(onClose))
  const shown = chosen ?? (isAttached && found.length === 1 ? (found[0] ?? null) : null)
  return (
    <Sheet title={t('customer.title')} onClose={onClose} wide>
      <SearchField
        text={text}
        onType={(next) => {
          search.type(next)
          setChosen(null)
          setNew(false)
        }}
        onEnter={() => found[0] && setChosen(found[0])}
      />
      <Loading active={list.isFetching || basket.busy} label={t('loading')} />
      <Trouble error={list.error ?? basket.error} />
      {search.isUnknown && !isNew && <Empty title={t('customer.none')} />}
      {!shown && !isNew && <Rows found={found} onChoose={setChosen} />}
      {shown && !isNew && (
        <HandOffCard person={shown} place={place} onAttach={() => attach({ personId: shown.id })} onPickup={onPickup} />
      )}
      {isNew && <NewCustomer typed={text} busy={basket.busy} onSave={(given) => attach({ contact: given })} />}
      <footer className="t-row">
        {!isNew && (
          <Button kind={found.length === 0 ? 'primary' : 'quiet'} icon="plus" size="lg" onClick={() => setNew(true)}>
            {t('customer.new')}
          </Button>
        )}
        {isAttached && (
          <Button kind="quiet" icon="close" size="lg" onClick={() => attach({ nobody: true })}>
            {t('customer.remove')}
          </Button>
        )}
      </footer>
    </Sheet>
  )
}

/** People by what is typed, from three letters on. */
function useCustomerSearch(start: string) {
  const [text, type] = useState(start)
  const [q] = useDebouncedValue(text.trim(), 200)
  const list = useQuery({
    queryKey: ['customers', q],
    queryFn: () => api.get<{ items: CustomerRow[] }>('/api/admin/customers', { query: { q, limit: 8 } }),
    enabled: q.length >= 3,
    // Somebody who was made a moment ago must be found.
    staleTime: 0,
  })
  const found = q.length >= 3 ? (list.data?.items ?? []) : []
  return { text, type, list, found, isUnknown: list.isSuccess && q.length >= 3 && found.length === 0 }
}

function SearchField({
  text,
  onType,
  onEnter,
}: {
  text: string
  onType(text: string): void
  onEnter(): void
}): ReactNode {
  const t = useWords()
  return (
    <TextInput
      size="xl"
      data-autofocus
      type="search"
      value={text}
      onChange={(event) => onType(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && onEnter()}
      aria-label={t('customer.label')}
      placeholder={t('customer.label')}
      leftSection={<Icon name="search" size={22} />}
      autoComplete="off"
    />
  )
}

function Rows({ found, onChoose }: { found: readonly CustomerRow[]; onChoose(row: CustomerRow): void }): ReactNode {
  if (found.length === 0) return null
  return (
    <ul className="t-cards">
      {found.map((row) => (
        <li key={row.id}>
          <button type="button" className="t-person" onClick={() => onChoose(row)}>
            <b>{row.name || row.email || phoneText(row.phone ?? '')}</b>
            <span className="h-muted">
              {[phoneText(row.phone ?? ''), row.email, row.city].filter(Boolean).join(' · ')}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
