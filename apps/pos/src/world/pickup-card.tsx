import { formatMoney } from '@hilo/calc'
import type { FulfillmentOrderBody, LocationBody, Order } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import {
  Button,
  Code,
  Loading,
  Note,
  notify,
  Picture,
  ProblemNote,
  Status,
  Tag,
  TextInput,
  useLanguage,
  When,
} from '@hilo/ui'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api, isUnknownOutcome } from '../api.ts'
import { DueSheet } from '../pay/due-sheet.tsx'
import { AskAgain } from '../pay/money-in.tsx'
import { useWords } from '../words.ts'

type Props = {
  order: FulfillmentOrderBody
  place: LocationBody
  isOpen: boolean
  code: string
  onOpen(): void
  onDone(done: FulfillmentOrderBody): void
}

/** One order that waits: a row, or everything one needs to hand it over. */
export function PickupCard(props: Props): ReactNode {
  const t = useWords()
  const { order, isOpen, onOpen } = props
  const units = order.lines.reduce((sum, line) => sum + line.units, 0)
  if (isOpen) return <Opened {...props} />
  return (
    <li>
      <div>
        <b>{order.contactName || order.orderNumber}</b> <Code>{order.orderNumber}</Code>
        <State order={order} />
      </div>
      <span className="h-num">{t('basket.units', { n: units })}</span>
      <Button size="lg" onClick={onOpen} aria-label={`${t('pickups.open')}: ${order.orderNumber}`}>
        {t('pickups.open')}
      </Button>
    </li>
  )
}

function State({ order }: { order: FulfillmentOrderBody }): ReactNode {
  const t = useWords()
  if (order.status === 'handed_over') {
    const to = order.handedOverTo ? ` ${t('pickups.collectedTo', { name: order.handedOverTo })}` : ''
    return (
      <p>
        <Status tone="kept">
          {t('pickups.collected')}
          {to}, <When at={order.handedOverAt} />
        </Status>
      </p>
    )
  }
  if (order.status === 'canceled') return <p>{<Status tone="broken">{t('pickups.canceled')}</Status>}</p>
  if (order.status !== 'ready') return <p>{<Status tone="owed">{t('pickups.notReady')}</Status>}</p>
  return (
    <p>
      <Tag tone="thread" icon="place">
        {t('pickups.bin')} {order.setAsideBin}
      </Tag>{' '}
      {order.holdExpired ? (
        <Status tone="broken">{t('pickups.expired')}</Status>
      ) : (
        order.holdUntil && (
          <span className="h-muted">
            {t('pickups.until')} <When at={order.holdUntil} show="day" />
          </span>
        )
      )}
    </p>
  )
}

function Opened({ order, place, code: known, onDone }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  return (
    <li className="t-pickup">
      <b>{order.contactName || order.orderNumber}</b> <Code>{order.orderNumber}</Code>
      <State order={order} />
      <h3>{t('pickups.fetch')}</h3>
      <ul className="t-fetch">
        {order.lines.map((line) => (
          <li key={line.orderLineId}>
            <Picture src={line.picture && `${line.picture}?w=160`} alt="" width={44} height={55} />
            <span>
              {pick(line.title, language)}{' '}
              <span className="h-muted">{line.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
            </span>
            <b>× {line.units}</b>
          </li>
        ))}
      </ul>
      {order.status === 'ready' && <HandOver order={order} place={place} known={known} onDone={onDone} />}
    </li>
  )
}

/** Money first where some is due, then the goods against the code, or against papers. */
function HandOver({
  order,
  place,
  known,
  onDone,
}: {
  order: FulfillmentOrderBody
  place: LocationBody
  known: string
  onDone(done: FulfillmentOrderBody): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const client = useQueryClient()
  const [code, setCode] = useState(known.toUpperCase())
  const [name, setName] = useState<string | null>(null)
  const [paying, setPaying] = useState<Order | null>(null)
  const bought = useQuery({
    queryKey: ['order', order.orderId],
    queryFn: () => api.get<Order>(`/api/admin/orders/${order.orderId}`),
  })
  // One key for this hand-over: asking again after a lost answer is the same request.
  const [key, setKey] = useState(() => crypto.randomUUID())
  const give = useMutation({
    mutationFn: () =>
      name === null
        ? api.post<FulfillmentOrderBody>('/api/pos/pickups/hand-over', { locationId: place.id, code }, { key })
        : api.post<FulfillmentOrderBody>(`/api/pos/pickups/${order.id}/hand-over`, { handedOverTo: name }, { key }),
    onSuccess: onDone,
    onError: (error) => {
      if (!isUnknownOutcome(error)) setKey(crypto.randomUUID())
    },
  })
  const extend = useMutation({
    mutationFn: () => api.post<FulfillmentOrderBody>(`/api/pos/pickups/${order.id}/extend-hold`, { days: 3 }),
    onSuccess: () => {
      notify(t('pickups.extended'), { tone: 'kept' })
      void client.invalidateQueries({ queryKey: ['pickups'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    give.mutate()
  }
  if (!bought.data) return bought.error ? <ProblemNote error={bought.error} /> : <Loading label={t('loading')} />
  const { dueMinor, currency } = bought.data
  const amount = formatMoney(dueMinor, currency, language)
  const isLost = give.error !== null && isUnknownOutcome(give.error)
  return (
    <>
      {dueMinor > 0 && (
        <Note
          tone="owed"
          title={t('pickups.pay', { amount })}
          action={
            <Button kind="primary" size="lg" icon="cash" onClick={() => setPaying(bought.data)}>
              {t('pickups.take', { amount })}
            </Button>
          }
        />
      )}
      {dueMinor === 0 && (
        <form className="t-row" onSubmit={submit}>
          {name === null ? (
            <TextInput
              size="lg"
              label={t('pickups.handOver.code')}
              value={code}
              onChange={(event) => {
                setCode(event.currentTarget.value.toUpperCase())
                setKey(crypto.randomUUID())
              }}
              required
              autoComplete="off"
            />
          ) : (
            <TextInput
              size="lg"
              label={t('pickups.noCode.name')}
              value={name}
              onChange={(event) => {
                setName(event.currentTarget.value)
                setKey(crypto.randomUUID())
              }}
              required
              autoComplete="off"
            />
          )}
          <Button
            type="submit"
            kind="primary"
            size="lg"
            disabled={give.isPending || isLost || (name ?? code).trim().length < (name === null ? 4 : 1)}
          >
            {t('pickups.handOver')}
          </Button>
        </form>
      )}
      {isLost && <AskAgain title={t('unknown.title')} onAsk={() => give.mutate()} />}
      {give.error && !isLost && <ProblemNote error={give.error} />}
      {extend.error && <ProblemNote error={extend.error} />}
      <div className="t-row">
        {dueMinor === 0 && (
          <Button kind="quiet" size="md" onClick={() => setName(name === null ? order.contactName : null)}>
            {name === null ? t('pickups.noCode') : t('pickups.handOver.code')}
          </Button>
        )}
        <Button kind="quiet" size="md" onClick={() => extend.mutate()} disabled={extend.isPending}>
          {t('pickups.extend')}
        </Button>
      </div>
      {paying && (
        <DueSheet
          order={paying}
          place={place}
          onClose={() => {
            setPaying(null)
            void bought.refetch()
          }}
        />
      )}
    </>
  )
}
