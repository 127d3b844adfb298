import type { FulfillmentOrderBody } from '@hilo/contract'
import { Code, Facts, type KnotState, Note, ProblemNote, Section, Status, Track, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useId } from '../../lib/filters.ts'
import { usePlaces } from '../../lib/known.ts'
import { usePromised } from '../../lib/promises.ts'
import { useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { type T, useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { NextStep } from './next-step.tsx'
import { PickLines } from './pick-lines.tsx'
import { Shortages } from './shortages.tsx'

/** One place's part of an order: what to take off the shelf, and the one step that comes next. */
export function PickPane(): ReactNode {
  const t = useT()
  const id = useId()
  const { data: part, error } = useRead<FulfillmentOrderBody>(`/api/admin/fulfillment/${id}`)
  if (error)
    return (
      <Pane title={t('nav.picking')} closeTo="/picking">
        <ProblemNote error={error} />
      </Pane>
    )
  if (!part)
    return (
      <Pane title={t('nav.picking')} closeTo="/picking">
        <Placeholder label={t('app.loading')} rows={8} />
      </Pane>
    )
  return (
    <Pane
      closeTo="/picking"
      label={part.orderNumber}
      title={part.contactName || t('orders.nobody')}
      sub={
        <>
          <Status tone={toneOf('work', part.status)}>{t(`work.${part.status}`)}</Status>
          <Link to="/orders/$id" params={{ id: part.orderId }} className="c-link">
            <Code>{part.orderNumber}</Code>
          </Link>
          <span>{part.locationName}</span>
        </>
      }
      note={
        part.overdue && !['handed_over', 'delivered', 'shipped', 'canceled'].includes(part.status) ? (
          <Note tone="broken" title={t('pick.late')}>
            {t('pick.lateHow')} <When at={part.dueAt} />
          </Note>
        ) : undefined
      }
    >
      <Track steps={knotsOf(part, t)} label={t('orders.way')} />
      <div className="c-gap" />
      <NextStep key={part.id} part={part} />
      <Shortages part={part} />
      <Section title={t('orders.lines')}>
        <PickLines part={part} />
      </Section>
      <Section title={t('pick.about')}>
        <About part={part} />
      </Section>
    </Pane>
  )
}

const order = {
  pickup: ['open', 'picking', 'ready', 'handed_over'],
  delivery: ['open', 'picking', 'packed', 'shipped', 'delivered'],
  carry_out: ['open', 'handed_over'],
} as const

function knotsOf(part: FulfillmentOrderBody, t: T): { text: string; state: KnotState }[] {
  const way: readonly string[] = order[part.kind]
  const at = part.status === 'waiting' ? 0 : way.indexOf(part.status)
  const isDone = at === way.length - 1
  return way.map((step, i) => ({
    text: t(`knot.${step}` as 'knot.open'),
    state: part.status === 'canceled' ? 'cut' : i < at || isDone ? 'done' : i === at ? 'now' : 'todo',
  }))
}

function About({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const t = useT()
  const say = useSay()
  const promised = usePromised()
  const places = usePlaces()
  const items: [string, ReactNode][] = []
  if (part.dueAt) items.push([t('pick.promisedFor'), <When key="due" at={part.dueAt} />])
  if (part.setAsideBin) items.push([t('pick.bin'), <Code key="bin">{part.setAsideBin}</Code>])
  if (part.holdUntil) items.push([t('pick.holdUntil'), <When key="hold" at={part.holdUntil} />])
  if (part.handedOverAt) {
    const to = part.handedOverTo ? ` · ${part.handedOverTo}` : ''
    items.push([
      t('work.handed_over'),
      <span key="over">
        <When at={part.handedOverAt} />
        {to}
      </span>,
    ])
  }
  if (part.tracking)
    items.push([
      t('pick.tracking'),
      <span key="track">
        {part.tracking.carrier} <Code>{part.tracking.number}</Code>
      </span>,
    ])
  if (part.address) {
    const { name, line1, line2, postalCode, city, province } = part.address
    items.push([t('pick.address'), [name, line1, line2, `${postalCode} ${city}`, province].filter(Boolean).join(', ')])
  }
  for (const transfer of part.transfers) {
    items.push([
      t('pick.waitsFor'),
      <span key={transfer.id}>
        <Link to="/stock/transfers/$id" params={{ id: transfer.id }}>
          {places.name(transfer.fromLocationId)}
        </Link>{' '}
        · <When at={transfer.expectedAt} />
      </span>,
    ])
  }
  if (say(part.reason)) items.push([t('pick.why'), say(part.reason)])
  for (const promise of part.promises)
    items.push([t(`promise.${promise.status}`), promised(promise, part.locationName)])
  return <Facts items={items} />
}
