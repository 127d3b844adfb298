import type { Order } from '@hilo/contract'
import { Code, Money, Note, Status, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { toneOf } from '../../lib/tones.ts'
import { useT, wordFor } from '../../lib/words.ts'

/** Every tender and what came of it; what was given back; what is still due. */
export function OrderMoney({ order }: { order: Order }): ReactNode {
  const t = useT()
  const { currency } = order
  return (
    <>
      {order.dueMinor > 0 && order.status === 'placed' && (
        <Note tone="owed" title={t('orders.due')}>
          <Money minor={order.dueMinor} currency={currency} />
        </Note>
      )}
      {order.payments.length === 0 ? (
        <p className="c-muted">{t('orders.noPayments')}</p>
      ) : (
        <table className="c-plain">
          <tbody>
            {order.payments.map((payment) => (
              <tr key={payment.id}>
                <td>
                  <span className="c-strong">{t(`method.${payment.method}`)}</span>
                  <div className="c-small c-muted">
                    <When at={payment.createdAt} />
                    {payment.reference && (
                      <>
                        {' · '}
                        <Code>{payment.reference}</Code>
                      </>
                    )}
                    {payment.tenderedMinor !== null && payment.changeMinor > 0 && (
                      <>
                        {' · '}
                        {t('orders.change')} <Money minor={payment.changeMinor} currency={currency} />
                      </>
                    )}
                  </div>
                  {payment.refunds.map((refund) => (
                    <div key={refund.id} className="c-small">
                      {t(`refund.${refund.status}`)} · {refund.reason} ·{' '}
                      <Money minor={-refund.amountMinor} currency={currency} />
                    </div>
                  ))}
                </td>
                <td>
                  <Status tone={toneOf('tender', payment.status)}>{t(`tender.${payment.status}`)}</Status>
                  {payment.declineCode && (
                    <div className="c-small c-muted">{wordFor(t, 'decline', payment.declineCode)}</div>
                  )}
                </td>
                <td className="h-num">
                  <Money minor={payment.amountMinor} currency={payment.currency} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={2}>{t('orders.paid')}</td>
              <td className="h-num">
                <Money minor={order.paidMinor} currency={currency} />
              </td>
            </tr>
            {order.refundedMinor > 0 && (
              <tr>
                <td colSpan={2}>{t('orders.refunded')}</td>
                <td className="h-num">
                  <Money minor={-order.refundedMinor} currency={currency} />
                </td>
              </tr>
            )}
          </tfoot>
        </table>
      )}
    </>
  )
}
