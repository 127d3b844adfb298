import type {
  Disposition,
  LocationBody,
  Order,
  OrderLine,
  OrderReturn,
  OrderSummary,
  ReturnQuote,
} from '@hilo/contract'
import { pick } from '@hilo/i18n'
import {
  Button,
  Code,
  Empty,
  Icon,
  IconButton,
  Loading,
  Money,
  Note,
  Picture,
  ProblemNote,
  SegmentedControl,
  TextInput,
  useDebouncedValue,
  useLanguage,
  When,
} from '@hilo/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../words.ts'

/** Takes back units of any channel's order: found by receipt or order number. */
export function Returns({ place, scanned }: { place: LocationBody; scanned: string | null }): ReactNode {
  const t = useWords()
  const [text, setText] = useState(scanned ?? '')
  useEffect(() => {
    if (scanned) setText(scanned)
  }, [scanned])
  const [q] = useDebouncedValue(text.trim(), 250)
  const list = useQuery({
    queryKey: ['return-search', q],
    queryFn: () => api.get<{ items: OrderSummary[] }>('/api/admin/orders', { query: { q, limit: 5 } }),
    enabled: q.length >= 4,
  })
  const [chosen, choose] = useState<string | null>(null)
  const found = list.data?.items ?? []
  const orderId = chosen ?? (found.length === 1 ? (found[0]?.id ?? null) : null)
  return (
    <>
      <TextInput
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
      {list.isSuccess && found.length === 0 && (
        <Empty title={t('returns.notFound', { q })}>{t('returns.none.help')}</Empty>
      )}
      {!orderId && (
        <ul className="t-cards">
          {found.map((order) => (
            <li key={order.id}>
              <button type="button" className="t-person" onClick={() => choose(order.id)}>
                <b>
                  <Code>{order.number}</Code> {order.name}
                </b>
                <span className="h-muted">
                  <When at={order.placedAt} show="day" /> · {order.channelId} ·{' '}
                  <Money minor={order.totalMinor} currency={order.currency} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {orderId && <ReturnForm key={orderId} orderId={orderId} place={place} />}
    </>
  )
}

type Back = { units: number; disposition: Disposition }

function ReturnForm({ orderId, place }: { orderId: string; place: LocationBody }): ReactNode {
  const t = useWords()
  const order = useQuery({
    queryKey: ['order', orderId],
    queryFn: () => api.get<Order>(`/api/admin/orders/${orderId}`),
  })
  const [back, setBack] = useState<Record<string, Back>>({})
  const [reason, setReason] = useState('')
  const [method, setMethod] = useState<'original' | 'cash'>('original')
  // One key for this return: asking again after a lost answer can never pay back twice.
  const [key] = useState(() => crypto.randomUUID())
  const lines = Object.entries(back).flatMap(([orderLineId, entry]) =>
    entry.units > 0 ? [{ orderLineId, ...entry }] : [],
  )
  const body = { locationId: place.id, reason: reason.trim() || '-', refundMethod: method, lines }
  const quote = useQuery({
    queryKey: ['return-quote', orderId, lines.map(({ orderLineId, units }) => `${orderLineId}:${units}`).join()],
    queryFn: () => api.post<ReturnQuote>(`/api/pos/orders/${orderId}/returns/preview`, body),
    enabled: lines.length > 0,
  })
  const accept = useMutation({
    mutationFn: () => api.post<Order>(`/api/pos/orders/${orderId}/returns`, body, { key }),
    onSuccess: () => order.refetch(),
  })
  if (!order.data) return order.error ? <ProblemNote error={order.error} /> : <Loading label={t('loading')} />
  const { data } = order
  const done: OrderReturn | undefined = accept.isSuccess ? data.returns.at(-1) : undefined
  if (done)
    return (
      <Note tone="kept" title={t('returns.done', { number: done.number, amount: '' })}>
        <Money minor={done.refundMinor} currency={data.currency} />
      </Note>
    )
  const returnable = data.lines.filter((line) => line.returnableUnits > 0)
  return (
    <form
      className="t-return"
      onSubmit={(event) => {
        event.preventDefault()
        accept.mutate()
      }}
    >
      <p>
        <Code>{data.number ?? data.receiptNumber}</Code> · {data.contact.name} · <When at={data.placedAt} show="day" />{' '}
        · {data.channelId}
      </p>
      {returnable.length === 0 && <Note tone="owed">{t('returns.nothing')}</Note>}
      <h3>{t('returns.choose')}</h3>
      {returnable.map((line) => (
        <ReturnLine
          key={line.id}
          line={line}
          value={back[line.id] ?? { units: 0, disposition: 'restock' }}
          onChange={(value) => setBack({ ...back, [line.id]: value })}
        />
      ))}
      <TextInput
        size="lg"
        label={t('returns.reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
      />
      <SegmentedControl
        size="md"
        aria-label={t('returns.method')}
        value={method}
        onChange={(value) => setMethod(value === 'cash' ? 'cash' : 'original')}
        data={[
          { value: 'original', label: t('returns.original') },
          { value: 'cash', label: t('returns.cash') },
        ]}
      />
      {(quote.error ?? accept.error) != null && <ProblemNote error={quote.error ?? accept.error} />}
      <footer>
        <span>
          {t('returns.refund')}{' '}
          <b className="t-sum">
            <Money minor={lines.length > 0 ? (quote.data?.refundMinor ?? 0) : 0} currency={data.currency} />
          </b>
        </span>
        <Button
          type="submit"
          kind="primary"
          size="xl"
          disabled={lines.length === 0 || reason.trim() === '' || !quote.data || accept.isPending}
        >
          {t('returns.confirm')}
        </Button>
      </footer>
    </form>
  )
}

function ReturnLine({
  line,
  value,
  onChange,
}: {
  line: OrderLine
  value: Back
  onChange(value: Back): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const title = pick(line.title, language)
  const set = (units: number) => onChange({ ...value, units: Math.min(line.returnableUnits, Math.max(0, units)) })
  return (
    <div className="t-line" data-chosen={value.units > 0 || undefined}>
      <Picture src={line.picture && `${line.picture}?w=160`} alt="" width={56} height={70} />
      <div className="t-lineword">
        <b>{title}</b>
        <span className="h-muted">{line.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
        {value.units > 0 && (
          <SegmentedControl
            size="sm"
            aria-label={t('returns.condition')}
            value={value.disposition}
            onChange={(next) => onChange({ ...value, disposition: next as Disposition })}
            data={[
              { value: 'restock', label: t('returns.restock') },
              { value: 'repair', label: t('returns.repair') },
              { value: 'scrap', label: t('returns.scrap') },
            ]}
          />
        )}
      </div>
      <div className="t-lineunits">
        <IconButton
          icon="minus"
          label={t('basket.less', { title })}
          onClick={() => set(value.units - 1)}
          size="xl"
          variant="default"
          disabled={value.units === 0}
        />
        <span className="t-count">{value.units}</span>
        <IconButton
          icon="plus"
          label={t('basket.more', { title })}
          onClick={() => set(value.units + 1)}
          size="xl"
          variant="default"
          disabled={value.units === line.returnableUnits}
        />
      </div>
      <small className="h-muted">{t('returns.of', { n: line.returnableUnits })}</small>
    </div>
  )
}
