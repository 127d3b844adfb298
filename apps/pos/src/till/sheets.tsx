import type { Cart, LocationBody } from '@hilo/contract'
import type { ReactNode } from 'react'
import { CouponSheet } from '../basket/coupon-sheet.tsx'
import { SendSheet } from '../basket/send-sheet.tsx'
import { WaySheet } from '../basket/way-sheet.tsx'
import { Done, Finished } from '../pay/done.tsx'
import { PaySheet } from '../pay/pay-sheet.tsx'
import { CameraSheet } from '../scanner/camera-sheet.tsx'
import { useWords } from '../words.ts'
import { CustomerSheet } from '../world/customer-sheet.tsx'
import { KeysSheet } from '../world/keys-sheet.tsx'
import type { TillState } from './use-till.ts'

/** The sheet that lies over the till, at most one: a finished sale before everything else. */
export function Sheets({ till, place }: { till: TillState; place: LocationBody }): ReactNode {
  const t = useWords()
  const { sold, basket, show } = till
  const { cart, finishedOrderId } = basket
  if (sold) return <Done {...sold} place={place} onClose={till.onNext} />
  if (finishedOrderId) {
    const close = () => {
      basket.forgetFinished()
      show(null)
    }
    // Found out while money is on the counter: it is this sale whose answer was lost.
    const title = t(till.sheet === 'pay' ? 'done.title' : 'basket.finished')
    return <Finished orderId={finishedOrderId} place={place} title={title} onClose={close} />
  }
  if (till.sheet === 'pay' || till.sheet === 'send')
    return cart && <CartSheet till={till} cart={cart} place={place} name={till.sheet} />
  return <OtherSheet till={till} place={place} />
}

function CartSheet({
  till,
  cart,
  place,
  name,
}: {
  till: TillState
  cart: Cart
  place: LocationBody
  name: 'pay' | 'send'
}): ReactNode {
  const { basket, show } = till
  if (name === 'pay')
    return <PaySheet cart={cart} onClose={() => show(null)} onPlaced={till.onPlaced} onStale={basket.reload} />
  const onGone = () => {
    basket.park()
    show(null)
  }
  return <SendSheet cart={cart} locationId={place.id} onKeep={till.take} onGone={onGone} />
}

function OtherSheet({ till, place }: { till: TillState; place: LocationBody }): ReactNode {
  const { sheet, basket, show } = till
  const close = () => show(null)
  switch (sheet) {
    case 'keys':
      return <KeysSheet onClose={close} />
    case 'camera':
      return <CameraSheet onScan={till.onScan} onClose={close} />
    case 'customer':
      return <CustomerSheet basket={basket} place={place} onClose={close} onPickup={till.onPickup} />
    case 'way':
    case 'home': {
      const start = sheet === 'home' ? { start: 'delivery' as const } : {}
      return <WaySheet basket={basket} place={place} {...start} onCustomer={() => show('customer')} onClose={close} />
    }
    case 'coupon':
      return <CouponSheet basket={basket} onClose={close} />
    default:
      return null
  }
}
