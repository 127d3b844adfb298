import { formatMoney } from '@hilo/calc'
import type { LocationBody, Order, OrderReturn, Receipt } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Money, useLanguage, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import type { Key } from '../locales/es.ts'
import { useWords } from '../words.ts'

/** The receipt as it prints: ink on white, 80 mm. One that is printed again says that it is a copy. */
export function ReceiptPaper({
  receipt,
  place,
  isCopy = false,
}: {
  receipt: Receipt
  place: LocationBody
  isCopy?: boolean
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const { currency } = receipt
  return (
    <article className="t-paper" aria-label={t('receipt.title')}>
      <h3>{receipt.locationName || place.name}</h3>
      <p>{receipt.address}</p>
      {isCopy && <p className="t-copy">{t('receipt.copy')}</p>}
      <p>
        {[receipt.number, receipt.staffName].filter(Boolean).join(' · ')} · <When at={receipt.at} />
      </p>
      <table>
        <tbody>
          {receipt.lines.map((line, i) => (
            <Row key={`${line.sku}-${i}`} minor={line.totalMinor} currency={currency}>
              {line.units} × {pick(line.title, language)}
              <small>{line.sku}</small>
              {line.reasons.map((reason) => (
                <small key={reason.es}>{pick(reason, language)}</small>
              ))}
            </Row>
          ))}
          {receipt.deliveryMinor > 0 && (
            <Row minor={receipt.deliveryMinor} currency={currency}>
              {t('basket.delivery')}
            </Row>
          )}
          <Row minor={receipt.totalMinor} currency={currency} total>
            {t('receipt.total')}
          </Row>
          {receipt.taxes.map((tax) => (
            <Row key={tax.rateBp} minor={tax.taxMinor} currency={currency}>
              {t('receipt.tax', { rate: tax.rateBp / 100, net: formatMoney(tax.netMinor, currency, language) })}
            </Row>
          ))}
          <Paid receipt={receipt} />
        </tbody>
      </table>
      <p>{t('receipt.thanks')}</p>
    </article>
  )
}

const tenderKeys: Readonly<Record<string, Key>> = {
  cash: 'pay.cash',
  card_present: 'pay.card',
  card_online: 'receipt.online',
}

function Paid({ receipt: { tenders, currency } }: { receipt: Receipt }): ReactNode {
  const t = useWords()
  const changeMinor = tenders.reduce((sum, tender) => sum + tender.changeMinor, 0)
  return (
    <>
      {tenders.map((tender, i) => (
        <Row key={`${tender.method}-${i}`} minor={tender.tenderedMinor ?? tender.amountMinor} currency={currency}>
          {t(tenderKeys[tender.method] ?? 'receipt.online')} {tender.method === 'card_present' && tender.reference}
        </Row>
      ))}
      {changeMinor > 0 && (
        <Row minor={changeMinor} currency={currency}>
          {t('receipt.change')}
        </Row>
      )}
    </>
  )
}

/** What the customer takes along after bringing something back. */
export function ReturnPaper({
  order,
  back,
  place,
}: {
  order: Order
  back: OrderReturn
  place: LocationBody
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  return (
    <article className="t-paper" aria-label={t('returns.paper')}>
      <h3>{place.name}</h3>
      <p>
        {t('returns.paper')} {back.number} · <When at={back.at} />
      </p>
      <p>{t('returns.paperOf', { number: order.receiptNumber ?? order.number ?? '' })}</p>
      <table>
        <tbody>
          {back.lines.map((line) => (
            <Row key={line.orderLineId} minor={line.refundMinor} currency={order.currency}>
              {line.units} × {pick(line.title, language)}
              <small>{line.sku}</small>
            </Row>
          ))}
          <Row minor={back.refundMinor} currency={order.currency} total>
            {t('receipt.refund')}
          </Row>
          <tr>
            <td colSpan={2}>{t(back.refundMethod === 'cash' ? 'returns.cash' : 'returns.original')}</td>
          </tr>
        </tbody>
      </table>
    </article>
  )
}

function Row({
  minor,
  currency,
  total,
  children,
}: {
  minor: number
  currency: string
  total?: boolean
  children: ReactNode
}): ReactNode {
  return (
    <tr className={total ? 't-papertotal' : undefined}>
      <td>{children}</td>
      <td>
        <Money minor={minor} currency={currency} />
      </td>
    </tr>
  )
}
