import type { TransferBody } from '@hilo/contract'
import {
  Button,
  Code,
  Facts,
  type KnotState,
  Modal,
  NumberInput,
  notify,
  ProblemNote,
  Section,
  Status,
  Track,
  When,
} from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useId } from '../../lib/filters.ts'
import { usePeople, usePlaces } from '../../lib/known.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { type T, useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'

const stale = ['/api/admin/transfers', '/api/admin/stock', '/api/admin/fulfillment']

/** One transfer: what travels, for whom, and its next step: sent or received. */
export function TransferPane(): ReactNode {
  const t = useT()
  const say = useSay()
  const id = useId()
  const { name } = usePlaces()
  const person = usePeople()
  const [receiving, setReceiving] = useState(false)
  const { data, error } = useRead<TransferBody>(`/api/admin/transfers/${id}`)
  const send = useAct((_: null, call) => api.post(`/api/admin/transfers/${id}/send`, {}, call), {
    refresh: stale,
    done: () => notify(t('transfer.sentDone'), { tone: 'kept' }),
  })
  const cancel = useAct((_: null, call) => api.post(`/api/admin/transfers/${id}/cancel`, {}, call), {
    refresh: stale,
    done: () => notify(t('transfer.canceledDone')),
  })
  if (error)
    return (
      <Pane title={t('stock.transfers')} closeTo="/stock/transfers">
        <ProblemNote error={error} />
      </Pane>
    )
  if (!data)
    return (
      <Pane title={t('stock.transfers')} closeTo="/stock/transfers">
        <Placeholder label={t('app.loading')} rows={6} />
      </Pane>
    )
  const refusal = send.error ?? cancel.error
  const orderId = data.lines.find((line) => line.orderId?.startsWith('ord_'))?.orderId
  return (
    <Pane
      closeTo="/stock/transfers"
      title={`${name(data.fromLocationId)} → ${name(data.toLocationId)}`}
      sub={<Status tone={toneOf('transfer', data.status)}>{t(`transfer.${data.status}`)}</Status>}
      more={
        data.status === 'requested' && (
          <Button kind="quiet" onClick={() => cancel.mutate(null)} loading={cancel.isPending}>
            {t('app.cancel')}
          </Button>
        )
      }
      primary={
        data.status === 'requested' ? (
          <Button kind="primary" onClick={() => send.mutate(null)} loading={send.isPending}>
            {t('transfer.send')}
          </Button>
        ) : data.status === 'sent' ? (
          <Button kind="primary" onClick={() => setReceiving(true)}>
            {t('transfer.receive')}
          </Button>
        ) : null
      }
    >
      {refusal !== null && <ProblemNote error={refusal} />}
      <Track steps={knotsOf(data, t)} label={t('transfer.way')} />
      <div className="c-gap" />
      <Section title={t('orders.lines')}>
        <table className="c-plain">
          <thead>
            <tr>
              <th>{t('stock.article')}</th>
              <th className="h-num">{t('orders.units')}</th>
              {data.status === 'received' && <th className="h-num">{t('transfer.arrived')}</th>}
              {data.status === 'received' && <th className="h-num">{t('transfer.damaged')}</th>}
            </tr>
          </thead>
          <tbody>
            {data.lines.map((line) => (
              <tr key={line.lineNo}>
                <td>
                  <Link to="/stock/$id" params={{ id: line.variantId }} className="c-strong">
                    {say(line.title)}
                  </Link>{' '}
                  {line.optionLabels.map(say).join(' · ')}
                  <div className="c-small c-muted">
                    <Code>{line.sku}</Code>
                  </div>
                </td>
                <td className="h-num">{line.units}</td>
                {data.status === 'received' && <td className="h-num">{line.receivedUnits}</td>}
                {data.status === 'received' && <td className="h-num">{line.damagedUnits}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title={t('pick.about')}>
        <Facts
          items={[
            [t('transfer.expected'), <When key="expected" at={data.expectedAt} />],
            [t('transfer.requestedBy'), person(data.requestedBy)],
            ...(data.sentAt
              ? ([[t('transfer.sent'), <When key="sent" at={data.sentAt} />]] as [string, ReactNode][])
              : []),
            ...(data.receivedAt
              ? ([[t('transfer.received'), <When key="got" at={data.receivedAt} />]] as [string, ReactNode][])
              : []),
            ...(data.reason ? ([[t('app.reason'), data.reason]] as [string, ReactNode][]) : []),
            ...(orderId
              ? ([
                  [
                    t('transfer.for'),
                    <Link key="order" to="/orders/$id" params={{ id: orderId }}>
                      {t('orders.order')}
                    </Link>,
                  ],
                ] as [string, ReactNode][])
              : []),
          ]}
        />
      </Section>
      {receiving && <Receive transfer={data} onClose={() => setReceiving(false)} />}
    </Pane>
  )
}

function knotsOf(transfer: TransferBody, t: T): { text: string; state: KnotState }[] {
  const way = ['requested', 'sent', 'received'] as const
  const at = transfer.status === 'canceled' ? 0 : way.indexOf(transfer.status)
  return way.map((step, i) => {
    const isDone = transfer.status === 'received' || i < at || (i === 0 && transfer.status === 'requested')
    const state: KnotState =
      transfer.status === 'canceled' && i > 0 ? 'cut' : isDone ? 'done' : i === at + 1 || i === at ? 'now' : 'todo'
    return { text: t(`transfer.${step}`), state }
  })
}

/** What arrived, counted line by line; whole unless somebody says otherwise. */
function Receive({ transfer, onClose }: { transfer: TransferBody; onClose(): void }): ReactNode {
  const t = useT()
  const say = useSay()
  const [got, setGot] = useState<Record<number, { received: number; damaged: number }>>({})
  const act = useAct(
    (_: null, call) => {
      const lines = Object.entries(got).map(([lineNo, { received, damaged }]) => ({
        lineNo: Number(lineNo),
        receivedUnits: received,
        damagedUnits: damaged,
      }))
      return api.post(`/api/admin/transfers/${transfer.id}/receive`, { lines }, call)
    },
    {
      refresh: stale,
      done: () => {
        notify(t('transfer.receivedDone'), { tone: 'kept' })
        onClose()
      },
    },
  )
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('transfer.receive')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        className="c-form"
        onSubmit={(event) => {
          event.preventDefault()
          act.mutate(null)
        }}
      >
        {transfer.lines.map((line) => {
          const value = got[line.lineNo] ?? { received: line.units, damaged: 0 }
          const put = (patch: Partial<typeof value>) => setGot({ ...got, [line.lineNo]: { ...value, ...patch } })
          return (
            <div key={line.lineNo} className="c-row" data-end>
              <span className="c-grow">
                {say(line.title)}{' '}
                <span className="c-muted">
                  {line.optionLabels.map(say).join(' · ')} · {line.units}
                </span>
              </span>
              <NumberInput
                label={t('transfer.arrived')}
                w={96}
                min={0}
                max={line.units}
                value={value.received}
                onChange={(units) => put({ received: Number(units) })}
              />
              <NumberInput
                label={t('transfer.damaged')}
                w={96}
                min={0}
                max={line.units}
                value={value.damaged}
                onChange={(units) => put({ damaged: Number(units) })}
              />
            </div>
          )
        })}
        {act.error !== null && <ProblemNote error={act.error} />}
        <div className="c-buttons">
          <Button kind="quiet" onClick={onClose}>
            {t('app.close')}
          </Button>
          <Button kind="primary" type="submit" loading={act.isPending}>
            {t('transfer.receive')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
