import type { LocationBody, Order, OrderReturn, ReturnReceipt } from '@hilo/contract'
import { Button, Loading, Money, Note, SegmentedControl, TextInput } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { AskAgain } from '../pay/ask-again.tsx'
import { MailReceipt } from '../pay/mail-receipt.tsx'
import { ReturnPaper } from '../pay/paper.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { ReturnLine } from './return-line.tsx'
import { type Returning, useReturn } from './use-return.ts'

type Props = { order: Order; place: LocationBody; onAnother(): void }

/** Lines, units, condition, reason, way of refund; the sum is the server's, to the cent. */
export function ReturnForm({ order, place, onAnother }: Props): ReactNode {
  const t = useWords()
  const returning = useReturn(order.id, place)
  const { accept } = returning
  const done = newest(accept.data?.returns)
  if (accept.data && done) return <Taken order={accept.data} back={done} place={place} onAnother={onAnother} />
  const returnable = order.lines.filter((line) => line.returnableUnits > 0)
  // While its answer is on the way or lost, the order may say already that everything is back.
  if (returnable.length === 0 && !accept.isPending && !accept.isLost)
    return <Note tone="owed">{t('returns.nothing')}</Note>
  return (
    <form
      className="t-return"
      onSubmit={(event) => {
        event.preventDefault()
        accept.start()
      }}
    >
      <h3>{t('returns.choose')}</h3>
      {returnable.map((line) => (
        <ReturnLine
          key={line.id}
          line={line}
          value={returning.backOf(line.id)}
          onChange={(value) => returning.setBack(line.id, value)}
        />
      ))}
      <Reason value={returning.reason} onChange={returning.setReason} />
      <Method returning={returning} />
      {accept.isLost && <AskAgain title={t('unknown.title')} onAsk={accept.again} />}
      {(returning.quoteError ?? accept.error) != null && !accept.isPending && (
        <Trouble error={returning.quoteError ?? accept.error} />
      )}
      <footer>
        <span>
          {t('returns.refund')}{' '}
          <b className="t-sum">
            <Money minor={returning.refundMinor} currency={order.currency} />
          </b>
        </span>
        <Button type="submit" kind="primary" size="xl" disabled={!returning.isReady}>
          {t('returns.confirm')}
        </Button>
      </footer>
    </form>
  )
}

function Method({ returning }: { returning: Returning }): ReactNode {
  const t = useWords()
  return (
    <div className="t-row">
      <SegmentedControl
        size="lg"
        aria-label={t('returns.method')}
        value={returning.method}
        onChange={(value) => returning.setMethod(value === 'cash' ? 'cash' : 'original')}
        data={[
          { value: 'original', label: t('returns.original') },
          { value: 'cash', label: t('returns.cash') },
        ]}
      />
    </div>
  )
}

function newest(returns: readonly OrderReturn[] | undefined): OrderReturn | undefined {
  return [...(returns ?? [])].sort((a, b) => a.at.localeCompare(b.at)).at(-1)
}

function Taken({ order, back, place, onAnother }: Props & { back: OrderReturn }): ReactNode {
  const t = useWords()
  const receipt = useQuery({
    queryKey: ['return-receipt', back.id],
    queryFn: () => api.get<ReturnReceipt>(`/api/pos/orders/${order.id}/returns/${back.id}/receipt`),
  })
  return (
    <div className="t-return">
      <Note tone="kept" title={t('returns.done', { number: back.number })}>
        <Money minor={back.refundMinor} currency={order.currency} /> ·{' '}
        {t(back.refundMethod === 'cash' ? 'returns.cash' : 'returns.original')}
      </Note>
      <Loading active={receipt.isFetching} label={t('loading')} />
      <Trouble error={receipt.error} />
      {receipt.data && <ReturnPaper receipt={receipt.data} of={order.receiptNumber ?? order.number ?? ''} />}
      <MailReceipt order={order} place={place} returnId={back.id} />
      <footer className="t-payfoot">
        <Button size="xl" icon="print" onClick={() => window.print()} disabled={!receipt.data}>
          {t('returns.print')}
        </Button>
        <Button kind="primary" size="xl" onClick={onAnother}>
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
        className="t-grow"
      />
      {usual.map((word) => (
        <Button key={word} size="lg" onClick={() => onChange(word)} aria-pressed={value === word}>
          {word}
        </Button>
      ))}
    </div>
  )
}
