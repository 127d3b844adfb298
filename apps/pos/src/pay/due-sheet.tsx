import { formatMoney } from '@hilo/calc'
import type { LocationBody, Order, PlaceAnswer } from '@hilo/contract'
import { Loading, useLanguage } from '@hilo/ui'
import { type ReactNode, useRef } from 'react'
import { api } from '../api.ts'
import { useIntent } from '../intent.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { AskAgain } from './ask-again.tsx'
import { Done } from './done.tsx'
import { FinishKey } from './finish-key.tsx'
import { MoneyIn } from './money-in.tsx'
import { usePaying } from './use-paying.ts'

/** Takes what is still due on an order, at any shop; the whole rest at once. */
export function DueSheet({ order, place, onClose }: { order: Order; place: LocationBody; onClose(): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const renew = useRef(() => {})
  const paying = usePaying(order.dueMinor, () => renew.current())
  const take = useIntent<PlaceAnswer>((_, key) =>
    api.post<PlaceAnswer>(
      `/api/pos/orders/${order.id}/payments`,
      { locationId: place.id, tenders: paying.tenders },
      { key },
    ),
  )
  renew.current = take.renew
  if (take.data?.status === 'placed')
    return <Done order={take.data.order} changeMinor={take.data.changeMinor} place={place} onClose={onClose} />
  const isBusy = take.isPending || take.isLost
  const amount = formatMoney(order.dueMinor, order.currency, language)
  return (
    <Sheet title={t('due.title', { number: order.number ?? '' })} onClose={() => !isBusy && onClose()} wide>
      <MoneyIn paying={paying} totalMinor={order.dueMinor} currency={order.currency} busy={isBusy} />
      <Loading active={take.isPending} label={t('pay.placing')} />
      {take.isLost && <AskAgain title={t('unknown.title')} onAsk={take.again} />}
      {!isBusy && <Trouble error={take.error} />}
      <footer className="t-payfoot">
        <FinishKey ready={paying.dueMinor === 0 && !isBusy} onPress={() => take.start()}>
          {t('due.finish', { amount })}
        </FinishKey>
      </footer>
    </Sheet>
  )
}
