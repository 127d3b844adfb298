import type { LocationBody, Order, OrderSummary } from '@hilo/contract'
import { Button, Code, Empty, Icon, Loading, Money, TextInput, useDebouncedValue, When } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useFocus } from '../focus.ts'
import { ReceiptSheet } from '../pay/receipt-sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { useChannelName } from './channels.ts'
import { ReturnForm } from './return-form.tsx'

type Props = { place: LocationBody; scanned: { code: string } | null; focusAt: number }

/**
 * Any order of any channel, found by receipt or order number, mail, telephone or name: its receipt once more, on paper or by mail, and
 * what of it comes back. Without a search, the last sales of this shop.
 */
export function Receipts({ place, scanned, focusAt }: Props): ReactNode {
  const t = useWords()
  const field = useFocus(focusAt)
  const [text, setText] = useState(scanned?.code ?? '')
  const [chosen, choose] = useState<string | null>(null)
  useEffect(() => {
    if (!scanned) return
    setText(scanned.code)
    choose(null)
  }, [scanned])
  const { q, list, found } = useOrders(text, place)
  const orderId = chosen ?? (q !== '' && found.length === 1 ? (found[0]?.id ?? null) : null)
  const clear = () => {
    setText('')
    choose(null)
  }
  return (
    <>
      <TextInput
        ref={field}
        size="xl"
        type="search"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          choose(null)
        }}
        aria-label={t('returns.label')}
        placeholder={t('returns.label')}
        leftSection={<Icon name="receipt" size={22} />}
        autoComplete="off"
      />
      <Loading active={list.isFetching} label={t('loading')} />
      <Trouble error={list.error} />
      {list.isSuccess && found.length === 0 && (
        <Empty title={q === '' ? t('returns.none') : t('returns.notFound', { q })}>{t('returns.none.help')}</Empty>
      )}
      {!orderId && <Found title={q === '' ? t('receipts.last') : ''} found={found} onChoose={choose} />}
      {orderId && <OneOrder key={orderId} orderId={orderId} place={place} onAnother={clear} />}
    </>
  )
}

/** From four letters on, orders that fit; before, the last sales of this shop. */
function useOrders(text: string, place: LocationBody) {
  const [typed] = useDebouncedValue(text.trim(), 250)
  const q = typed.length >= 4 ? typed : ''
  const list = useQuery({
    queryKey: ['orders-found', q, place.id],
    queryFn: () =>
      api.get<{ items: OrderSummary[] }>('/api/admin/orders', {
        query: q === '' ? { location: place.id, channel: 'pos', limit: 8 } : { q, limit: 10 },
      }),
  })
  return { q, list, found: list.data?.items ?? [] }
}

function Found({
  title,
  found,
  onChoose,
}: {
  title: string
  found: readonly OrderSummary[]
  onChoose(orderId: string): void
}): ReactNode {
  const t = useWords()
  const channelName = useChannelName()
  if (found.length === 0) return null
  return (
    <section>
      {title !== '' && <h2 className="t-heading">{title}</h2>}
      <ul className="t-cards">
        {found.map((order) => (
          <li key={order.id}>
            <button type="button" className="t-person" onClick={() => onChoose(order.id)}>
              <span>
                <Code>{order.receiptNumber ?? order.number}</Code> <b>{order.name || t('basket.nameless')}</b>
              </span>
              <span className="h-muted">
                <When at={order.placedAt} /> · {channelName(order.channelId)} · {t('basket.units', { n: order.units })}{' '}
                · <Money minor={order.totalMinor} currency={order.currency} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function OneOrder({
  orderId,
  place,
  onAnother,
}: {
  orderId: string
  place: LocationBody
  onAnother(): void
}): ReactNode {
  const t = useWords()
  const channelName = useChannelName()
  const [isOpen, open] = useState(false)
  const order = useQuery({
    queryKey: ['order', orderId],
    queryFn: () => api.get<Order>(`/api/admin/orders/${orderId}`),
  })
  const { data } = order
  if (!data) return order.error ? <Trouble error={order.error} /> : <Loading label={t('loading')} />
  return (
    <>
      <header className="t-order">
        <p>
          <Code>{data.receiptNumber ?? data.number}</Code> <b>{data.contact.name || t('basket.nameless')}</b>
          <br />
          <span className="h-muted">
            <When at={data.placedAt} /> · {t('returns.bought', { channel: channelName(data.channelId) })} ·{' '}
            <Money minor={data.totalMinor} currency={data.currency} />
          </span>
        </p>
        {data.receiptNumber !== null && (
          <Button size="lg" icon="receipt" onClick={() => open(true)}>
            {t('receipts.again')}
          </Button>
        )}
      </header>
      <ReturnForm order={data} place={place} onAnother={onAnother} />
      {isOpen && <ReceiptSheet order={data} place={place} onClose={() => open(false)} />}
    </>
  )
}
