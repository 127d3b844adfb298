import type { Order, ShortageBody } from '@hilo/contract'
import { phoneText } from '@hilo/i18n'
import { Code, type Column, Facts, ProblemNote, Section, Status, Tag, useLanguage, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useId } from '../../lib/filters.ts'
import { relative } from '../../lib/format.ts'
import { usePeople, usePlaces } from '../../lib/known.ts'
import { useNow } from '../../lib/now.ts'
import { useRead } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Placeholder } from '../../parts/list.tsx'
import { ListScreen, useList } from '../../parts/list-screen.tsx'
import { Pane } from '../../parts/workspace.tsx'
import { PickingTabs } from './picking.tsx'
import { Shortage } from './shortages.tsx'

const states = ['asked', 'chosen', 'settled'] as const

/** Missing units and what their customers chose; without a filter those that still wait for an answer, the newest first. */
export function ShortageList(): ReactNode {
  const t = useT()
  const say = useSay()
  const { language } = useLanguage()
  const now = useNow()
  const { mine } = usePlaces()
  const list = useList<ShortageBody>('/api/admin/shortages', (search) => ({
    status: search['status'] ?? 'asked',
    unanswered: search['unanswered'] === 'yes' ? true : undefined,
  }))
  const columns: Column<ShortageBody>[] = [
    {
      id: 'asked',
      title: t('shortage.asked'),
      width: 108,
      cell: (row) => (
        <div className="c-two-lines">
          <b className={row.remindedAt && row.status === 'asked' ? 'c-broken' : undefined}>
            {relative(row.createdAt, language, now)}
          </b>
          <small>
            <When at={row.createdAt} />
          </small>
        </div>
      ),
    },
    {
      id: 'what',
      title: t('stock.article'),
      fills: true,
      cell: (row) => (
        <div className="c-two-lines">
          <b>
            {row.units} × {say(row.title)}{' '}
            <span className="c-options-text">{row.optionLabels.map(say).join(' · ')}</span>
          </b>
          <small>
            <Code>{row.orderNumber}</Code> · {row.locationName}
          </small>
        </div>
      ),
    },
    {
      id: 'status',
      title: t('app.status'),
      from: 440,
      cell: (row) =>
        row.status === 'asked' ? (
          <Status tone={row.remindedAt ? 'broken' : 'owed'}>
            {t(row.remindedAt ? 'shortage.silent' : 'shortage.waiting')}
          </Status>
        ) : (
          <Status tone={toneOf('shortage', row.status)}>{t(`shortage.${row.status}`)}</Status>
        ),
    },
  ]
  return (
    <ListScreen
      title={t('nav.picking')}
      label={t('shortage.tab')}
      tabs={<PickingTabs />}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/picking/shortages"
      filters={[
        { name: 'location', label: t('app.place'), options: mine.map(({ id, name: label }) => ({ value: id, label })) },
        {
          name: 'status',
          label: t('shortage.waiting'),
          options: states.map((value) => ({
            value,
            label: t(value === 'asked' ? 'shortage.waiting' : `shortage.${value}`),
          })),
        },
        { name: 'unanswered', label: t('shortage.silent'), options: [{ value: 'yes', label: t('shortage.aDay') }] },
      ]}
      empty={{ title: t('shortage.none'), how: t('shortage.noneHow') }}
    />
  )
}

/** One missing unit: who waits for it and how to reach them, and the choice to make for them. */
export function ShortagePane(): ReactNode {
  const t = useT()
  const say = useSay()
  const id = useId()
  const { data: shortage, error } = useRead<ShortageBody>(`/api/admin/shortages/${id}`)
  const orderId = shortage?.orderId
  const { data: order } = useRead<Order>(`/api/admin/orders/${orderId}`, {}, { enabled: orderId !== undefined })
  if (error || !shortage)
    return (
      <Pane title={t('shortage.tab')} closeTo="/picking/shortages">
        {error ? <ProblemNote error={error} /> : <Placeholder label={t('app.loading')} rows={6} />}
      </Pane>
    )
  return (
    <Pane
      closeTo="/picking/shortages"
      label={say(shortage.title)}
      title={`${say(shortage.title)} ${shortage.optionLabels.map(say).join(' · ')}`}
      sub={
        <>
          <Status tone={toneOf('shortage', shortage.status)}>{t(`shortage.${shortage.status}`)}</Status>
          <Link to="/picking/$id" params={{ id: shortage.fulfillmentOrderId }} className="c-link">
            <Code>{shortage.orderNumber}</Code>
          </Link>
          <span>{shortage.locationName}</span>
          {shortage.remindedAt && shortage.status === 'asked' && <Tag tone="broken">{t('shortage.silent')}</Tag>}
        </>
      }
    >
      {shortage.status === 'asked' ? (
        <Shortage shortage={shortage} hasAddress={order?.delivery?.kind === 'delivery'} />
      ) : (
        <Choice shortage={shortage} />
      )}
      <Section title={t('shortage.whoWaits')}>
        {order ? <Waiting shortage={shortage} order={order} /> : <Placeholder label={t('app.loading')} rows={3} />}
      </Section>
    </Pane>
  )
}

function Choice({ shortage }: { shortage: ShortageBody }): ReactNode {
  const t = useT()
  const say = useSay()
  const person = usePeople()
  const by = shortage.chosenBy === 'customer' ? t('actor.customer') : person(shortage.chosenBy)
  return (
    <Section title={t('shortage.choice')}>
      <Facts
        items={[
          [t('shortage.choice'), shortage.choice ? say(shortage.choice.text) : '–'],
          [t('app.who'), by || '–'],
          [t('app.when'), <When key="when" at={shortage.chosenAt} />],
        ]}
      />
    </Section>
  )
}

/** Whom to call. */
function Waiting({ shortage, order }: { shortage: ShortageBody; order: Order }): ReactNode {
  const t = useT()
  const { name, phone, email } = order.contact
  const items: [string, ReactNode][] = [
    [
      t('orders.order'),
      <Link key="order" to="/orders/$id" params={{ id: order.id }} className="c-link">
        {name || order.number}
      </Link>,
    ],
  ]
  if (phone)
    items.push([
      t('orders.phone'),
      <a key="phone" href={`tel:${phone}`} className="c-link">
        {phoneText(phone)}
      </a>,
    ])
  if (email) items.push([t('orders.email'), email])
  items.push([t('orders.language'), t(order.language === 'es' ? 'app.spanish' : 'app.english')])
  items.push([t('shortage.asked'), <When key="asked" at={shortage.createdAt} />])
  if (shortage.remindedAt) items.push([t('shortage.reminded'), <When key="again" at={shortage.remindedAt} />])
  return <Facts items={items} />
}
