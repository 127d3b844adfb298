import type { BasketCustomer, Cart, ChangeCart, LineInput } from '@hilo/contract'
import { useLocalStorage } from '@hilo/ui'
import { useIsMutating, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isAway, untilBack } from '../api.ts'
import { baskets } from './calls.ts'

export type Basket = {
  cart: Cart | null
  busy: boolean
  /** A refusal. That the server is away is said once, over everything, and what was asked of it goes on when it is back. */
  error: unknown
  add(line: LineInput): Promise<Cart>
  setUnits(lineId: string, units: number): Promise<Cart>
  change(body: ChangeCart): Promise<Cart>
  setCustomer(customer: BasketCustomer): Promise<Cart>
  addCoupon(code: string): Promise<Cart>
  take(cart: Cart): void
  /** Puts the basket aside; it stays on the server and can be opened again. */
  park(): void
  forgetError(): void
  /** Reads the basket again: somebody else changed it, or a price did. */
  reload(): void
  /** The order that the kept basket has become, when this till did not hear of it: a lost answer, a reload, the customer's phone. */
  finishedOrderId: string | null
  forgetFinished(): void
}

/** One touch or scan: what it asks of the basket, with the key that makes asking twice the same as asking once. */
type Act = { key: string; run(current: string | null, key: string): Promise<Cart> }
const actKey = (locationId: string) => ['basket-act', locationId]
const storeKey = (locationId: string) => `hilo-till-basket-${locationId}`

/** The basket in front of the assistant. It survives a reload: the till keeps its id, the server keeps everything else. */
export function useBasket(locationId: string): Basket {
  const client = useQueryClient()
  const [id, setId] = useLocalStorage<string | null>({
    key: storeKey(locationId),
    defaultValue: null,
    getInitialValueInEffect: false,
  })
  const [finishedOrderId, setFinished] = useState<string | null>(null)
  const query = useQuery({
    queryKey: ['basket', id],
    queryFn: async () => {
      const cart = await baskets.read(id ?? '')
      const isOver = cart.status === 'placed' || cart.status === 'merged' || cart.status === 'abandoned'
      if (cart.status === 'placed' && cart.order) setFinished(cart.order.id)
      if (isOver) setId(null)
      return cart
    },
    enabled: id !== null,
    refetchInterval: 60_000,
  })
  const show = (cart: Cart) => {
    client.setQueryData(['basket', cart.id], cart)
    setId(cart.id)
  }
  const act = useActs(locationId, id, show)
  const error = act.error ?? query.error
  return {
    cart: id === null ? null : (query.data ?? null),
    busy: act.isPending || (id !== null && query.isPending),
    error: isAway(error) ? null : error,
    ...commands(act.run, locationId),
    take: show,
    park: () => setId(null),
    forgetError: act.reset,
    reload: () => void query.refetch(),
    finishedOrderId,
    forgetFinished: () => setFinished(null),
  }
}

/** How many touches and scans wait for the server at this till. */
export function useWaitingActs(): number {
  return useIsMutating({ mutationKey: ['basket-act'] })
}

/**
 * Acts one after the other, in the order of the touches: two quick touches on + are two units. While the server is away an act waits and
 * is asked again with its key, and those behind it queue up, so nothing that was scanned is lost or counted twice.
 */
function useActs(locationId: string, id: string | null, show: (cart: Cart) => void) {
  const act = useMutation({
    mutationKey: actKey(locationId),
    scope: { id: storeKey(locationId) },
    mutationFn: ({ key, run }: Act) => run(currentId(id, locationId), key),
    ...untilBack,
    onSuccess: show,
  })
  const run = (ask: Act['run']) => act.mutateAsync({ key: crypto.randomUUID(), run: ask })
  return { run, error: act.error, isPending: act.isPending, reset: act.reset }
}

function commands(run: (ask: Act['run']) => Promise<Cart>, locationId: string) {
  const onOpen = (ask: (cartId: string, key: string) => Promise<Cart>) =>
    run((current, key) => (current === null ? Promise.reject(new Error('no basket is open')) : ask(current, key)))
  const setUnits = (lineId: string, units: number) =>
    onOpen((cartId, key) => baskets.setLine(cartId, lineId, units, key))
  return {
    setUnits,
    add: (line: LineInput) =>
      run((current, key) =>
        current === null
          ? baskets.open({ locationId, lines: [line], delivery: { kind: 'carry_out', locationId } }, key)
          : baskets.addLine(current, line, key),
      ),
    change: (body: ChangeCart) =>
      run((current, key) =>
        current === null ? baskets.open({ locationId, lines: [], ...body }, key) : baskets.change(current, body, key),
      ),
    setCustomer: (customer: BasketCustomer) =>
      run(async (current, key) => {
        const cartId = current ?? (await baskets.open({ locationId, lines: [] }, `${key}-open`)).id
        return baskets.setCustomer(cartId, customer, key)
      }),
    addCoupon: (code: string) => onOpen((cartId, key) => baskets.addCoupon(cartId, code, key)),
  }
}

// A queued act starts after the one before it has stored the basket's id; the closure of the touch may be older.
function currentId(fallback: string | null, locationId: string): string | null {
  const kept = localStorage.getItem(storeKey(locationId))
  return kept === null ? fallback : (JSON.parse(kept) as string | null)
}
