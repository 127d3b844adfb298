import { useEffect } from 'react'

/** Sheets that are taking money now; at most one, but the next may open before the last has closed. */
let open = 0

/** True while money lies on the counter: nothing may change the basket under it, and no key may lead away. */
export function moneyIsOnCounter(): boolean {
  return open > 0
}

/** For what takes money: it lies on the counter as long as this is on the screen. */
export function useMoneyOnCounter(): void {
  useEffect(() => {
    open += 1
    return () => {
      open -= 1
    }
  }, [])
}
