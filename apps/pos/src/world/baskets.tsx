import type { Cart, CartSummary, LocationBody } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Empty, Icon, Loading, Tag, TextInput, useDebouncedValue, useLanguage, When } from '@hilo/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { untilBack } from '../api.ts'
import { baskets } from '../basket/calls.ts'
import { useFocus } from '../focus.ts'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { useChannelName } from './channels.ts'

/** Baskets of the web and those put aside here, found by code, phone, mail or name. */
export function Baskets({
  place,
  focusAt,
  onTake,
}: {
  place: LocationBody
  focusAt: number
  onTake(cart: Cart): void
}): ReactNode {
  const t = useWords()
  const field = useFocus(focusAt)
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 200)
  const list = useQuery({
    queryKey: ['baskets', place.id, q],
    queryFn: () => baskets.find(q, place.id),
    refetchInterval: 10_000,
  })
  const take = useMutation({ mutationFn: (id: string) => baskets.claim(id, place.id), onSuccess: onTake, ...untilBack })
  const found = list.data?.items ?? []
  return (
    <>
      <TextInput
        ref={field}
        size="xl"
        type="search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        aria-label={t('baskets.label')}
        placeholder={t('baskets.label')}
        leftSection={<Icon name="search" size={22} />}
        autoComplete="off"
      />
      <Loading active={list.isFetching || take.isPending} label={t('loading')} />
      <Trouble error={list.error ?? take.error} />
      {list.isSuccess && found.length === 0 && <Empty title={t('baskets.none')}>{t('baskets.none.help')}</Empty>}
      <ul className="t-cards">
        {found.map((summary) => (
          <Summary key={summary.id} summary={summary} busy={take.isPending} onTake={() => take.mutate(summary.id)} />
        ))}
      </ul>
    </>
  )
}

function Summary({ summary, busy, onTake }: { summary: CartSummary; busy: boolean; onTake(): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const channelName = useChannelName()
  return (
    <li>
      <div>
        <b>{summary.name || summary.contactHint || t('basket.nameless')}</b>
        <p className="h-muted">{summary.titles.map((title) => pick(title, language)).join(', ')}</p>
        <Tag icon={summary.channelId === 'pos' ? 'shop' : 'web'}>
          {t('baskets.from', { channel: channelName(summary.channelId) })}
        </Tag>{' '}
        <When at={summary.updatedAt} />
      </div>
      <span className="h-num">{t('basket.units', { n: summary.units })}</span>
      <Button kind="primary" size="lg" onClick={onTake} disabled={busy}>
        {t('baskets.take')}
      </Button>
    </li>
  )
}
