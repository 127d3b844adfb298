import type { LocationBody, Order } from '@hilo/contract'
import { Button, Code, Loading, Money, Note, When } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { MailReceipt } from './mail-receipt.tsx'
import { RestOnline } from './order-link.tsx'
import { ReceiptPaper } from './paper.tsx'
import { useReceipt } from './receipt-sheet.tsx'

type Props = { order: Order; changeMinor: number; place: LocationBody; onClose(): void; title?: string }

/** The sale is done: what to give back, what is still open, and the receipt on paper or by mail. */
export function Done({ order, changeMinor, place, onClose, title }: Props): ReactNode {
  const t = useWords()
  const receipt = useReceipt(order)
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
      <Collect order={order} />
      {order.dueMinor > 0 && <RestOnline order={order} />}
      <Loading active={receipt.isFetching} label={t('loading')} />
      <Trouble error={receipt.error} />
      {receipt.data && <ReceiptPaper receipt={receipt.data} place={place} />}
      {receipt.data && <MailReceipt order={order} place={place} />}
      <footer className="t-payfoot">
        <Button size="xl" icon="print" onClick={() => window.print()} disabled={!receipt.data}>
          {t('done.print')}
        </Button>
        <button type="button" className="t-pay" onClick={onClose} data-autofocus>
          {t('done.next')}
        </button>
      </footer>
    </Sheet>
  )
}

function Collect({ order }: { order: Order }): ReactNode {
  const t = useWords()
  const pickup = order.fulfillments.find((part) => part.kind === 'pickup' && part.status !== 'handed_over')
  if (!pickup?.pickupCode) return null
  return (
    <Note tone="info" title={t('done.pickup', { code: pickup.pickupCode })}>
      {pickup.locationName} · <When at={pickup.dueAt} />
    </Note>
  )
}

/** The same for an order this till did not see finish: the answer was lost, the page reloaded, or the customer paid on their phone. */
export function Finished({
  orderId,
  place,
  title,
  onClose,
}: {
  orderId: string
  place: LocationBody
  title: string
  onClose(): void
}): ReactNode {
  const t = useWords()
  const found = useQuery({
    queryKey: ['finished', orderId],
    queryFn: () => api.get<Order>(`/api/admin/orders/${orderId}`),
  })
  if (!found.data) {
    return (
      <Sheet title={title} onClose={onClose}>
        {found.error ? <Trouble error={found.error} /> : <Loading label={t('loading')} />}
      </Sheet>
    )
  }
  const changeMinor = found.data.payments.reduce((sum, payment) => sum + payment.changeMinor, 0)
  return <Done order={found.data} changeMinor={changeMinor} place={place} onClose={onClose} title={title} />
}
