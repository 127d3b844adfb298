import { Button, Icon, IconButton, Money, Note, TextInput } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { useWords } from '../words.ts'
import { likelyCash, readAmount } from './tenders.ts'
import type { Paying } from './use-paying.ts'

/** What is owed, what lies on the counter, and keys for cash and card. */
export function MoneyIn({
  paying,
  totalMinor,
  currency,
  busy,
}: {
  paying: Paying
  totalMinor: number
  currency: string
  busy: boolean
}): ReactNode {
  const t = useWords()
  return (
    <>
      <div className="t-paysums">
        <div>
          <span>{t('receipt.total')}</span>
          <Money minor={totalMinor} currency={currency} />
        </div>
        <div data-due={paying.dueMinor > 0 || undefined}>
          <span>{t('pay.due')}</span>
          <Money minor={paying.dueMinor} currency={currency} />
        </div>
        <div>
          <span>{t('pay.change')}</span>
          <Money minor={paying.changeMinor} currency={currency} />
        </div>
      </div>
      {paying.tenders.length > 0 && (
        <ul className="t-tenders">
          {paying.tenders.map((tender, i) => (
            <li key={`${tender.method}-${i}`}>
              <Icon name={tender.method === 'cash' ? 'cash' : 'card'} />
              <span>{t(tender.method === 'cash' ? 'pay.cash' : 'pay.card')}</span>
              <span className="h-code">{tender.method === 'card_present' ? tender.reference : ''}</span>
              <Money
                minor={tender.method === 'cash' ? (tender.tenderedMinor ?? tender.amountMinor) : tender.amountMinor}
                currency={currency}
              />
              <IconButton
                icon="close"
                label={t('pay.remove')}
                onClick={() => paying.remove(i)}
                disabled={busy}
                hint={false}
              />
            </li>
          ))}
        </ul>
      )}
      {paying.dueMinor > 0 && <Ways key={paying.tenders.length} paying={paying} currency={currency} />}
    </>
  )
}

function Ways({ paying, currency }: { paying: Paying; currency: string }): ReactNode {
  const t = useWords()
  const due = paying.dueMinor
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
          {likelyCash(due).map((minor, i) => (
            <button
              key={minor}
              type="button"
              data-autofocus={i === 0 || undefined}
              onClick={() => paying.addCash(minor)}
            >
              {minor === due && <small>{t('pay.exact')} </small>}
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
            if (amount) paying.addCard(Math.min(amount, due), reference.trim())
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
          <Button type="submit" size="lg" icon="card" disabled={!amount || reference.trim() === ''}>
            {t('pay.card')}
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
        <Button size="lg" icon="cash" disabled={!amount} onClick={() => amount && paying.addCash(amount)}>
          {t('pay.cash')}
        </Button>
      </section>
    </div>
  )
}

/** The answer was lost. Asking again is the same request, so it can never charge twice. */
export function AskAgain({ title, onAsk }: { title: string; onAsk(): void }): ReactNode {
  const t = useWords()
  return (
    <Note
      tone="owed"
      title={title}
      action={
        <Button kind="primary" size="lg" onClick={onAsk}>
          {t('pay.unknown.action')}
        </Button>
      }
    >
      {t('pay.unknown.help')}
    </Note>
  )
}
