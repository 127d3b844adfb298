import { formatMoney } from '@hilo/calc'
import type { LocationBody, Receipt, ReturnReceipt } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Money, Stamp, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import type { Key } from '../locales/es.ts'
import { useWords } from '../words.ts'
import { IssuerLine } from './issuer-line.tsx'

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
      <IssuerLine issuer={receipt.issuer} />
      <p>{receipt.address}</p>
      {isCopy && <p className="t-copy">{t('receipt.copy')}</p>}
      <p>
        {[receipt.number, receipt.staffName].filter(Boolean).join(' · ')} · <Stamp at={receipt.at} />
      </p>
      <table>
        <tbody>
          {receipt.lines.map((line, i) => (
            <Row key={`${line.sku}-${i}`} minor={line.totalMinor} currency={currency}>
              <What line={line} />
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
          <Taxes taxes={receipt.taxes} currency={currency} />
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

function Taxes({ taxes, currency }: Pick<Receipt, 'taxes' | 'currency'>): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const rate = new Intl.NumberFormat(language === 'es' ? 'es-ES' : 'en-GB', { maximumFractionDigits: 2 })
  return taxes.map((tax) => (
    <Row key={tax.rateBp} minor={tax.taxMinor} currency={currency}>
      {t('receipt.tax', { rate: rate.format(tax.rateBp / 100), net: formatMoney(tax.netMinor, currency, language) })}
    </Row>
  ))
}

/**
 * What the customer takes along after bringing something back.
 * @param of number of the receipt or order it was bought with
 */
export function ReturnPaper({ receipt, of }: { receipt: ReturnReceipt; of: string }): ReactNode {
  const t = useWords()
  const { currency } = receipt
  return (
    <article className="t-paper" aria-label={t('returns.paper')}>
      <h3>{receipt.locationName}</h3>
      <IssuerLine issuer={receipt.issuer} />
      <p>{receipt.address}</p>
      <p>
        {t('returns.paper')} {receipt.number} · <Stamp at={receipt.at} />
      </p>
      <p>{t('returns.paperOf', { number: of })}</p>
      <table>
        <tbody>
          {receipt.lines.map((line, i) => (
            <Row key={`${line.sku}-${i}`} minor={line.refundMinor} currency={currency}>
              <What line={line} />
            </Row>
          ))}
          <Row minor={receipt.refundMinor} currency={currency} total>
            {t('receipt.refund')}
          </Row>
          <Taxes taxes={receipt.taxes} currency={currency} />
          <tr>
            <td colSpan={2}>{t(receipt.refundMethod === 'cash' ? 'returns.cash' : 'returns.original')}</td>
          </tr>
        </tbody>
      </table>
    </article>
  )
}

/** Units, title, then size and colour as they are said, then the code small: what a person and a scanner look for. */
function What({
  line,
}: {
  line: Pick<Receipt['lines'][number], 'title' | 'optionLabels' | 'sku' | 'units'>
}): ReactNode {
  const { language } = useLanguage()
  return (
    <>
      {line.units} × {pick(line.title, language)}
      {line.optionLabels.length > 0 && (
        <span className="t-paperoptions">{line.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
      )}
      <small>{line.sku}</small>
    </>
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
