import { formatMoney } from '@hilo/calc'
import type { LocationBody, Order, PlaceAnswer } from '@hilo/contract'
import { Loading, ProblemNote, useLanguage } from '@hilo/ui'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, isUnknownOutcome } from '../api.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { Done } from './done.tsx'
import { AskAgain, MoneyIn } from './money-in.tsx'
import { usePaying } from './use-paying.ts'

/** Takes what is still due on an order, at any shop; the whole rest at once. */
export function DueSheet({ order, place, onClose }: { order: Order; place: LocationBody; onClose(): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const paying = usePaying(order.dueMinor)
  const take = useMutation({
    mutationFn: (): Promise<PlaceAnswer> =>
      api.post<PlaceAnswer>(
        `/api/pos/orders/${order.id}/payments`,
        { locationId: place.id, tenders: paying.tenders },
        { key: paying.key },
      ),
    onError: (error) => {
      if (!isUnknownOutcome(error)) paying.renewKey()
    },
  })
  if (take.data?.status === 'placed')
    return <Done order={take.data.order} changeMinor={take.data.changeMinor} place={place} onClose={onClose} />
  const isLost = take.error !== null && isUnknownOutcome(take.error)
  const amount = formatMoney(order.dueMinor, order.currency, language)
  return (
    <Sheet title={t('due.title', { number: order.number ?? '' })} onClose={onClose} wide>
      <MoneyIn paying={paying} totalMinor={order.dueMinor} currency={order.currency} busy={take.isPending} />
      <Loading active={take.isPending} label={t('pay.placing')} />
      {isLost && <AskAgain title={t('unknown.title')} onAsk={() => take.mutate()} />}
      {take.error && !isLost && <ProblemNote error={take.error} />}
      <footer className="t-payfoot">
        <button
          type="button"
          className="t-pay"
          disabled={paying.dueMinor > 0 || take.isPending || isLost}
          onClick={() => take.mutate()}
        >
          {t('due.finish', { amount })}
        </button>
      </footer>
    </Sheet>
  )
}
