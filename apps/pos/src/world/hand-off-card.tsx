import type { CustomerRow, FulfillmentOrderBody, LocationBody, OrderSummary, ThreadEntry } from '@hilo/contract'
import { phoneText, pick } from '@hilo/i18n'
import { Button, Code, formatWhen, Loading, Money, Note, Status, Thread, useLanguage, When } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { useChannelName } from './channels.ts'
import { usePlaceName } from './stock.ts'
import { lastContacts, openPromises } from './thread-words.ts'
import { Visit } from './visit.tsx'

type Props = { person: CustomerRow; place: LocationBody; onAttach(): void; onPickup(orderNumber: string): void }

/** The hand-off card: who this is, what waits for them here, what we promised, what is open, what happened last; on one glance. */
export function HandOffCard({ person, place, onAttach, onPickup }: Props): ReactNode {
  const t = useWords()
  const thread = useQuery({
    queryKey: ['thread', person.id],
    queryFn: () =>
      api.get<{ items: ThreadEntry[] }>(`/api/admin/customers/${person.id}/thread`, { query: { limit: 60 } }),
  })
  const orders = useQuery({
    queryKey: ['orders-of', person.id],
    queryFn: () => api.get<{ items: OrderSummary[] }>('/api/admin/orders', { query: { person: person.id, limit: 4 } }),
  })
  const waiting = useQuery({
    queryKey: ['pickups-of', person.id, place.id],
    queryFn: () =>
      api.get<{ items: FulfillmentOrderBody[] }>('/api/pos/pickups', {
        query: { location: place.id, status: 'collect', q: person.name },
      }),
    enabled: person.name !== '',
  })
  const ready = waiting.data?.items.find(({ personId }) => personId === person.id)
  const error = thread.error ?? orders.error ?? waiting.error
  return (
    <article className="t-card">
      <header>
        <div>
          <b>{person.name || person.email || phoneText(person.phone ?? '')}</b>
          <p className="h-muted">
            {[phoneText(person.phone ?? ''), person.email, person.city].filter(Boolean).join(' · ')}
          </p>
          <p className="h-muted">
            {t('customer.since')} <When at={person.createdAt} show="day" />
          </p>
        </div>
        <Button kind="primary" size="xl" onClick={onAttach} data-attach>
          {t('customer.attach')}
        </Button>
      </header>
      {ready && (
        <Note
          tone="kept"
          title={t('customer.next', { number: ready.orderNumber, bin: ready.setAsideBin ?? '–' })}
          action={
            <Button size="md" onClick={() => onPickup(ready.orderNumber)}>
              {t('customer.next.action')}
            </Button>
          }
        />
      )}
      <Loading active={thread.isFetching || orders.isFetching} label={t('loading')} />
      <Trouble error={error} />
      <div className="t-cardcols">
        <section>
          <Promises entries={thread.data?.items ?? []} />
          <Orders orders={orders.data?.items} />
        </section>
        <LastContacts entries={thread.data?.items ?? []} isLoaded={thread.isSuccess} />
      </div>
      <Visit person={person} place={place} />
    </article>
  )
}

function Promises({ entries }: { entries: readonly ThreadEntry[] }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const open = openPromises(entries).slice(0, 3)
  return (
    <>
      <h3>{t('customer.promised')}</h3>
      {open.length === 0 && <p className="h-muted">{t('customer.nothingPromised')}</p>}
      {open.map((promise) => (
        <p key={promise.id}>
          <Status tone="owed">
            <When at={promise.dueAt} />
          </Status>{' '}
          {pick(promise.text, language)}
        </p>
      ))}
    </>
  )
}

function Orders({ orders }: { orders: readonly OrderSummary[] | undefined }): ReactNode {
  const t = useWords()
  const channelName = useChannelName()
  return (
    <>
      <h3>{t('customer.orders')}</h3>
      {orders?.length === 0 && <p className="h-muted">{t('customer.noOrders')}</p>}
      <ul className="t-orders">
        {orders?.map((order) => (
          <li key={order.id}>
            <Code>{order.number}</Code>
            <When at={order.placedAt} show="day" />
            <Status tone={order.status === 'completed' ? 'kept' : order.status === 'placed' ? 'owed' : 'quiet'}>
              {channelName(order.channelId)}
            </Status>
            <Money minor={order.totalMinor} currency={order.currency} />
          </li>
        ))}
      </ul>
    </>
  )
}

function LastContacts({ entries, isLoaded }: { entries: readonly ThreadEntry[]; isLoaded: boolean }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const channelName = useChannelName()
  const placeName = usePlaceName()
  const points = lastContacts(entries, {
    t,
    language,
    channelName,
    placeName,
    formatDay: (at) => formatWhen(at, language, 'day'),
    limit: 5,
  })
  return (
    <section>
      <h3>{t('customer.thread')}</h3>
      {isLoaded && points.length === 0 && <p className="h-muted">{t('customer.nothingYet')}</p>}
      {points.length > 0 && <Thread points={points} label={t('customer.thread')} />}
    </section>
  )
}
