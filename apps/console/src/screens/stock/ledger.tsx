import type { StockMovement } from '@hilo/contract'
import { Button, Code, ProblemNote, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { usePeople, usePlaces } from '../../lib/known.ts'
import { usePages } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Choice, Placeholder } from '../../parts/list.tsx'
import { Scroll } from '../../parts/scroll.tsx'

/** Every movement that made the figure what it is, newest first. Nothing here was ever changed. */
export function Ledger({ variantId }: { variantId: string }): ReactNode {
  const t = useT()
  const { places, name } = usePlaces()
  const person = usePeople()
  const [location, setLocation] = useState<string>()
  const pages = usePages<StockMovement>('/api/admin/stock-movements', { variant: variantId, location, limit: 25 })
  if (pages.error) return <ProblemNote error={pages.error} />
  if (pages.loading) return <Placeholder label={t('app.loading')} rows={5} />
  return (
    <>
      <Choice
        label={t('app.place')}
        value={location}
        onChange={setLocation}
        options={places.map((place) => ({ value: place.id, label: place.name }))}
      />
      {pages.rows.length === 0 ? (
        <p className="c-muted">{t('stock.noMovements')}</p>
      ) : (
        <Scroll label={t('stock.ledger')}>
          <table className="c-plain" aria-label={t('stock.ledger')}>
            <thead>
              <tr>
                <th>{t('app.when')}</th>
                <th>{t('stock.movement')}</th>
                <th>{t('app.place')}</th>
                <th className="h-num">{t('orders.units')}</th>
              </tr>
            </thead>
            <tbody>
              {pages.rows.map((move) => (
                <tr key={move.id}>
                  <td className="c-nowrap">
                    <When at={move.at} />
                  </td>
                  <td>
                    {t(`movement.${move.kind}`)}
                    <div className="c-small c-muted">
                      {[move.reason, actor(person, move.actorId)].filter(Boolean).join(' · ')}{' '}
                      <Reference to={move.reference} />
                    </div>
                  </td>
                  <td>{name(move.locationId)}</td>
                  <td className="h-num">{move.quantity > 0 ? `+${move.quantity}` : `−${-move.quantity}`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {pages.more && (
        <Button kind="quiet" onClick={pages.readMore} loading={pages.readingMore}>
          {t('app.loadMore')}
        </Button>
      )}
    </>
  )
}

function actor(person: (id: string) => string, id: string): string {
  const name = person(id)
  return name === id && id.startsWith('system') ? '' : name
}

function Reference({ to }: { to: string }): ReactNode {
  const t = useT()
  if (to === '') return null
  if (to.startsWith('ord_'))
    return (
      <Link to="/orders/$id" params={{ id: to }}>
        {t('subject.ord')} …{to.slice(-4)}
      </Link>
    )
  if (to.startsWith('trf_') || to.startsWith('tra_'))
    return (
      <Link to="/stock/transfers/$id" params={{ id: to }}>
        {t('subject.trf')} …{to.slice(-4)}
      </Link>
    )
  return <Code>{to}</Code>
}
