import { Button, Icon, Money, TextInput, useHotkeys, useLanguage, useMediaQuery } from '@hilo/ui'
import { type ReactNode, useRef, useState } from 'react'
import { useWords } from '../words.ts'
import { likelyCash, readAmount } from './tenders.ts'
import type { Paying } from './use-paying.ts'

type Props = { paying: Paying; currency: string }

/**
 * Cash and card for what is still due. By keyboard: Enter takes the exact sum in cash, a figure and Enter takes that, F10 leads to the
 * card. Under a thumb the likely notes come first, so that no keyboard of the screen covers them.
 */
export function Ways({ paying, currency }: Props): ReactNode {
  const due = paying.dueMinor
  const [other, setOther] = useState('')
  const amount = other.trim() === '' ? due : readAmount(other)
  return (
    <div className="t-ways">
      <Cash paying={paying} currency={currency} other={other} amount={amount} onOther={setOther} />
      <Card paying={paying} currency={currency} amount={amount === undefined ? undefined : Math.min(amount, due)} />
    </div>
  )
}

/** An amount as one would type it, without the currency: "238,00" or "238.00". */
function typed(minor: number, language: 'es' | 'en'): string {
  const text = (minor / 100).toFixed(2)
  return language === 'es' ? text.replace('.', ',') : text
}

function Cash({
  paying,
  currency,
  other,
  amount,
  onOther,
}: Props & { other: string; amount: number | undefined; onOther(text: string): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const isTouched = useMediaQuery('(pointer: coarse)', undefined, { getInitialValueInEffect: false }) === true
  const due = paying.dueMinor
  return (
    <section aria-label={t('pay.cash')}>
      <h3>
        <Icon name="cash" /> {t('pay.cash')}
      </h3>
      <form
        className="t-row"
        onSubmit={(event) => {
          event.preventDefault()
          if (amount) paying.addCash(amount)
        }}
      >
        <TextInput
          size="xl"
          inputMode="decimal"
          label={t('pay.other')}
          placeholder={typed(due, language)}
          value={other}
          onChange={(event) => onOther(event.currentTarget.value)}
          error={other.trim() !== '' && amount === undefined && t('pay.amountInvalid')}
          autoComplete="off"
          data-autofocus={!isTouched || undefined}
          className="t-grow"
        />
        <Button type="submit" size="xl" icon="cash" disabled={!amount}>
          {t('pay.cash')}
        </Button>
      </form>
      <div className="t-notes">
        {likelyCash(due).map((minor, i) => (
          <button
            key={minor}
            type="button"
            data-autofocus={(isTouched && i === 0) || undefined}
            onClick={() => paying.addCash(minor)}
          >
            {minor === due && <small>{t('pay.exact')} </small>}
            <Money minor={minor} currency={currency} />
          </button>
        ))}
      </div>
    </section>
  )
}

function Card({ paying, currency, amount }: Props & { amount: number | undefined }): ReactNode {
  const t = useWords()
  const [reference, setReference] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useHotkeys([['F10', () => field.current?.focus()]], [])
  return (
    <section aria-label={t('pay.card')}>
      <h3>
        <Icon name="card" /> {t('pay.card')}
      </h3>
      <form
        className="t-row"
        onSubmit={(event) => {
          event.preventDefault()
          if (amount && reference.trim() !== '') paying.addCard(amount, reference.trim())
        }}
      >
        <TextInput
          ref={field}
          size="xl"
          label={t('pay.reference')}
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
          required
          autoComplete="off"
          className="t-grow"
        />
        <Button type="submit" size="xl" icon="card" disabled={!amount || reference.trim() === ''}>
          {t('pay.card')}
        </Button>
      </form>
      {amount !== undefined && (
        <p className="h-muted">
          {t('pay.cardTakes')} <Money minor={amount} currency={currency} />
        </p>
      )}
    </section>
  )
}
