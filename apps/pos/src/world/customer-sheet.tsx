import type { CustomerRow, OrderSummary } from '@hilo/contract'
import { Button, Empty, Icon, Loading, Money, ProblemNote, Status, TextInput, useDebouncedValue, When } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import type { Basket } from '../basket/use-basket.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'

/** Who is this: found by phone, mail or name, or new. Attaching puts their contact on the basket. */
export function CustomerSheet({ basket, onClose }: { basket: Basket; onClose(): void }): ReactNode {
  const t = useWords()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<CustomerRow | null>(null)
  const [isNew, setNew] = useState(false)
  const [q] = useDebouncedValue(text.trim(), 200)
  const list = useQuery({
    queryKey: ['customers', q],
    queryFn: () => api.get<{ items: CustomerRow[] }>('/api/admin/customers', { query: { q, limit: 8 } }),
    enabled: q.length >= 3,
  })
  const attach = async (contact: { name: string; email: string; phone: string }) => {
    await basket.change({ contact })
    onClose()
  }
  const found = list.data?.items ?? []
  return (
    <Sheet title={t('customer.title')} onClose={onClose} wide>
      <TextInput
        size="xl"
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setChosen(null)
        }}
        aria-label={t('customer.label')}
        placeholder={t('customer.label')}
        leftSection={<Icon name="search" size={22} />}
        autoComplete="off"
      />
      <Loading active={list.isFetching || basket.busy} label={t('loading')} />
      {(list.error ?? basket.error) != null && <ProblemNote error={list.error ?? basket.error} />}
      {list.isSuccess && found.length === 0 && !isNew && (
        <Empty
          title={t('customer.none')}
          action={
            <Button kind="primary" size="lg" onClick={() => setNew(true)}>
              {t('customer.new')}
            </Button>
          }
        />
      )}
      {!chosen && !isNew && (
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
      {chosen && (
        <Known
          person={chosen}
          onAttach={() =>
            void attach({ name: chosen.name, email: chosen.email ?? '', phone: chosen.phone ?? '' }).catch(
              () => undefined,
            )
          }
        />
      )}
      {isNew ? (
        <Fresh typed={text} onSave={(contact) => void attach(contact).catch(() => undefined)} />
      ) : (
        <Button kind="quiet" icon="plus" size="md" onClick={() => setNew(true)}>
          {t('customer.new')}
        </Button>
      )}
    </Sheet>
  )
}

/** The hand-off card: who this is and what is open, on one glance. */
function Known({ person, onAttach }: { person: CustomerRow; onAttach(): void }): ReactNode {
  const t = useWords()
  const orders = useQuery({
    queryKey: ['orders-of', person.id],
    queryFn: () => api.get<{ items: OrderSummary[] }>('/api/admin/orders', { query: { person: person.id, limit: 5 } }),
  })
  const items = orders.data?.items ?? []
  return (
    <article className="t-card">
      <header>
        <div>
          <b>{person.name || person.email || person.phone}</b>
          <p className="h-muted">{[person.phone, person.email, person.city].filter(Boolean).join(' · ')}</p>
        </div>
        <Button kind="primary" size="lg" onClick={onAttach}>
          {t('customer.attach')}
        </Button>
      </header>
      <h3>{t('customer.orders')}</h3>
      <Loading active={orders.isFetching} label={t('loading')} />
      {orders.isSuccess && items.length === 0 && <p className="h-muted">{t('customer.noOrders')}</p>}
      <ul className="t-orders">
        {items.map((order) => (
          <li key={order.id}>
            <span className="h-code">{order.number}</span>
            <When at={order.placedAt} show="day" />
            <Status tone={order.status === 'completed' ? 'kept' : order.status === 'placed' ? 'owed' : 'quiet'}>
              {order.channelId}
            </Status>
            <Money minor={order.totalMinor} currency={order.currency} />
          </li>
        ))}
      </ul>
    </article>
  )
}

function Fresh({
  typed,
  onSave,
}: {
  typed: string
  onSave(contact: { name: string; email: string; phone: string }): void
}): ReactNode {
  const t = useWords()
  const looksLike = typed.includes('@') ? 'email' : /^[+\d\s]{6,}$/.test(typed) ? 'phone' : 'name'
  const [contact, setContact] = useState({ name: '', email: '', phone: '', [looksLike]: typed.trim() })
  const field = (name: 'name' | 'email' | 'phone', type: string) => (
    <TextInput
      size="lg"
      type={type}
      label={t(`customer.${name}`)}
      value={contact[name]}
      onChange={(event) => setContact({ ...contact, [name]: event.currentTarget.value })}
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
      <Button type="submit" kind="primary" size="lg" disabled={!contact.email && !contact.phone && !contact.name}>
        {t('customer.save')}
      </Button>
    </form>
  )
}
