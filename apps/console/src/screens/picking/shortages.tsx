import type { FulfillmentOrderBody, ShortageBody } from '@hilo/contract'
import { Button, Icon, type IconName, Note, notify, ProblemNote, Section, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { workPaths } from './next-step.tsx'

const icons: Record<ShortageBody['options'][number]['kind'], IconName> = {
  other_shop: 'shop',
  transfer: 'transfer',
  delivery: 'truck',
  refund: 'return',
}

/** Units that were not where they should be: the customer was asked; whoever has them on the telephone chooses here. */
export function Shortages({ part }: { part: FulfillmentOrderBody }): ReactNode {
  const isAsked = part.shortages.some((item) => item.status === 'asked')
  const { data, error } = useRead<{ items: ShortageBody[] }>(
    '/api/admin/shortages',
    { status: 'asked', location: part.locationId, limit: 100 },
    { enabled: isAsked },
  )
  if (!isAsked) return null
  if (error) return <ProblemNote error={error} />
  const own = (data?.items ?? []).filter((item) => item.fulfillmentOrderId === part.id)
  return own.map((item) => <Shortage key={item.id} shortage={item} />)
}

/** One question to the customer with its answers; also shown on the page of the day. */
export function Shortage({ shortage }: { shortage: ShortageBody }): ReactNode {
  const t = useT()
  const say = useSay()
  const act = useAct(
    (optionId: string, call) => api.post(`/api/admin/shortages/${shortage.id}/choose`, { optionId }, call),
    {
      refresh: workPaths,
      done: () => notify(t('pick.chosenDone'), { tone: 'kept' }),
    },
  )
  return (
    <Section title={t('pick.missing', { n: shortage.units })} aside={<When at={shortage.createdAt} />}>
      <Note tone="owed" title={`${say(shortage.title)} ${shortage.optionLabels.map(say).join(' · ')}`}>
        {t('pick.choose')}
      </Note>
      <div className="c-options">
        {shortage.options.map((option) => (
          <Button key={option.id} justify="flex-start" onClick={() => act.mutate(option.id)} disabled={act.isPending}>
            <Icon name={icons[option.kind]} size={16} /> {say(option.text)}
          </Button>
        ))}
      </div>
      {act.error !== null && <ProblemNote error={act.error} />}
    </Section>
  )
}
