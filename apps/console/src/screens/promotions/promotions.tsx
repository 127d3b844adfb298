import type { PromotionView } from '@hilo/contract'
import { Code, type Column, Status, Tag, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { runsHouse, useChannels, useMe } from '../../lib/known.ts'
import { toneOf } from '../../lib/tones.ts'
import { useSay, useT } from '../../lib/words.ts'
import { ListScreen, useList } from '../../parts/list-screen.tsx'
import { Worth } from './worth.tsx'

export const kinds = ['percentage', 'amount', 'gift', 'delivery_free'] as const
const states = ['running', 'scheduled', 'draft', 'paused', 'ended', 'used_up'] as const

/** Rules that change what a basket costs, and which of them hold now. */
export function Promotions(): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const { channels, name } = useChannels()
  const list = useList<PromotionView>('/api/admin/promotions')
  const columns: Column<PromotionView>[] = [
    {
      id: 'name',
      title: t('promo.name'),
      cell: (row) => (
        <div className="c-two-lines">
          <b>{say(row.name)}</b>
          <small>
            <Worth promotion={row} /> {row.couponCode && <Code>{row.couponCode}</Code>}
          </small>
        </div>
      ),
    },
    {
      id: 'where',
      title: t('promo.where'),
      from: 560,
      cell: (row) =>
        row.channelIds ? (
          <Tag tone="thread">{t('promo.only', { channels: row.channelIds.map((id) => name(id)).join(', ') })}</Tag>
        ) : (
          <span className="c-muted">{t('promo.everywhere')}</span>
        ),
    },
    {
      id: 'until',
      title: t('promo.until'),
      from: 720,
      cell: (row) => (row.endsAt ? <When at={row.endsAt} /> : <span className="c-muted">{t('promo.open')}</span>),
    },
    {
      id: 'uses',
      title: t('promo.uses'),
      number: true,
      from: 720,
      cell: (row) => (row.couponLimit ? `${row.couponUses}/${row.couponLimit}` : row.couponUses || ''),
    },
    {
      id: 'state',
      title: t('app.status'),
      cell: (row) => <Status tone={toneOf('promotion', row.state)}>{t(`promotion.${row.state}`)}</Status>,
    },
  ]
  return (
    <ListScreen
      title={t('nav.promotions')}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      opens="/promotions"
      search={t('promo.search')}
      add={runsHouse(me) ? { to: '/promotions/new', words: t('promo.new') } : undefined}
      filters={[
        {
          name: 'state',
          label: t('app.status'),
          options: states.map((value) => ({ value, label: t(`promotion.${value}`) })),
        },
        {
          name: 'kind',
          label: t('promo.kind'),
          options: kinds.map((value) => ({ value, label: t(`promo.kind.${value}`) })),
        },
        {
          name: 'channel',
          label: t('app.channel'),
          options: channels.map(({ id }) => ({ value: id, label: name(id) })),
        },
      ]}
      empty={{ title: t('promo.none'), how: t('promo.noneHow') }}
    />
  )
}
