import type { Cart, ChangeCart, LineInput } from '@hilo/contract'
import { useLocalStorage } from '@hilo/ui'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { baskets } from './calls.ts'

export type Basket = {
  cart: Cart | null
  busy: boolean
  error: unknown
  add(line: LineInput): Promise<Cart>
  setUnits(lineId: string, units: number): Promise<Cart>
  change(body: ChangeCart): Promise<Cart>
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

/** The basket in front of the assistant. It survives a reload: the till keeps its id, the server keeps everything else. */
export function useBasket(locationId: string): Basket {
  const client = useQueryClient()
  const [id, setId] = useLocalStorage<string | null>({
    key: `hilo-till-basket-${locationId}`,
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
  const act = useMutation({
    // One act after the other: two quick touches on + are two units, in order.
    scope: { id: `basket-${locationId}` },
    mutationFn: (run: (current: string | null) => Promise<Cart>) => run(currentId(id, locationId)),
    onSuccess: show,
  })
  const on = (run: (cartId: string) => Promise<Cart>) => (current: string | null) => {
    if (current === null) throw new Error('no basket is open')
    return run(current)
  }
  return {
    cart: id === null ? null : (query.data ?? null),
    busy: act.isPending || (id !== null && query.isPending),
    error: act.error ?? query.error,
    add: (line) =>
      act.mutateAsync((current) =>
        current === null
          ? baskets.open({ locationId, lines: [line], delivery: { kind: 'carry_out', locationId } })
          : baskets.addLine(current, line),
      ),
    setUnits: (lineId, units) => act.mutateAsync(on((cartId) => baskets.setLine(cartId, lineId, units))),
    change: (body) =>
      act.mutateAsync((current) =>
        current === null ? baskets.open({ locationId, lines: [], ...body }) : baskets.change(current, body),
      ),
    addCoupon: (code) => act.mutateAsync(on((cartId) => baskets.addCoupon(cartId, code))),
    take: show,
    park: () => setId(null),
    forgetError: act.reset,
    reload: () => void query.refetch(),
    finishedOrderId,
    forgetFinished: () => setFinished(null),
  }
}

// A queued act starts after the one before it has stored the basket's id; the closure of the touch may be older.
function currentId(fallback: string | null, locationId: string): string | null {
  const kept = localStorage.getItem(`hilo-till-basket-${locationId}`)
  return kept === null ? fallback : (JSON.parse(kept) as string | null)
}
