import type { Order, ReturnOrder as ReturnBody, ReturnQuote } from '@hilo/contract'
import { Button, Modal, Money, NumberInput, notify, ProblemNote, SegmentedControl, Select, Textarea } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { usePlaces } from '../../lib/known.ts'
import { useAct } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'

const dispositions = ['restock', 'repair', 'scrap'] as const

/** Takes units back at a place, says to the cent what that gives back, and where the goods go. */
export function ReturnOrder({ order, onClose }: { order: Order; onClose(): void }): ReactNode {
  const t = useT()
  const say = useSay()
  const { mine } = usePlaces()
  const shops = mine.filter((place) => place.status === 'active')
  const [locationId, setLocationId] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [method, setMethod] = useState<'original' | 'cash'>('original')
  const [units, setUnits] = useState<Record<string, number>>({})
  const [goes, setGoes] = useState<Record<string, (typeof dispositions)[number]>>({})
  const place = locationId ?? (shops.find(({ kind }) => kind === 'shop') ?? shops[0])?.id ?? null
  const lines = Object.entries(units)
    .filter(([, count]) => count > 0)
    .map(([orderLineId, count]) => ({
      orderLineId,
      units: count,
      disposition: goes[orderLineId] ?? ('restock' as const),
    }))
  const body: ReturnBody | null =
    place && lines.length > 0 ? { locationId: place, reason: reason.trim() || '-', refundMethod: method, lines } : null
  const quote = useQuery({
    queryKey: ['quote', order.id, body],
    queryFn: () => api.post<ReturnQuote>(`/api/pos/orders/${order.id}/returns/preview`, body),
    enabled: body !== null,
  })
  const act = useAct((input: ReturnBody, call) => api.post<Order>(`/api/pos/orders/${order.id}/returns`, input, call), {
    refresh: ['/api/admin/orders', '/api/admin/stock'],
    done: () => {
      notify(t('orders.returnDone'), { tone: 'kept' })
      onClose()
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('orders.return')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        className="c-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (body) act.mutate(body)
        }}
      >
        <Select
          label={t('app.place')}
          data={shops.map(({ id, name }) => ({ value: id, label: name }))}
          value={place}
          onChange={setLocationId}
          allowDeselect={false}
        />
        {order.lines
          .filter((line) => line.returnableUnits > 0)
          .map((line) => (
            <div key={line.id} className="c-row c-piece">
              <span className="c-grow">
                {say(line.title)} <span className="c-muted">{line.optionLabels.map(say).join(' · ')}</span>
              </span>
              <NumberInput
                aria-label={`${t('orders.units')}: ${say(line.title)}`}
                w={84}
                min={0}
                max={line.returnableUnits}
                value={units[line.id] ?? 0}
                onChange={(value) => setUnits({ ...units, [line.id]: Number(value) })}
              />
              <Select
                aria-label={`${t('orders.goesTo')}: ${say(line.title)}`}
                w={150}
                data={dispositions.map((value) => ({ value, label: t(`disposition.${value}`) }))}
                value={goes[line.id] ?? 'restock'}
                onChange={(value) =>
                  setGoes({ ...goes, [line.id]: (value ?? 'restock') as (typeof dispositions)[number] })
                }
                allowDeselect={false}
              />
            </div>
          ))}
        <Textarea
          label={t('app.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
          minRows={2}
          required
        />
        <SegmentedControl
          value={method}
          onChange={(value) => setMethod(value === 'cash' ? 'cash' : 'original')}
          data={[
            { value: 'original', label: t('orders.refundOriginal') },
            { value: 'cash', label: t('orders.refundCash') },
          ]}
        />
        <div className="c-quote">
          <span>{t('orders.givesBack')}</span>
          <b>{quote.data && body ? <Money minor={quote.data.refundMinor} currency={quote.data.currency} /> : '–'}</b>
        </div>
        {(act.error ?? quote.error) !== null && <ProblemNote error={act.error ?? quote.error} />}
        <div className="c-buttons">
          <Button kind="quiet" onClick={onClose}>
            {t('app.close')}
          </Button>
          <Button kind="primary" type="submit" loading={act.isPending} disabled={body === null || reason.trim() === ''}>
            {t('orders.return')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
