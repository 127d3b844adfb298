import type { FulfillmentOrderBody, LocationBody } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import {
  Button,
  Code,
  Empty,
  Icon,
  Loading,
  notify,
  Picture,
  ProblemNote,
  Status,
  Tag,
  TextInput,
  useDebouncedValue,
  useLanguage,
  When,
} from '@hilo/ui'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../words.ts'

/** Orders that wait for their owners in this shop; handed over by the customer's code or QR. */
export function Pickups({ place, scanned }: { place: LocationBody; scanned: string | null }): ReactNode {
  const t = useWords()
  const client = useQueryClient()
  const [text, setText] = useState(scanned ?? '')
  useEffect(() => {
    if (scanned) setText(scanned)
  }, [scanned])
  const [q] = useDebouncedValue(text.trim(), 200)
  const list = useQuery({
    queryKey: ['pickups', place.id, q],
    queryFn: () =>
      api.get<{ items: FulfillmentOrderBody[] }>('/api/pos/pickups', {
        query: { location: place.id, kind: 'pickup', status: q === '' ? 'collect' : 'all', q },
      }),
    refetchInterval: 10_000,
  })
  const handOver = useMutation({
    mutationFn: (code: string) =>
      api.post<FulfillmentOrderBody>('/api/pos/pickups/hand-over', { locationId: place.id, code }),
    onSuccess: (done) => {
      notify(t('pickups.done', { number: done.orderNumber }), { tone: 'kept' })
      setText('')
      void client.invalidateQueries({ queryKey: ['pickups'] })
    },
  })
  const found = list.data?.items ?? []
  return (
    <>
      <TextInput
        size="xl"
        type="search"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          handOver.reset()
        }}
        aria-label={t('pickups.label')}
        placeholder={t('pickups.label')}
        leftSection={<Icon name="scan" size={22} />}
        autoComplete="off"
      />
      <Loading active={list.isFetching || handOver.isPending} label={t('loading')} />
      {(handOver.error ?? list.error) != null && <ProblemNote error={handOver.error ?? list.error} />}
      {list.isSuccess && found.length === 0 && <Empty title={t('pickups.none')}>{t('pickups.none.help')}</Empty>}
      <ul className="t-cards">
        {found.map((order) => (
          <Pickup
            key={order.id}
            order={order}
            typed={text}
            busy={handOver.isPending}
            onHandOver={(code) => handOver.mutate(code)}
          />
        ))}
      </ul>
    </>
  )
}

function Pickup({
  order,
  typed,
  busy,
  onHandOver,
}: {
  order: FulfillmentOrderBody
  typed: string
  busy: boolean
  onHandOver(code: string): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const [code, setCode] = useState(/^[A-Z0-9]{4,12}$/i.test(typed.trim()) && !/^H-/.test(typed) ? typed.trim() : '')
  const isReady = order.status === 'ready'
  return (
    <li className="t-pickup">
      <header>
        <div>
          <b>{order.contactName || order.orderNumber}</b> <Code>{order.orderNumber}</Code>
          <p>
            {isReady && (
              <Tag tone="thread" icon="place">
                {t('pickups.bin')} {order.setAsideBin}
              </Tag>
            )}
            {!isReady && (
              <Status tone={order.status === 'handed_over' ? 'quiet' : 'owed'}>{t('pickups.notReady')}</Status>
            )}{' '}
            {order.holdUntil && (
              <span className="h-muted">
                {t('pickups.until')} <When at={order.holdUntil} show="day" />
              </span>
            )}
          </p>
        </div>
      </header>
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
      {isReady && (
        <form
          className="t-row"
          onSubmit={(event) => {
            event.preventDefault()
            onHandOver(code)
          }}
        >
          <TextInput
            size="lg"
            aria-label={t('pickups.handOver.code')}
            placeholder={t('pickups.handOver.code')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value.toUpperCase())}
            required
            autoComplete="off"
          />
          <Button type="submit" kind="primary" size="lg" disabled={busy || code.length < 4}>
            {t('pickups.handOver')}
          </Button>
        </form>
      )}
    </li>
  )
}
