import type { Order } from '@hilo/contract'
import { Code, Money, Picture, Tag, useLanguage } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { rateText } from '../../lib/format.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Scroll } from '../../parts/scroll.tsx'

/** What was bought, for how much and why that much. */
export function OrderLines({ order }: { order: Order }): ReactNode {
  const t = useT()
  const say = useSay()
  const { language } = useLanguage()
  const { currency } = order
  return (
    <Scroll label={t('orders.lines')}>
      <table className="c-plain">
        <thead>
          <tr>
            <th>{t('orders.article')}</th>
            <th className="h-num">{t('orders.units')}</th>
            <th className="h-num">{t('orders.unitPrice')}</th>
            <th className="h-num">{t('orders.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line) => (
            <tr key={line.id}>
              <td>
                <div className="c-cell">
                  <Picture src={line.picture ? `${line.picture}?w=80` : null} alt="" width={36} height={44} />
                  <div>
                    {line.variantId ? (
                      <Link to="/stock/$id" params={{ id: line.variantId }} className="c-strong">
                        {say(line.title)}
                      </Link>
                    ) : (
                      <span className="c-strong">{say(line.title)}</span>
                    )}
                    <div className="c-small c-muted c-what">
                      <span>{line.optionLabels.map(say).join(' · ')}</span> <Code>{line.sku}</Code>
                    </div>
                    <ul className="c-reasons">
                      {line.reasons.map((reason) => (
                        <li key={reason.es}>{say(reason)}</li>
                      ))}
                    </ul>
                    {line.gift && (
                      <Tag tone="thread" icon="gift">
                        {t('orders.gift')}
                      </Tag>
                    )}
                    {line.canceledUnits > 0 && (
                      <Tag tone="broken">{t('orders.canceledUnits', { n: line.canceledUnits })}</Tag>
                    )}
                    {line.returnedUnits > 0 && (
                      <Tag tone="owed">{t('orders.returnedUnits', { n: line.returnedUnits })}</Tag>
                    )}
                  </div>
                </div>
              </td>
              <td className="h-num">{line.units}</td>
              <td className="h-num">
                <Money minor={line.unitMinor} currency={currency} />
                {line.listUnitMinor !== line.unitMinor && (
                  <div className="c-small">
                    <Money minor={line.listUnitMinor} currency={currency} was />
                  </div>
                )}
              </td>
              <td className="h-num">
                <Money minor={line.totalMinor} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {order.discountMinor > 0 && (
            <tr>
              <td colSpan={3}>{t('orders.discount')}</td>
              <td className="h-num">
                <Money minor={-order.discountMinor} currency={currency} />
              </td>
            </tr>
          )}
          {(order.deliveryMinor > 0 || order.delivery?.kind === 'delivery') && (
            <tr>
              <td colSpan={3}>{t('orders.shipping')}</td>
              <td className="h-num">
                <Money minor={order.deliveryMinor} currency={currency} />
              </td>
            </tr>
          )}
          {order.taxes.map((tax) => (
            <tr key={tax.rateBp}>
              <td colSpan={3}>
                {t(order.taxIncluded ? 'orders.taxIn' : 'orders.taxOn', { rate: rateText(tax.rateBp, language) })}
              </td>
              <td className="h-num c-muted">
                <Money minor={tax.taxMinor} currency={currency} />
              </td>
            </tr>
          ))}
          <tr className="c-total">
            <td colSpan={3}>{t('orders.total')}</td>
            <td className="h-num">
              <Money minor={order.totalMinor} currency={currency} />
            </td>
          </tr>
        </tfoot>
      </table>
    </Scroll>
  )
}
