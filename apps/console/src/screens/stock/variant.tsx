import type { StockDetail } from '@hilo/contract'
import { Button, Code, Picture, ProblemNote, Section, Tag, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useId } from '../../lib/filters.ts'
import { useMe, usePlaces } from '../../lib/known.ts'
import { useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Scroll } from '../../parts/scroll.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { ChangeStock } from './change-stock.tsx'
import { Ledger } from './ledger.tsx'

/** One variant: every place, who holds units of it, and each movement that made the figure. */
export function StockPane(): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const id = useId()
  const [changing, setChanging] = useState(false)
  const { data, error } = useRead<StockDetail>(`/api/admin/stock/${id}`)
  if (error)
    return (
      <Pane title={t('nav.stock')} closeTo="/stock">
        <ProblemNote error={error} />
      </Pane>
    )
  if (!data)
    return (
      <Pane title={t('nav.stock')} closeTo="/stock">
        <Placeholder label={t('app.loading')} rows={8} />
      </Pane>
    )
  const { row } = data
  return (
    <Pane
      closeTo="/stock"
      label={say(row.title)}
      title={
        <span className="c-cell">
          <Picture src={row.picture ? `${row.picture}?w=160` : null} alt="" width={44} height={54} />
          <span>
            {say(row.title)}
            <span className="c-under">{row.optionLabels.map(say).join(' · ')}</span>
          </span>
        </span>
      }
      sub={
        <>
          <Code>{row.sku}</Code>
          {row.gtin && <Code>{row.gtin}</Code>}
          {row.productId && (
            <Link to="/products/$id" params={{ id: row.productId }} className="c-link">
              {t('stock.product')}
            </Link>
          )}
        </>
      }
      primary={
        me.role !== 'service' && (
          <Button kind={changing ? 'plain' : 'primary'} onClick={() => setChanging(!changing)}>
            {t(changing ? 'app.close' : 'stock.change')}
          </Button>
        )
      }
    >
      {changing && <ChangeStock row={row} />}
      <Section title={t('stock.byPlace')}>
        <ByPlace data={data} />
      </Section>
      <Holders data={data} />
      <Section title={t('stock.ledger')}>
        <Ledger variantId={row.variantId} />
      </Section>
    </Pane>
  )
}

function ByPlace({ data: { row } }: { data: StockDetail }): ReactNode {
  const t = useT()
  const { name } = usePlaces()
  return (
    <Scroll label={t('stock.byPlace')}>
      <table className="c-plain">
        <thead>
          <tr>
            <th>{t('app.place')}</th>
            <th className="h-num">{t('stock.onHand')}</th>
            <th className="h-num">{t('stock.allocated')}</th>
            <th className="h-num">{t('stock.reserved')}</th>
            <th className="h-num">{t('stock.safety')}</th>
            <th className="h-num">{t('stock.atp')}</th>
          </tr>
        </thead>
        <tbody>
          {row.places.map((level) => (
            <tr key={level.locationId}>
              <td>
                {name(level.locationId)}
                {level.incoming > 0 && <Tag icon="transfer">{t('stock.incoming', { n: level.incoming })}</Tag>}
                {level.conflicted > 0 && (
                  <Tag tone="broken" icon="alert">
                    {t('stock.conflicted', { n: level.conflicted })}
                  </Tag>
                )}
              </td>
              <td className="h-num">{level.onHand}</td>
              <td className="h-num">{level.allocated}</td>
              <td className="h-num">{level.reserved}</td>
              <td className="h-num">{level.safetyStock}</td>
              <td className="h-num">
                <b>{level.atp}</b>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t('stock.together')}</td>
            <td className="h-num">{row.onHand}</td>
            <td className="h-num">{row.allocated}</td>
            <td className="h-num">{row.reserved}</td>
            <td className="h-num">{row.places.reduce((sum, level) => sum + level.safetyStock, 0)}</td>
            <td className="h-num">
              <b>{row.atp}</b>
            </td>
          </tr>
        </tfoot>
      </table>
    </Scroll>
  )
}

function Holders({ data }: { data: StockDetail }): ReactNode {
  const t = useT()
  const { name } = usePlaces()
  if (data.allocations.length === 0 && data.reservations.length === 0) return null
  return (
    <Section title={t('stock.holders')}>
      <table className="c-plain">
        <tbody>
          {data.allocations.map((held) => (
            <tr key={`${held.orderLineId}${held.locationId}`}>
              <td>
                {held.orderId.startsWith('ord_') ? (
                  <Link to="/orders/$id" params={{ id: held.orderId }}>
                    {t('stock.forOrder')}
                  </Link>
                ) : (
                  t('stock.forTransfer')
                )}
              </td>
              <td>{name(held.locationId)}</td>
              <td className="c-muted">
                <When at={held.createdAt} />
              </td>
              <td className="h-num">{held.units}</td>
            </tr>
          ))}
          {data.reservations.map((held) => (
            <tr key={`${held.holderId}${held.locationId}`}>
              <td>{t('stock.inCart')}</td>
              <td>{name(held.locationId)}</td>
              <td className="c-muted">
                {t('stock.until')} <When at={held.expiresAt} show="time" />
              </td>
              <td className="h-num">{held.units}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
