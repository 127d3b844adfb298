import { useHotkeys } from '@hilo/ui'
import { moneyIsOnCounter } from '../pay/on-counter.ts'
import type { SheetName, TillState } from './use-till.ts'

/** The keys of the till. Function keys work inside fields, too: most of the time the search has the focus. */
export function useTillKeys({ basket, sold, go, show, park }: TillState): void {
  const isFree = () => sold === null && !moneyIsOnCounter()
  const hasLines = (basket.cart?.lines.length ?? 0) > 0
  const open = (name: SheetName) => () => isFree() && hasLines && !basket.busy && show(name)
  const free = (act: () => void) => () => isFree() && act()
  useHotkeys(
    [
      ['F1', free(() => show('keys'))],
      ['F2', free(() => go('sell'))],
      ['F3', free(() => show('customer'))],
      ['F4', free(() => go('baskets'))],
      ['F6', free(() => go('pickups'))],
      ['F7', open('way')],
      ['F8', free(() => go('receipts'))],
      ['F9', open('pay')],
      ['F10', open('coupon')],
      ['shift+F3', open('send')],
      ['shift+F4', free(() => basket.cart !== null && park())],
    ],
    [],
  )
  useHotkeys([['shift+?', free(() => show('keys'))]])
}
