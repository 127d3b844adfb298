import type { LocationBody, OrderSummary } from '@hilo/contract'
import { Code, Empty, Icon, Loading, Money, ProblemNote, TextInput, useDebouncedValue, When } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useFocus } from '../focus.ts'
import { useWords } from '../words.ts'
import { useChannelName } from './channels.ts'
import { ReturnForm } from './return-form.tsx'

type Props = { place: LocationBody; scanned: { code: string } | null; focusAt: number }

/** Takes back units of any channel's order: found by receipt or order number, mail, telephone or name. */
export function Returns({ place, scanned, focusAt }: Props): ReactNode {
  const t = useWords()
  const channelName = useChannelName()
  const field = useFocus(focusAt)
  const [text, setText] = useState(scanned?.code ?? '')
  const [chosen, choose] = useState<string | null>(null)
  useEffect(() => {
    if (!scanned) return
    setText(scanned.code)
    choose(null)
  }, [scanned])
  const [q] = useDebouncedValue(text.trim(), 250)
  const list = useQuery({
    queryKey: ['return-search', q],
    queryFn: () => api.get<{ items: OrderSummary[] }>('/api/admin/orders', { query: { q, limit: 10 } }),
    enabled: q.length >= 4,
  })
  const found = q.length >= 4 ? (list.data?.items ?? []) : []
  const orderId = chosen ?? (found.length === 1 ? (found[0]?.id ?? null) : null)
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
      {list.error && <ProblemNote error={list.error} />}
      {q.length < 4 && <Empty title={t('returns.none')}>{t('returns.none.help')}</Empty>}
      {q.length >= 4 && list.isSuccess && found.length === 0 && (
        <Empty title={t('returns.notFound', { q })}>{t('returns.none.help')}</Empty>
      )}
      {!orderId && (
        <ul className="t-cards">
          {found.map((order) => (
            <li key={order.id}>
              <button type="button" className="t-person" onClick={() => choose(order.id)}>
                <span>
                  <Code>{order.receiptNumber ?? order.number}</Code> <b>{order.name || t('basket.nameless')}</b>
                </span>
                <span className="h-muted">
                  <When at={order.placedAt} show="day" /> · {channelName(order.channelId)} ·{' '}
                  {t('basket.units', { n: order.units })} · <Money minor={order.totalMinor} currency={order.currency} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {orderId && (
        <ReturnForm
          key={orderId}
          orderId={orderId}
          place={place}
          onAnother={() => {
            setText('')
            choose(null)
          }}
        />
      )}
    </>
  )
}
