import type { Cart, Order, PlaceAnswer } from '@hilo/contract'
import { ApiProblem } from '@hilo/contract/client'
import { Button, Loading, Note } from '@hilo/ui'
import { type ReactNode, useRef } from 'react'
import { baskets } from '../basket/calls.ts'
import { type Intent, useIntent } from '../intent.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { AskAgain } from './ask-again.tsx'
import { FinishKey } from './finish-key.tsx'
import { MoneyIn } from './money-in.tsx'
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
const codeOf = (error: unknown) => (error instanceof ApiProblem ? error.body.code : '')

/** Taking money for the basket: cash with change, card, several tenders, a part now and the rest online. */
export function PaySheet({ cart, onClose, onPlaced, onStale }: Props): ReactNode {
  const t = useWords()
  const renew = useRef(() => {})
  const paying = usePaying(cart.totalMinor, () => renew.current())
  const sell = useIntent<PlaceAnswer, Attempt>(
    (attempt, key) =>
      baskets.place(cart.id, { expectedTotalMinor: cart.totalMinor, tenders: [...paying.tenders], ...attempt }, key),
    {
      onDone: (answer) => {
        if (answer.status === 'placed') onPlaced(answer.order, answer.changeMinor)
      },
      onRefused: (error) => {
        if (staleCodes.includes(codeOf(error))) onStale()
      },
    },
  )
  renew.current = sell.renew
  const isBusy = sell.isPending || sell.isLost
  const isCarried = cart.delivery?.kind === 'carry_out'
  const isDue = paying.dueMinor > 0
  return (
    // While nobody knows whether the sale is made, the sheet stays: closing it would hide the question, not answer it.
    <Sheet title={t('pay.title')} onClose={() => !isBusy && onClose()} wide>
      <MoneyIn paying={paying} totalMinor={cart.totalMinor} currency={cart.currency} busy={isBusy} />
      <Loading active={sell.isPending} label={t('pay.placing')} />
      {sell.isLost && <AskAgain title={t('pay.unknown.title')} onAsk={sell.again} />}
      {!isBusy && <Refusal sell={sell} isCarried={isCarried} />}
      {isDue && isCarried && paying.tenders.length > 0 && <p className="h-muted">{t('pay.restOnline.carry')}</p>}
      <footer className="t-payfoot">
        {isDue && !isCarried && (
          <Button size="xl" icon="phone" onClick={() => sell.start({ ...plain, restOnline: true })} disabled={isBusy}>
            {t('pay.restOnline')}
          </Button>
        )}
        <FinishKey ready={!isDue && !isBusy} onPress={() => sell.start(plain)}>
          {isBusy ? t('pay.placing') : t('pay.finish')}
        </FinishKey>
      </footer>
    </Sheet>
  )
}

/** Why it was refused, and what can be done: look at the new total, or sell what lies in the hand. */
function Refusal({ sell, isCarried }: { sell: Intent<PlaceAnswer, Attempt>; isCarried: boolean }): ReactNode {
  const t = useWords()
  if (sell.error === null) return null
  const code = codeOf(sell.error)
  const again = () => sell.start({ ...(sell.variables ?? plain), acceptUnknownStock: true })
  return (
    <>
      <Trouble error={sell.error} />
      {staleCodes.includes(code) && <Note tone="info">{t('pay.total.changed')}</Note>}
      {shortCodes.includes(code) && isCarried && (
        <Note
          tone="owed"
          title={t('pay.short.title')}
          action={
            <Button size="lg" onClick={again}>
              {t('pay.short.action')}
            </Button>
          }
        >
          {t('pay.short.help')}
        </Note>
      )}
    </>
  )
}
