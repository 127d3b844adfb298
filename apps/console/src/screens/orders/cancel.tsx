import type { CancelOrder as CancelBody, Order } from '@hilo/contract'
import { Button, Modal, NumberInput, notify, ProblemNote, SegmentedControl, Select, Textarea } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useDraft } from '../../lib/drafts.ts'
import { usePlaces } from '../../lib/known.ts'
import { useAct } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'

/** Cancels an order or some units of it. The reason reaches the customer. */
export function CancelOrder({ order, onClose }: { order: Order; onClose(): void }): ReactNode {
  const t = useT()
  const say = useSay()
  const reason = useDraft(`cancel:${order.id}`, '')
  const [some, setSome] = useState(false)
  const [units, setUnits] = useState<Record<string, number>>({})
  // What was paid in cash goes back in cash, out of a drawer.
  const cash = order.payments.some((paid) => paid.method === 'cash' && paid.capturedMinor > paid.refundedMinor)
  const drawers = usePlaces().mine.filter(({ kind, status }) => kind === 'shop' && status === 'active')
  const [chosen, setDrawer] = useState<string | null>(null)
  const drawer = chosen ?? (drawers.length === 1 ? (drawers[0]?.id ?? null) : null)
  const act = useAct((body: CancelBody, call) => api.post<Order>(`/api/admin/orders/${order.id}/cancel`, body, call), {
    refresh: ['/api/admin/orders', '/api/admin/fulfillment', '/api/admin/stock'],
    done: () => {
      reason.clear()
      notify(t('orders.canceledDone'), { tone: 'kept' })
      onClose()
    },
  })
  const lines = Object.entries(units)
    .filter(([, count]) => count > 0)
    .map(([orderLineId, count]) => ({ orderLineId, units: count }))
  const open = order.lines.filter((line) => line.units - line.canceledUnits > 0)
  return (
    <Modal opened onClose={onClose} title={t('orders.cancel')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className="c-form"
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate({
            reason: reason.value,
            lines: some ? lines : undefined,
            locationId: cash && drawer !== null ? drawer : undefined,
          })
        }}
      >
        <SegmentedControl
          value={some ? 'some' : 'all'}
          onChange={(value) => setSome(value === 'some')}
          data={[
            { value: 'all', label: t('orders.cancelAll') },
            { value: 'some', label: t('orders.cancelSome') },
          ]}
        />
        {some &&
          open.map((line) => (
            <div key={line.id} className="c-row c-piece">
              <span className="c-grow">
                {say(line.title)} <span className="c-muted">{line.optionLabels.map(say).join(' · ')}</span>
              </span>
              <NumberInput
                aria-label={`${t('orders.units')}: ${say(line.title)}`}
                w={84}
                min={0}
                max={line.units - line.canceledUnits}
                value={units[line.id] ?? 0}
                onChange={(value) => setUnits({ ...units, [line.id]: Number(value) })}
              />
            </div>
          ))}
        {cash && (
          <Select
            label={t('orders.drawer')}
            description={t('orders.drawerHow')}
            data={drawers.map(({ id, name }) => ({ value: id, label: name }))}
            value={drawer}
            onChange={setDrawer}
            required
          />
        )}
        <Textarea
          label={t('orders.cancelReason')}
          description={t('orders.cancelReasonHow')}
          value={reason.value}
          onChange={(event) => reason.set(event.currentTarget.value)}
          autosize
          minRows={2}
          required
          data-autofocus
        />
        {act.error !== null && <ProblemNote error={act.error} />}
        <div className="c-buttons">
          <Button kind="quiet" onClick={onClose}>
            {t('app.close')}
          </Button>
          <Button
            kind="danger"
            type="submit"
            loading={act.isPending}
            disabled={reason.value.trim() === '' || (some && lines.length === 0) || (cash && drawer === null)}
          >
            {t(some ? 'orders.cancelSome' : 'orders.cancelAll')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
