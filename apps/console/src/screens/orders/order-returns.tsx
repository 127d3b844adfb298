import type { Order, OrderReturn, ReturnReceipt } from '@hilo/contract'
import { Button, Code, Icon, Modal, Money, ProblemNote, Section, Stamp, useLanguage, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { rateText } from '../../lib/format.ts'
import { useMe, usePlaces } from '../../lib/known.ts'
import { useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'

/** What came back: when, where, what, how much it gave back, and the receipt that the customer takes home. */
export function OrderReturns({ order }: { order: Order }): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const places = usePlaces()
  const [shown, setShown] = useState<OrderReturn | null>(null)
  if (order.returns.length === 0) return null
  const prints = me.role === 'owner' || me.role === 'manager' || me.role === 'counter'
  return (
    <Section title={t('orders.returns')}>
      <ul className="c-items">
        {order.returns.map((back) => (
          <li key={back.id}>
            <Icon name="return" />
            <div className="c-grow">
              <Code>{back.number}</Code> {back.lines.map((line) => `${line.units} × ${say(line.title)}`).join(', ')}
              <div className="c-small c-muted">
                <When at={back.at} /> · {places.name(back.locationId)} · {back.reason}
              </div>
            </div>
            <Money minor={back.refundMinor} currency={order.currency} />
            {prints && (
              <Button
                size="compact-sm"
                onClick={() => setShown(back)}
                aria-label={`${t('orders.receipt')} ${back.number}`}
              >
                {t('orders.receipt')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {shown && <ReturnPaper order={order} back={shown} onClose={() => setShown(null)} />}
    </Section>
  )
}

/** The receipt of a return, as it is printed. */
function ReturnPaper({ order, back, onClose }: { order: Order; back: OrderReturn; onClose(): void }): ReactNode {
  const t = useT()
  const say = useSay()
  const { language } = useLanguage()
  const { data, error } = useRead<ReturnReceipt>(`/api/pos/orders/${order.id}/returns/${back.id}/receipt`)
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('orders.returnReceipt')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {error ? <ProblemNote error={error} /> : !data && <Placeholder label={t('app.loading')} rows={6} />}
      {data && (
        <>
          <div className="c-paper" data-print>
            <p>
              <b>{data.locationName}</b>
              <br />
              {data.issuer.taxId !== '' && (
                <>
                  {data.issuer.name} · {t('orders.taxId', { id: data.issuer.taxId })}
                  <br />
                </>
              )}
              {data.address}
            </p>
            <p>
              {t('orders.return')} <Code>{data.number}</Code>
              <br />
              {data.orderNumber && (
                <>
                  {t('orders.order')} <Code>{data.orderNumber}</Code>
                  <br />
                </>
              )}
              <Stamp at={data.at} /> · {data.staffName}
            </p>
            <table className="c-plain">
              <tbody>
                {data.lines.map((line) => (
                  <tr key={line.sku}>
                    <td>
                      {line.units} × {say(line.title)}
                      <div className="c-small">
                        <Code>{line.sku}</Code>
                      </div>
                    </td>
                    <td className="h-num">
                      <Money minor={line.refundMinor} currency={data.currency} />
                    </td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                {data.taxes.map((tax) => (
                  <tr key={tax.rateBp}>
                    <td>{t('orders.taxIn', { rate: rateText(tax.rateBp, language) })}</td>
                    <td className="h-num">
                      <Money minor={tax.taxMinor} currency={data.currency} />
                    </td>
                  </tr>
                ))}
                <tr className="c-total">
                  <td>{t(data.refundMethod === 'cash' ? 'orders.backCash' : 'orders.backOriginal')}</td>
                  <td className="h-num">
                    <Money minor={data.refundMinor} currency={data.currency} />
                  </td>
                </tr>
              </tfoot>
            </table>
            <p className="c-small">{data.reason}</p>
          </div>
          <div className="c-buttons">
            <Button kind="primary" onClick={() => window.print()} data-autofocus>
              {t('orders.print')}
            </Button>
          </div>
        </>
      )}
    </Modal>
  )
}
