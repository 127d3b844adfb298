import type { Disposition, LocationBody, Order, OrderLine, OrderReturn, ReturnQuote } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import {
  Button,
  Code,
  IconButton,
  Loading,
  Money,
  Note,
  Picture,
  ProblemNote,
  SegmentedControl,
  TextInput,
  useLanguage,
  When,
} from '@hilo/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, isUnknownOutcome } from '../api.ts'
import { AskAgain } from '../pay/money-in.tsx'
import { ReturnPaper } from '../pay/paper.tsx'
import { useWords } from '../words.ts'
import { useChannelName } from './channels.ts'

type Back = { units: number; disposition: Disposition }
type Method = 'original' | 'cash'

/** Lines, units, condition, reason, way of refund; the sum is the server's, to the cent. */
export function ReturnForm({
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
  const order = useQuery({
    queryKey: ['order', orderId],
    queryFn: () => api.get<Order>(`/api/admin/orders/${orderId}`),
  })
  const [back, setBack] = useState<Record<string, Back>>({})
  const [reason, setReason] = useState('')
  const [method, setMethod] = useState<Method>('original')
  // One key for this return as it is: asking again after a lost answer can never pay back twice.
  const [key, setKey] = useState(() => crypto.randomUUID())
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value)
      setKey(crypto.randomUUID())
    }
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
    onError: (error) => {
      if (!isUnknownOutcome(error)) setKey(crypto.randomUUID())
    },
  })
  if (!order.data) return order.error ? <ProblemNote error={order.error} /> : <Loading label={t('loading')} />
  const done = newest(accept.data?.returns)
  if (accept.data && done) return <Taken order={accept.data} back={done} place={place} onAnother={onAnother} />
  const { data } = order
  const returnable = data.lines.filter((line) => line.returnableUnits > 0)
  const isLost = accept.error !== null && isUnknownOutcome(accept.error)
  return (
    <form
      className="t-return"
      onSubmit={(event) => {
        event.preventDefault()
        accept.mutate()
      }}
    >
      <p>
        <Code>{data.receiptNumber ?? data.number}</Code> · <b>{data.contact.name || t('basket.nameless')}</b> ·{' '}
        <When at={data.placedAt} show="day" /> · {t('returns.bought', { channel: channelName(data.channelId) })}
      </p>
      {returnable.length === 0 ? (
        <Note tone="owed">{t('returns.nothing')}</Note>
      ) : (
        <>
          <h3>{t('returns.choose')}</h3>
          {returnable.map((line) => (
            <ReturnLine
              key={line.id}
              line={line}
              value={back[line.id] ?? { units: 0, disposition: 'restock' }}
              onChange={changed((value: Back) => setBack({ ...back, [line.id]: value }))}
            />
          ))}
          <Reason value={reason} onChange={changed(setReason)} />
          <div className="t-row">
            <SegmentedControl
              size="md"
              aria-label={t('returns.method')}
              value={method}
              onChange={changed((value: string) => setMethod(value === 'cash' ? 'cash' : 'original'))}
              data={[
                { value: 'original', label: t('returns.original') },
                { value: 'cash', label: t('returns.cash') },
              ]}
            />
          </div>
          {isLost && <AskAgain title={t('unknown.title')} onAsk={() => accept.mutate()} />}
          {(quote.error ?? accept.error) != null && !isLost && <ProblemNote error={quote.error ?? accept.error} />}
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
              disabled={lines.length === 0 || reason.trim() === '' || !quote.data || accept.isPending || isLost}
            >
              {t('returns.confirm')}
            </Button>
          </footer>
        </>
      )}
    </form>
  )
}

function newest(returns: readonly OrderReturn[] | undefined): OrderReturn | undefined {
  return [...(returns ?? [])].sort((a, b) => a.at.localeCompare(b.at)).at(-1)
}

function Taken({
  order,
  back,
  place,
  onAnother,
}: {
  order: Order
  back: OrderReturn
  place: LocationBody
  onAnother(): void
}): ReactNode {
  const t = useWords()
  return (
    <div className="t-return">
      <Note tone="kept" title={t('returns.done', { number: back.number })}>
        <Money minor={back.refundMinor} currency={order.currency} /> ·{' '}
        {t(back.refundMethod === 'cash' ? 'returns.cash' : 'returns.original')}
      </Note>
      <ReturnPaper order={order} back={back} place={place} />
      <footer className="t-payfoot">
        <Button size="lg" icon="print" onClick={() => window.print()}>
          {t('returns.print')}
        </Button>
        <Button kind="primary" size="lg" onClick={onAnother}>
          {t('returns.another')}
        </Button>
      </footer>
    </div>
  )
}

/** Why it comes back: one touch for the usual reasons, words for the rest. */
function Reason({ value, onChange }: { value: string; onChange(value: string): void }): ReactNode {
  const t = useWords()
  const usual = [t('returns.reason.size'), t('returns.reason.change'), t('returns.reason.fault')]
  return (
    <div className="t-row">
      <TextInput
        size="lg"
        label={t('returns.reason')}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        required
        style={{ flex: 1, minWidth: 200 }}
      />
      {usual.map((word) => (
        <Button key={word} size="lg" onClick={() => onChange(word)} aria-pressed={value === word}>
          {word}
        </Button>
      ))}
    </div>
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
          hint={false}
        />
        <span className="t-count">{value.units}</span>
        <IconButton
          icon="plus"
          label={t('basket.more', { title })}
          onClick={() => set(value.units + 1)}
          size="xl"
          variant="default"
          disabled={value.units === line.returnableUnits}
          hint={false}
        />
        <small className="h-muted">{t('returns.of', { n: line.returnableUnits })}</small>
      </div>
    </div>
  )
}
