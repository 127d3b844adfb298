import type { LocationBody, Order, Receipt } from '@hilo/contract'
import { Button, Code, Loading, Money, Note, ProblemNote, When } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { RestOnline } from './order-link.tsx'
import { ReceiptPaper } from './paper.tsx'

type Props = { order: Order; changeMinor: number; place: LocationBody; onClose(): void; title?: string }

/** The sale is done: what to give back, what is still open, and the receipt, which prints alone. */
export function Done({ order, changeMinor, place, onClose, title }: Props): ReactNode {
  const t = useWords()
  const receipt = useQuery({
    queryKey: ['receipt', order.id, order.dueMinor],
    queryFn: () => api.get<Receipt>(`/api/pos/orders/${order.id}/receipt`),
    enabled: order.receiptNumber !== null,
  })
  const pickup = order.fulfillments.find((part) => part.kind === 'pickup' && part.status !== 'handed_over')
  return (
    <Sheet title={title ?? t('done.title')} onClose={onClose}>
      <p className="t-ordernumber">
        <Code>{order.number}</Code> {order.contact.email !== '' && t('done.mailed', { email: order.contact.email })}
      </p>
      {changeMinor > 0 && (
        <p className="t-change">
          {t('done.change')}{' '}
          <b>
            <Money minor={changeMinor} currency={order.currency} />
          </b>
        </p>
      )}
      {pickup?.pickupCode && (
        <Note tone="info" title={t('done.pickup', { code: pickup.pickupCode })}>
          {pickup.locationName} · <When at={pickup.dueAt} />
        </Note>
      )}
      {order.dueMinor > 0 && <RestOnline order={order} />}
      <Loading active={receipt.isFetching} label={t('loading')} />
      {receipt.error && <ProblemNote error={receipt.error} />}
      {receipt.data && <ReceiptPaper receipt={receipt.data} place={place} />}
      <footer className="t-payfoot">
        <Button size="lg" icon="print" onClick={() => window.print()} disabled={!receipt.data}>
          {t('done.print')}
        </Button>
        <button type="button" className="t-pay" onClick={onClose} data-autofocus>
          {t('done.next')}
        </button>
      </footer>
    </Sheet>
  )
}

/** The same for an order this till did not see finish: the answer was lost, the page reloaded, or the customer paid on their phone. */
export function Finished({
  orderId,
  place,
  onClose,
}: {
  orderId: string
  place: LocationBody
  onClose(): void
}): ReactNode {
  const t = useWords()
  const found = useQuery({
    queryKey: ['finished', orderId],
    queryFn: () => api.get<Order>(`/api/admin/orders/${orderId}`),
  })
  const title = t('basket.finished')
  if (!found.data) {
    return (
      <Sheet title={title} onClose={onClose}>
        {found.error ? <ProblemNote error={found.error} /> : <Loading label={t('loading')} />}
      </Sheet>
    )
  }
  const changeMinor = found.data.payments.reduce((sum, payment) => sum + payment.changeMinor, 0)
  return <Done order={found.data} changeMinor={changeMinor} place={place} onClose={onClose} title={title} />
}
