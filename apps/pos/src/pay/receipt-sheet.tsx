import type { LocationBody, Order, Receipt } from '@hilo/contract'
import { Button, Loading } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { MailReceipt } from './mail-receipt.tsx'
import { ReceiptPaper } from './paper.tsx'

/** What the receipt of this order prints; nothing for an order that was not sold at a counter. */
export function useReceipt(order: Pick<Order, 'id' | 'receiptNumber' | 'dueMinor'>) {
  return useQuery({
    queryKey: ['receipt', order.id, order.dueMinor],
    queryFn: () => api.get<Receipt>(`/api/pos/orders/${order.id}/receipt`),
    enabled: order.receiptNumber !== null,
  })
}

/** An earlier receipt, printed again as a copy, or sent by mail. */
export function ReceiptSheet({
  order,
  place,
  onClose,
}: {
  order: Order
  place: LocationBody
  onClose(): void
}): ReactNode {
  const t = useWords()
  const receipt = useReceipt(order)
  return (
    <Sheet title={t('receipt.title')} onClose={onClose}>
      <Loading active={receipt.isFetching} label={t('loading')} />
      <Trouble error={receipt.error} />
      {receipt.data && <ReceiptPaper receipt={receipt.data} place={place} isCopy />}
      <MailReceipt order={order} place={place} />
      <footer className="t-payfoot">
        <Button kind="primary" size="xl" icon="print" onClick={() => window.print()} disabled={!receipt.data}>
          {t('done.print')}
        </Button>
      </footer>
    </Sheet>
  )
}
