import type { Cart, LocationBody, Order, PlaceAnswer, TenderInput } from '@hilo/contract'
import { ApiProblem } from '@hilo/contract/client'
import { Button, Icon, IconButton, Loading, Money, Note, ProblemNote, TextInput } from '@hilo/ui'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { isUnknownOutcome } from '../api.ts'
import { baskets } from '../basket/calls.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { Done } from './done.tsx'
import { changeMinor, dueMinor, likelyCash, readAmount, withCash } from './tenders.ts'

type Props = { cart: Cart; place: LocationBody; onClose(): void; onPlaced(order: Order): void }
type Attempt = { acceptUnknownStock: boolean; restOnline: boolean }

/**
 * Taking money. One Idempotency-Key stands for this sale as it is now: a second touch, or asking again after a lost answer,
 * is the same request and never a second sale. A changed tender makes a new key.
 */
export function PaySheet({ cart, place, onClose, onPlaced }: Props): ReactNode {
  const t = useWords()
  const [tenders, setTenders] = useState<readonly TenderInput[]>([])
  const [key, setKey] = useState(() => crypto.randomUUID())
  const paying = { tenders, totalMinor: cart.totalMinor }
  const due = dueMinor(paying)
  const change = (next: readonly TenderInput[]) => {
    setTenders(next)
    setKey(crypto.randomUUID())
  }
  const place_ = useMutation({
    mutationFn: ({ acceptUnknownStock, restOnline }: Attempt): Promise<PlaceAnswer> =>
      baskets.place(
        cart.id,
        { expectedTotalMinor: cart.totalMinor, tenders: [...tenders], acceptUnknownStock, restOnline },
        key,
      ),
    onSuccess: (answer) => {
      if (answer.status === 'placed') onPlaced(answer.order)
    },
    onError: (error) => {
      if (!isUnknownOutcome(error)) setKey(crypto.randomUUID())
    },
  })
  if (place_.data?.status === 'placed')
    return <Done order={place_.data.order} changeMinor={place_.data.changeMinor} place={place} onClose={onClose} />
  const attempt = place_.variables ?? { acceptUnknownStock: false, restOnline: false }
  const isLost = place_.error !== null && isUnknownOutcome(place_.error)
  const isShort =
    place_.error instanceof ApiProblem &&
    ['inventory.atp_short', 'orders.stock_short', 'orders.not_feasible'].includes(place_.error.body.code)
  return (
    <Sheet title={t('pay.title')} onClose={onClose} wide>
      <div className="t-paysums">
        <div>
          <span>{t('receipt.total')}</span>
          <Money minor={cart.totalMinor} currency={cart.currency} />
        </div>
        <div data-due={due > 0 || undefined}>
          <span>{t('pay.due')}</span>
          <Money minor={due} currency={cart.currency} />
        </div>
        <div>
          <span>{t('pay.change')}</span>
          <Money minor={changeMinor(paying)} currency={cart.currency} />
        </div>
      </div>
      <Loading active={place_.isPending} label={t('pay.placing')} />
      {tenders.length > 0 && (
        <ul className="t-tenders">
          {tenders.map((tender, i) => (
            <li key={`${tender.method}-${i}`}>
              <Icon name={tender.method === 'cash' ? 'cash' : 'card'} />{' '}
              {t(tender.method === 'cash' ? 'pay.cash' : 'pay.card')}
              {tender.method === 'card_present' && <span className="h-code">{tender.reference}</span>}
              <Money
                minor={tender.method === 'cash' ? (tender.tenderedMinor ?? tender.amountMinor) : tender.amountMinor}
                currency={cart.currency}
              />
              <IconButton
                icon="close"
                label={t('pay.remove')}
                onClick={() => change(tenders.filter((_, at) => at !== i))}
                disabled={place_.isPending}
              />
            </li>
          ))}
        </ul>
      )}
      {due > 0 && (
        <Tenders
          due={due}
          currency={cart.currency}
          onCash={(handed) => change(withCash(paying, handed))}
          onCard={(amountMinor, reference) => change([...tenders, { method: 'card_present', amountMinor, reference }])}
        />
      )}
      {isLost && (
        <Note
          tone="owed"
          title={t('pay.unknown.title')}
          action={
            <Button kind="primary" size="lg" onClick={() => place_.mutate(attempt)}>
              {t('pay.unknown.action')}
            </Button>
          }
        >
          {t('pay.unknown.help')}
        </Note>
      )}
      {place_.error && !isLost && <ProblemNote error={place_.error} />}
      {isShort && (
        <Note
          tone="owed"
          title={t('pay.short.title')}
          action={
            <Button size="lg" onClick={() => place_.mutate({ ...attempt, acceptUnknownStock: true })}>
              {t('pay.short.action')}
            </Button>
          }
        >
          {t('pay.short.help')}
        </Note>
      )}
      <footer className="t-payfoot">
        {due > 0 && cart.contact.email !== '' && (
          <Button
            size="lg"
            onClick={() => place_.mutate({ acceptUnknownStock: false, restOnline: true })}
            disabled={place_.isPending}
          >
            {t('pay.restOnline')}
          </Button>
        )}
        <button
          type="button"
          className="t-pay"
          disabled={due > 0 || place_.isPending || isLost}
          onClick={() => place_.mutate({ acceptUnknownStock: false, restOnline: false })}
        >
          {place_.isPending ? t('pay.placing') : t('pay.finish')}
        </button>
      </footer>
    </Sheet>
  )
}

function Tenders({
  due,
  currency,
  onCash,
  onCard,
}: {
  due: number
  currency: string
  onCash(minor: number): void
  onCard(minor: number, reference: string): void
}): ReactNode {
  const t = useWords()
  const [other, setOther] = useState('')
  const [reference, setReference] = useState('')
  const amount = other === '' ? due : readAmount(other)
  return (
    <div className="t-ways">
      <section aria-label={t('pay.cash')}>
        <h3>
          <Icon name="cash" /> {t('pay.cash')}
        </h3>
        <div className="t-notes">
          {likelyCash(due).map((minor) => (
            <button key={minor} type="button" onClick={() => onCash(minor)}>
              {minor === due ? `${t('pay.exact')} ` : ''}
              <Money minor={minor} currency={currency} />
            </button>
          ))}
        </div>
      </section>
      <section aria-label={t('pay.card')}>
        <h3>
          <Icon name="card" /> {t('pay.card')}
        </h3>
        <form
          className="t-row"
          onSubmit={(event) => {
            event.preventDefault()
            if (amount) onCard(Math.min(amount, due), reference.trim())
          }}
        >
          <TextInput
            size="lg"
            label={t('pay.reference')}
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
            required
            autoComplete="off"
            style={{ flex: 1 }}
          />
          <Button type="submit" size="lg" disabled={!amount || reference.trim() === ''}>
            {t('pay.add')}
          </Button>
        </form>
      </section>
      <section className="t-row">
        <TextInput
          size="lg"
          inputMode="decimal"
          label={t('pay.other')}
          placeholder={(due / 100).toFixed(2)}
          value={other}
          onChange={(event) => setOther(event.currentTarget.value)}
          error={other !== '' && amount === undefined}
          autoComplete="off"
        />
        <Button
          size="lg"
          icon="cash"
          disabled={!amount}
          onClick={() => {
            if (amount) {
              onCash(amount)
              setOther('')
            }
          }}
        >
          {t('pay.cash')}
        </Button>
      </section>
    </div>
  )
}
