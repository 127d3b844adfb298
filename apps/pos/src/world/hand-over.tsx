import { formatMoney } from '@hilo/calc'
import type { FulfillmentOrderBody, LocationBody, Order } from '@hilo/contract'
import { Button, Loading, Note, notify, TextInput, useLanguage } from '@hilo/ui'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import { useIntent } from '../intent.ts'
import { AskAgain } from '../pay/ask-again.tsx'
import { DueSheet } from '../pay/due-sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'

type Props = {
  order: FulfillmentOrderBody
  place: LocationBody
  /** The code the order was found by; '' when it was found by a name or number. */
  known: string
  onDone(done: FulfillmentOrderBody): void
}

/** Money first where some is due, then the goods against the code, or against papers. */
export function HandOver({ order, place, known, onDone }: Props): ReactNode {
  const t = useWords()
  const bought = useQuery({
    queryKey: ['order', order.orderId],
    queryFn: () => api.get<Order>(`/api/admin/orders/${order.orderId}`),
  })
  if (!bought.data) return bought.error ? <Trouble error={bought.error} /> : <Loading label={t('loading')} />
  return (
    <>
      {bought.data.dueMinor > 0 ? (
        <DueFirst order={bought.data} place={place} onPaid={() => void bought.refetch()} />
      ) : (
        <Give order={order} place={place} known={known} onDone={onDone} />
      )}
      <KeepLonger order={order} />
    </>
  )
}

function DueFirst({ order, place, onPaid }: { order: Order; place: LocationBody; onPaid(): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const [paying, setPaying] = useState<Order | null>(null)
  const amount = formatMoney(order.dueMinor, order.currency, language)
  return (
    <>
      <Note
        tone="owed"
        title={t('pickups.pay', { amount })}
        action={
          <Button kind="primary" size="xl" icon="cash" onClick={() => setPaying(order)}>
            {t('pickups.take', { amount })}
          </Button>
        }
      />
      {paying && (
        <DueSheet
          order={paying}
          place={place}
          onClose={() => {
            setPaying(null)
            onPaid()
          }}
        />
      )}
    </>
  )
}

/** The goods go out once: against the customer's code, or against a name that was read on a document. */
function Give({ order, place, known, onDone }: Props): ReactNode {
  const t = useWords()
  const [code, setCode] = useState(known.toUpperCase())
  const [name, setName] = useState<string | null>(null)
  const byCode = name === null
  const text = name ?? code
  const give = useIntent<FulfillmentOrderBody>(
    (_, key) =>
      byCode
        ? api.post<FulfillmentOrderBody>('/api/pos/pickups/hand-over', { locationId: place.id, code }, { key })
        : api.post<FulfillmentOrderBody>(`/api/pos/pickups/${order.id}/hand-over`, { handedOverTo: name }, { key }),
    { onDone },
  )
  const type = (next: string) => {
    if (byCode) setCode(next.toUpperCase())
    else setName(next)
    give.renew()
    give.forget()
  }
  return (
    <>
      <form
        className="t-row"
        onSubmit={(event) => {
          event.preventDefault()
          give.start()
        }}
      >
        <TextInput
          key={String(byCode)}
          size="xl"
          label={t(byCode ? 'pickups.handOver.code' : 'pickups.noCode.name')}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          required
          autoComplete="off"
          className="t-grow"
        />
        <Button
          type="submit"
          kind="primary"
          size="xl"
          disabled={give.isPending || give.isLost || text.trim().length < (byCode ? 4 : 1)}
        >
          {t('pickups.handOver')}
        </Button>
        <Button size="xl" kind="quiet" onClick={() => setName(byCode ? order.contactName : null)}>
          {byCode ? t('pickups.noCode') : t('pickups.handOver.code')}
        </Button>
      </form>
      {give.isLost && <AskAgain title={t('unknown.title')} onAsk={give.again} />}
      {!give.isPending && <Trouble error={give.error} />}
    </>
  )
}

function KeepLonger({ order }: { order: FulfillmentOrderBody }): ReactNode {
  const t = useWords()
  const client = useQueryClient()
  const extend = useMutation({
    mutationFn: () => api.post<FulfillmentOrderBody>(`/api/pos/pickups/${order.id}/extend-hold`, { days: 3 }),
    onSuccess: () => {
      notify(t('pickups.extended'), { tone: 'kept' })
      void client.invalidateQueries({ queryKey: ['pickups'] })
    },
  })
  return (
    <>
      <Trouble error={extend.error} />
      <div className="t-row">
        <Button kind="quiet" size="lg" icon="clock" onClick={() => extend.mutate()} disabled={extend.isPending}>
          {t('pickups.extend')}
        </Button>
      </div>
    </>
  )
}
