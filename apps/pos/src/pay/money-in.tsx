import { Icon, IconButton, Money } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'
import { useMoneyOnCounter } from './on-counter.ts'
import type { Paying } from './use-paying.ts'
import { Ways } from './ways.tsx'

type Props = { paying: Paying; totalMinor: number; currency: string; busy: boolean }

/** What is owed, what lies on the counter, and keys for cash and card. */
export function MoneyIn({ paying, totalMinor, currency, busy }: Props): ReactNode {
  useMoneyOnCounter()
  return (
    <>
      <Sums paying={paying} totalMinor={totalMinor} currency={currency} />
      <Tenders paying={paying} currency={currency} busy={busy} />
      {paying.dueMinor > 0 && !busy && <Ways key={paying.tenders.length} paying={paying} currency={currency} />}
    </>
  )
}

function Sums({ paying, totalMinor, currency }: Omit<Props, 'busy'>): ReactNode {
  const t = useWords()
  return (
    <div className="t-paysums" role="status">
      <div>
        <span>{t('receipt.total')}</span>
        <Money minor={totalMinor} currency={currency} />
      </div>
      <div data-due={paying.dueMinor > 0 || undefined}>
        <span>{t('pay.due')}</span>
        <Money minor={paying.dueMinor} currency={currency} />
      </div>
      <div data-change={paying.changeMinor > 0 || undefined}>
        <span>{t('pay.change')}</span>
        <Money minor={paying.changeMinor} currency={currency} />
      </div>
    </div>
  )
}

function Tenders({ paying, currency, busy }: Omit<Props, 'totalMinor'>): ReactNode {
  const t = useWords()
  if (paying.tenders.length === 0) return null
  return (
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
            size="xl"
          />
        </li>
      ))}
    </ul>
  )
}
