import { formatMoney } from '@hilo/calc'
import type { LocationBody, Order, Receipt } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Loading, Money, Note, ProblemNote, useLanguage, When } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'

/** The sale is done: what to give back, what is still open, and the receipt, which prints alone. */
export function Done({
  order,
  changeMinor,
  place,
  onClose,
}: {
  order: Order
  changeMinor: number
  place: LocationBody
  onClose(): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const receipt = useQuery({
    queryKey: ['receipt', order.id],
    queryFn: () => api.get<Receipt>(`/api/pos/orders/${order.id}/receipt`),
  })
  const pickup = order.fulfillments.find((part) => part.kind === 'pickup')
  const redirect = order.payments.find((payment) => payment.redirectUrl !== null)?.redirectUrl
  return (
    <Sheet title={t('done.title')} onClose={onClose}>
      {changeMinor > 0 && (
        <p className="t-change">
          {t('done.change')}{' '}
          <b>
            <Money minor={changeMinor} currency={order.currency} />
          </b>
        </p>
      )}
      {pickup?.pickupCode && (
        <Note tone="info" title={t('done.pickup', { code: pickup.pickupCode })}>
          {pickup.locationName} · <When at={pickup.dueAt} />
        </Note>
      )}
      {order.dueMinor > 0 && (
        <Note tone="owed" title={t('done.rest', { amount: formatMoney(order.dueMinor, order.currency, language) })}>
          {redirect ? (
            <>
              {t('done.rest.help')} <a href={redirect}>{redirect}</a>
            </>
          ) : (
            order.contact.email
          )}
        </Note>
      )}
      <Loading active={receipt.isFetching} label={t('loading')} />
      {receipt.error && <ProblemNote error={receipt.error} />}
      {receipt.data && <Paper receipt={receipt.data} place={place} />}
      <footer className="t-payfoot">
        <Button size="lg" icon="print" onClick={() => window.print()} disabled={!receipt.data}>
          {t('done.print')}
        </Button>
        <button type="button" className="t-pay" onClick={onClose} data-autofocus>
          {t('done.next')}
        </button>
      </footer>
    </Sheet>
  )
}

function Paper({ receipt, place }: { receipt: Receipt; place: LocationBody }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  return (
    <article className="t-paper" aria-label={t('receipt.title')}>
      <h3>{receipt.locationName || place.name}</h3>
      <p>{receipt.address}</p>
      <p>
        {receipt.number} · <When at={receipt.at} /> · {receipt.staffName}
      </p>
      <table>
        <tbody>
          {receipt.lines.map((line, i) => (
            <tr key={`${line.sku}-${i}`}>
              <td>
                {line.units} × {pick(line.title, language)}
                <small>{line.reasons.map((reason) => pick(reason, language)).join(' ')}</small>
              </td>
              <td>
                <Money minor={line.totalMinor} currency={receipt.currency} />
              </td>
            </tr>
          ))}
          {receipt.deliveryMinor > 0 && (
            <tr>
              <td>{t('basket.delivery')}</td>
              <td>
                <Money minor={receipt.deliveryMinor} currency={receipt.currency} />
              </td>
            </tr>
          )}
          <tr className="t-papertotal">
            <td>{t('receipt.total')}</td>
            <td>
              <Money minor={receipt.totalMinor} currency={receipt.currency} />
            </td>
          </tr>
          {receipt.taxes.map((tax) => (
            <tr key={tax.rateBp}>
              <td>
                {t('receipt.tax', {
                  rate: tax.rateBp / 100,
                  net: formatMoney(tax.netMinor, receipt.currency, language),
                })}
              </td>
              <td>
                <Money minor={tax.taxMinor} currency={receipt.currency} />
              </td>
            </tr>
          ))}
          {receipt.tenders.map((tender, i) => (
            <tr key={`${tender.method}-${i}`}>
              <td>
                {tender.method === 'cash' ? t('pay.cash') : t('pay.card')} {tender.reference}
              </td>
              <td>
                <Money minor={tender.tenderedMinor ?? tender.amountMinor} currency={receipt.currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{t('receipt.thanks')}</p>
    </article>
  )
}
