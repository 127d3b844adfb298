import type { PromotionView } from '@hilo/contract'
import { Code, type Column, Empty, Icon, Status, Tag, When } from '@hilo/ui'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFilters, useOpen } from '../../lib/filters.ts'
import { runsHouse, useChannels, useMe } from '../../lib/known.ts'
import { usePages } from '../../lib/query.ts'
import { toneOf } from '../../lib/tones.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Choice, PagedTable } from '../../parts/list.tsx'
import { ListHead, Workspace } from '../../parts/workspace.tsx'
import { Worth } from './worth.tsx'

type Search = { q?: string; state?: string; kind?: string; channel?: string }
export const kinds = ['percentage', 'amount', 'gift', 'delivery_free'] as const
const states = ['running', 'scheduled', 'draft', 'paused', 'ended', 'used_up'] as const

/** Rules that change what a basket costs, and which of them hold now. */
export function Promotions(): ReactNode {
  const t = useT()
  const say = useSay()
  const me = useMe()
  const { search, set, clear, filtered } = useFilters<Search>()
  const { openId, open } = useOpen('/promotions')
  const { channels, name } = useChannels()
  const pages = usePages<PromotionView>('/api/admin/promotions', search)
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
  const add = runsHouse(me) && (
    <Link to="/promotions/$id" params={{ id: 'new' }} search={search as never} className="c-primary">
      <Icon name="plus" size={16} /> {t('promo.new')}
    </Link>
  )
  return (
    <Workspace>
      <ListHead
        title={t('nav.promotions')}
        search={{ value: search.q ?? '', onChange: (q) => set({ q }), label: t('promo.search') }}
        actions={add}
        filters={
          <>
            <Choice
              label={t('app.status')}
              value={search.state}
              onChange={(state) => set({ state })}
              options={states.map((value) => ({ value, label: t(`promotion.${value}`) }))}
            />
            <Choice
              label={t('promo.kind')}
              value={search.kind}
              onChange={(kind) => set({ kind })}
              options={kinds.map((value) => ({ value, label: t(`promo.kind.${value}`) }))}
            />
            <Choice
              label={t('app.channel')}
              value={search.channel}
              onChange={(channel) => set({ channel })}
              options={channels.map(({ id }) => ({ value: id, label: name(id) }))}
            />
          </>
        }
      />
      <PagedTable
        label={t('nav.promotions')}
        pages={pages}
        columns={columns}
        rowId={(row) => row.id}
        chosenId={openId}
        onOpen={(row) => open(row.id)}
        filtered={filtered}
        onClear={clear}
        empty={
          <Empty title={t('promo.none')} action={add}>
            {t('promo.noneHow')}
          </Empty>
        }
      />
    </Workspace>
  )
}
