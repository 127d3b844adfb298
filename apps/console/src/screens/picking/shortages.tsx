import type { FulfillmentOrderBody, ShortageBody } from '@hilo/contract'
import { Button, Icon, type IconName, Note, notify, ProblemNote, Section, When } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { useAct, useRead } from '../../lib/query.ts'
import { useSay, useT } from '../../lib/words.ts'
import { AddressFields, type AddressTyped, addressOf, blankAddress } from '../../parts/address-fields.tsx'
import { workPaths } from './work-paths.ts'

type Option = ShortageBody['options'][number]
const icons: Record<Option['kind'], IconName> = {
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
  return own.map((item) => <Shortage key={item.id} shortage={item} hasAddress={part.address !== null} />)
}

/**
 * One question to the customer with its answers. A delivery asks for the address first where the order has none.
 */
export function Shortage({ shortage, hasAddress }: { shortage: ShortageBody; hasAddress: boolean }): ReactNode {
  const t = useT()
  const say = useSay()
  const [sending, setSending] = useState<Option | null>(null)
  const [typed, setTyped] = useState<AddressTyped>(blankAddress)
  const act = useAct(
    ({ optionId, address }: { optionId: string; address?: AddressTyped }, call) =>
      api.post(
        `/api/admin/shortages/${shortage.id}/choose`,
        { optionId, ...(address ? { address: addressOf(address) } : {}) },
        call,
      ),
    { refresh: workPaths, done: () => notify(t('pick.chosenDone'), { tone: 'kept' }) },
  )
  const choose = (option: Option) => {
    if (option.kind === 'delivery' && !hasAddress) setSending(option)
    else act.mutate({ optionId: option.id })
  }
  return (
    <Section title={t('pick.missing', { n: shortage.units })} aside={<When at={shortage.createdAt} />}>
      <Note tone="owed" title={`${say(shortage.title)} ${shortage.optionLabels.map(say).join(' · ')}`}>
        {t('pick.choose')}
      </Note>
      <div className="c-options">
        {shortage.options.map((option) => (
          <Button
            key={option.id}
            justify="flex-start"
            onClick={() => choose(option)}
            disabled={act.isPending}
            aria-expanded={option.kind === 'delivery' && !hasAddress ? sending?.id === option.id : undefined}
          >
            <Icon name={icons[option.kind]} size={16} /> {say(option.text)}
          </Button>
        ))}
      </div>
      {sending && (
        <form
          className="c-form c-step"
          onSubmit={(event) => {
            event.preventDefault()
            act.mutate({ optionId: sending.id, address: typed })
          }}
        >
          <b>{t('shortage.whereTo')}</b>
          <AddressFields value={typed} onChange={setTyped} />
          <div className="c-buttons">
            <Button kind="primary" type="submit" loading={act.isPending}>
              {t('shortage.sendThere')}
            </Button>
          </div>
        </form>
      )}
      {act.error !== null && <ProblemNote error={act.error} />}
    </Section>
  )
}
