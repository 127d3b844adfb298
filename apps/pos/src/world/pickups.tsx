import type { FulfillmentOrderBody, LocationBody } from '@hilo/contract'
import { Button, Empty, Icon, Loading, notify, TextInput, useDebouncedValue } from '@hilo/ui'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { api } from '../api.ts'
import { useFocus } from '../focus.ts'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { PickupCard } from './pickup-card.tsx'

type Props = {
  place: LocationBody
  /** A new object for every scan: the same code may be read twice. */
  scanned: { code: string } | null
  focusAt: number
}

/** What a customer may show or say as pickup code: letters and figures, not an order's number. */
const isCode = (text: string) => /^(HILO:P:)?[A-Z0-9]{6,10}$/i.test(text) && !/^H-?\d/i.test(text)
/** The code the order was found by; a part of the name is none. */
const codeFor = (order: FulfillmentOrderBody, text: string) =>
  isCode(text) && !order.contactName.toLowerCase().includes(text.toLowerCase()) ? text : ''

/** Orders that wait for their owners in this shop; handed over by the customer's code or QR. */
export function Pickups({ place, scanned, focusAt }: Props): ReactNode {
  const t = useWords()
  const field = useFocus(focusAt)
  const { text, q, type, chosenId, choose, list, check, onDone } = usePickups(place, scanned)
  const found = list.data?.items ?? []
  const isUnknown = list.isSuccess && !list.isFetching && found.length === 0 && q !== ''
  const openId = chosenId ?? (found.length === 1 ? (found[0]?.id ?? null) : null)
  useWhyNot({ isUnknown, scanned, q, ask: check.mutate })
  return (
    <>
      <TextInput
        ref={field}
        size="xl"
        type="search"
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        aria-label={t('pickups.label')}
        placeholder={t('pickups.label')}
        leftSection={<Icon name="scan" size={22} />}
        autoComplete="off"
      />
      <Loading active={list.isFetching || check.isPending} label={t('loading')} />
      <Trouble error={check.error ?? list.error} />
      {list.isSuccess && found.length === 0 && !check.error && (
        <Empty
          title={t('pickups.none')}
          action={
            isUnknown &&
            isCode(q) && (
              <Button size="lg" onClick={() => check.mutate(q)}>
                {t('pickups.check', { code: q.toUpperCase() })}
              </Button>
            )
          }
        >
          {t('pickups.none.help')}
        </Empty>
      )}
      <ul className="t-cards">
        {found.map((order) => (
          <PickupCard
            key={order.id}
            order={order}
            place={place}
            isOpen={order.id === openId}
            code={codeFor(order, q)}
            onOpen={() => choose(order.id)}
            onDone={onDone}
          />
        ))}
      </ul>
    </>
  )
}

/** What is typed or scanned, the orders it finds, and the one that lies open. */
function usePickups(place: LocationBody, scanned: { code: string } | null) {
  const t = useWords()
  const client = useQueryClient()
  const [text, setText] = useState(scanned?.code ?? '')
  const [chosenId, choose] = useState<string | null>(null)
  useEffect(() => {
    if (scanned) setText(scanned.code)
  }, [scanned])
  const [q] = useDebouncedValue(text.trim(), 200)
  const list = useQuery({
    queryKey: ['pickups', place.id, q],
    queryFn: () =>
      api.get<{ items: FulfillmentOrderBody[] }>('/api/pos/pickups', {
        query: { location: place.id, status: q === '' ? 'collect' : 'all', q },
      }),
    refetchInterval: 10_000,
  })
  const onDone = (done: FulfillmentOrderBody) => {
    notify(t('pickups.done', { number: done.orderNumber }), { tone: 'kept' })
    setText('')
    choose(null)
    void client.invalidateQueries({ queryKey: ['pickups'] })
  }
  const check = useMutation({
    mutationFn: (code: string) =>
      api.post<FulfillmentOrderBody>('/api/pos/pickups/hand-over', { locationId: place.id, code }),
    onSuccess: onDone,
  })
  const type = (next: string) => {
    setText(next)
    choose(null)
    check.reset()
  }
  return { text, q, type, chosenId, choose, list, check, onDone }
}

/** A scanned code that is not of this shop: asking for the hand-over says why (another shop, collected, unknown). Once a scan. */
function useWhyNot({
  isUnknown,
  scanned,
  q,
  ask,
}: {
  isUnknown: boolean
  scanned: { code: string } | null
  q: string
  ask(code: string): void
}): void {
  const asked = useRef<object | null>(null)
  useEffect(() => {
    if (!isUnknown || scanned === null || q !== scanned.code || asked.current === scanned) return
    asked.current = scanned
    ask(q)
  }, [isUnknown, scanned, q, ask])
}
