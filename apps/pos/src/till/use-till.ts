import type { Cart, LocationBody, Order } from '@hilo/contract'
import { notify } from '@hilo/ui'
import { useState } from 'react'
import { alreadyShown } from '../already-shown.ts'
import { api } from '../api.ts'
import { baskets } from '../basket/calls.ts'
import { type Basket, useBasket } from '../basket/use-basket.ts'
import { moneyIsOnCounter } from '../pay/on-counter.ts'
import type { Scan } from '../scanner/wedge.ts'
import { useWords } from '../words.ts'

/** Places of work at a till, in the order of the tabs. */
export const tabs = ['sell', 'baskets', 'pickups', 'receipts'] as const
export type Tab = (typeof tabs)[number]
/** What can lie over the till. `home` is `way` that begins with the address. */
export type SheetName = 'pay' | 'send' | 'customer' | 'keys' | 'way' | 'home' | 'coupon' | 'camera'
export type Sold = { order: Order; changeMinor: number }

export type TillState = {
  basket: Basket
  tab: Tab
  /** Counts up each time the field of the tab is to get the focus. */
  focusAt: number
  sheet: SheetName | null
  scan: Scan | null
  sold: Sold | null
  basketOpen: boolean
  go(tab: Tab): void
  show(sheet: SheetName | null): void
  showBasket(open: boolean): void
  take(cart: Cart): void
  park(): void
  onScan(scan: Scan): void
  onPlaced(order: Order, changeMinor: number): void
  /** The sale is over: the next customer. */
  onNext(): void
  onPickup(code: string): void
}

/** What lies on the screen of a till, and what a touch, a key and a scan do to it. */
export function useTill(place: LocationBody): TillState {
  const t = useWords()
  const basket = useBasket(place.id)
  const [tab, setTab] = useState<Tab>('sell')
  const [focusAt, setFocusAt] = useState(0)
  const [sheet, show] = useState<SheetName | null>(null)
  const [scan, setScan] = useState<Scan | null>(null)
  const [sold, setSold] = useState<Sold | null>(null)
  const [basketOpen, showBasket] = useState(false)
  const go = (next: Tab) => {
    show(null)
    setTab(next)
    setFocusAt((at) => at + 1)
  }
  const take = (cart: Cart) => {
    basket.take(cart)
    show(null)
    showBasket(true)
  }
  const onNext = () => {
    setSold(null)
    go('sell')
  }
  const onScan = useScans({
    basket,
    place,
    take,
    onClear: () => {
      // The first article of the next customer ends the sale before.
      if (sold) onNext()
      show(null)
    },
    onLookUp: (read) => {
      setTab(read.kind === 'pickup' ? 'pickups' : 'receipts')
      setScan(read)
    },
  })
  return {
    basket,
    tab,
    focusAt,
    sheet,
    scan,
    sold,
    basketOpen,
    go,
    show,
    showBasket,
    take,
    onScan,
    onNext,
    park: () => {
      if ((basket.cart?.lines.length ?? 0) > 0) notify(t('basket.parked'), { tone: 'info' })
      basket.park()
    },
    onPlaced: (order, changeMinor) => {
      setSold({ order, changeMinor })
      show(null)
      basket.park()
      showBasket(false)
    },
    onPickup: (code) => {
      show(null)
      showBasket(false)
      setScan({ kind: 'pickup', code })
      setTab('pickups')
    },
  }
}

/** What each kind of scan does. While money is on the counter nothing may change the basket under it. */
function useScans({
  basket,
  place,
  take,
  onClear,
  onLookUp,
}: {
  basket: Basket
  place: LocationBody
  take(cart: Cart): void
  onClear(): void
  onLookUp(scan: Scan): void
}): (scan: Scan) => void {
  const t = useWords()
  const sell = (code: string) => alreadyShown(basket.add({ code, units: 1 }))
  const openBasket = async (code: string) => {
    const cart = await baskets.openByCode(code, place.id)
    if (cart) take(cart)
    else notify(t('baskets.unknown', { code }), { tone: 'broken' })
  }
  const isArticle = async (code: string) =>
    (await api.get<{ exactVariantId: string | null }>('/api/pos/products', { query: { q: code, limit: 1 } }))
      .exactVariantId !== null
  return (read) => {
    if (moneyIsOnCounter()) return notify(t('scan.paying'), { tone: 'info' })
    onClear()
    if (read.kind === 'product') return sell(read.code)
    if (read.kind === 'cart')
      return void openBasket(read.code).catch((error: unknown) =>
        notify(error instanceof Error ? error.message : String(error), { tone: 'broken' }),
      )
    if (read.kind === 'pickup' || !read.unsure) return onLookUp(read)
    // A server that cannot say is shown as away; the receipt's screen asks it again by itself.
    isArticle(read.code).then(
      (article) => (article ? sell(read.code) : onLookUp(read)),
      () => onLookUp(read),
    )
  }
}
