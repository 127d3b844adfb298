import { Button, MultiSelect, notify, ProblemNote, Section, Tag } from '@hilo/ui'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { runsHouse, useChannels, useMe, usePlaces } from '../../lib/known.ts'
import { refresh, useAct, useRead } from '../../lib/query.ts'
import { useT } from '../../lib/words.ts'
import { Pane } from '../../parts/workspace.tsx'

type Pool = { channelId: string; mode: 'shared' | 'separate'; locationIds: string[] }
const path = '/api/admin/stock-pools'

/** Which places' stock a channel sells: all of them together, or its own. */
export function Pools(): ReactNode {
  const t = useT()
  const me = useMe()
  const { places } = usePlaces()
  const { name } = useChannels()
  const { data, error } = useRead<{ items: Pool[] }>(path)
  const put = (channelId: string, locationIds: string[]) => api.put(`${path}/${channelId}`, { locationIds })
  const act = useAct(
    ({ pool, locationIds }: { pool: Pool; locationIds: string[] }) => put(pool.channelId, locationIds),
    {
      refresh: [path, '/api/admin/stock'],
      done: (_, { pool }) =>
        notify(t('app.saved'), {
          tone: 'kept',
          undo: {
            label: t('app.undo'),
            run: () =>
              void put(pool.channelId, pool.mode === 'shared' ? [] : pool.locationIds).then(() => refresh(path)),
          },
        }),
    },
  )
  return (
    <Pane closeTo="/settings" title={t('settings.pools')}>
      <p className="c-lead">{t('pools.how')}</p>
      <div className="c-gap" />
      {error !== null && <ProblemNote error={error} />}
      {act.error !== null && <ProblemNote error={act.error} />}
      {data?.items.map((pool) => (
        <Section
          key={pool.channelId}
          title={name(pool.channelId)}
          aside={<Tag tone={pool.mode === 'shared' ? undefined : 'thread'}>{t(`pools.${pool.mode}`)}</Tag>}
        >
          <MultiSelect
            aria-label={`${t('app.place')}: ${name(pool.channelId)}`}
            placeholder={pool.mode === 'shared' ? t('pools.everyPlace') : undefined}
            data={places.map((place) => ({ value: place.id, label: place.name }))}
            value={pool.mode === 'shared' ? [] : pool.locationIds}
            onChange={(locationIds) => act.mutate({ pool, locationIds })}
            disabled={!runsHouse(me) || act.isPending}
          />
          {pool.mode === 'separate' && runsHouse(me) && (
            <Button kind="quiet" size="compact-sm" onClick={() => act.mutate({ pool, locationIds: [] })}>
              {t('pools.share')}
            </Button>
          )}
        </Section>
      ))}
    </Pane>
  )
}
