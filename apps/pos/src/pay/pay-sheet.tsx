import type { Cart, Order, PlaceAnswer } from '@hilo/contract'
import { ApiProblem } from '@hilo/contract/client'
import { Button, Loading, Note, ProblemNote } from '@hilo/ui'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { isUnknownOutcome } from '../api.ts'
import { baskets } from '../basket/calls.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { AskAgain, MoneyIn } from './money-in.tsx'
import { usePaying } from './use-paying.ts'

type Props = {
  cart: Cart
  onClose(): void
  onPlaced(order: Order, changeMinor: number): void
  /** The price or the basket is not what this sheet shows. */
  onStale(): void
}
type Attempt = { acceptUnknownStock: boolean; restOnline: boolean }
const plain: Attempt = { acceptUnknownStock: false, restOnline: false }

const staleCodes = ['orders.total_changed', 'orders.cart_placed', 'orders.cart_merged']
const shortCodes = ['inventory.atp_short', 'orders.out_of_stock']

/** Taking money for the basket: cash with change, card, several tenders, a part now and the rest online. */
export function PaySheet({ cart, onClose, onPlaced, onStale }: Props): ReactNode {
  const t = useWords()
  const paying = usePaying(cart.totalMinor)
  const sell = useMutation({
    mutationFn: ({ acceptUnknownStock, restOnline }: Attempt): Promise<PlaceAnswer> =>
      baskets.place(
        cart.id,
        { expectedTotalMinor: cart.totalMinor, tenders: [...paying.tenders], acceptUnknownStock, restOnline },
        paying.key,
      ),
    onSuccess: (answer) => {
      if (answer.status === 'placed') onPlaced(answer.order, answer.changeMinor)
    },
    onError: (error) => {
      if (isUnknownOutcome(error)) return
      paying.renewKey()
      if (error instanceof ApiProblem && staleCodes.includes(error.body.code)) onStale()
    },
  })
  const code = sell.error instanceof ApiProblem ? sell.error.body.code : ''
  const isLost = sell.error !== null && isUnknownOutcome(sell.error)
  const isCarried = cart.delivery?.kind === 'carry_out'
  return (
    <Sheet title={t('pay.title')} onClose={onClose} wide>
      <MoneyIn paying={paying} totalMinor={cart.totalMinor} currency={cart.currency} busy={sell.isPending} />
      <Loading active={sell.isPending} label={t('pay.placing')} />
      {isLost && <AskAgain title={t('pay.unknown.title')} onAsk={() => sell.mutate(sell.variables ?? plain)} />}
      {sell.error && !isLost && <ProblemNote error={sell.error} />}
      {staleCodes.includes(code) && <Note tone="info">{t('pay.total.changed')}</Note>}
      {shortCodes.includes(code) && isCarried && (
        <Note
          tone="owed"
          title={t('pay.short.title')}
          action={
            <Button size="lg" onClick={() => sell.mutate({ ...(sell.variables ?? plain), acceptUnknownStock: true })}>
              {t('pay.short.action')}
            </Button>
          }
        >
          {t('pay.short.help')}
        </Note>
      )}
      {paying.dueMinor > 0 && isCarried && paying.tenders.length > 0 && (
        <p className="h-muted">{t('pay.restOnline.carry')}</p>
      )}
      <footer className="t-payfoot">
        {paying.dueMinor > 0 && !isCarried && (
          <Button
            size="lg"
            icon="phone"
            onClick={() => sell.mutate({ ...plain, restOnline: true })}
            disabled={sell.isPending || isLost}
          >
            {t('pay.restOnline')}
          </Button>
        )}
        <button
          type="button"
          className="t-pay"
          disabled={paying.dueMinor > 0 || sell.isPending || isLost}
          onClick={() => sell.mutate(plain)}
        >
          {sell.isPending ? t('pay.placing') : t('pay.finish')}
        </button>
      </footer>
    </Sheet>
  )
}
