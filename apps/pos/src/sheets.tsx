import type { Cart, LocationBody, Order } from '@hilo/contract'
import type { ReactNode } from 'react'
import { CouponSheet } from './basket/coupon-sheet.tsx'
import { SendSheet } from './basket/send-sheet.tsx'
import type { Basket } from './basket/use-basket.ts'
import { WaySheet } from './basket/way-sheet.tsx'
import { Done, Finished } from './pay/done.tsx'
import { PaySheet } from './pay/pay-sheet.tsx'
import { CameraSheet } from './scanner/camera-sheet.tsx'
import type { Scan } from './scanner/wedge.ts'
import { CustomerSheet } from './world/customer-sheet.tsx'
import { KeysSheet } from './world/keys-sheet.tsx'

/** `home` is `way` that begins with the address. */
export type SheetName = 'pay' | 'send' | 'customer' | 'keys' | 'way' | 'home' | 'coupon' | 'camera'

type Props = {
  name: SheetName | null
  basket: Basket
  place: LocationBody
  /** The sale that has just finished. */
  sold: { order: Order; changeMinor: number } | null
  show(name: SheetName | null): void
  onScan(scan: Scan): void
  onKeep(cart: Cart): void
  onPlaced(order: Order, changeMinor: number): void
  onSoldClose(): void
  onPickup(orderNumber: string): void
}

/** The sheet that lies over the till, at most one. */
export function Sheets(props: Props): ReactNode {
  const { name, basket, place, sold, show, onSoldClose } = props
  const { cart, finishedOrderId } = basket
  const close = () => show(null)
  if (sold) return <Done {...sold} place={place} onClose={onSoldClose} />
  if (finishedOrderId)
    return (
      <Finished
        orderId={finishedOrderId}
        place={place}
        onClose={() => {
          basket.forgetFinished()
          close()
        }}
      />
    )
  switch (name) {
    case null:
      return null
    case 'keys':
      return <KeysSheet onClose={close} />
    case 'camera':
      return <CameraSheet onScan={props.onScan} onClose={close} />
    case 'customer':
      return <CustomerSheet basket={basket} place={place} onClose={close} onPickup={props.onPickup} />
    case 'way':
    case 'home':
      return (
        <WaySheet
          basket={basket}
          place={place}
          {...(name === 'home' ? { start: 'delivery' as const } : {})}
          onCustomer={() => show('customer')}
          onClose={close}
        />
      )
    case 'coupon':
      return <CouponSheet basket={basket} onClose={close} />
    case 'pay':
      return cart && <PaySheet cart={cart} onClose={close} onPlaced={props.onPlaced} onStale={basket.reload} />
    case 'send':
      return (
        cart && (
          <SendSheet
            cart={cart}
            locationId={place.id}
            onKeep={props.onKeep}
            onGone={() => {
              basket.park()
              close()
            }}
          />
        )
      )
    default: {
      const never: never = name
      return never
    }
  }
}
