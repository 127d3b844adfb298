import type { LocationBody, StaffMe } from '@hilo/contract'
import { Icon, type IconName, Money } from '@hilo/ui'
import type { ReactNode } from 'react'
import { BasketPanel } from '../basket/basket-panel.tsx'
import { cameraWorks } from '../scanner/camera.ts'
import { useScanner } from '../scanner/use-scanner.ts'
import { useWords } from '../words.ts'
import { Baskets } from '../world/baskets.tsx'
import { Pickups } from '../world/pickups.tsx'
import { Receipts } from '../world/receipts.tsx'
import { Sell } from '../world/sell.tsx'
import { Away } from './away.tsx'
import { Sheets } from './sheets.tsx'
import { Top } from './top.tsx'
import { useTillKeys } from './use-keys.ts'
import { type Tab, type TillState, tabs, useTill } from './use-till.ts'

type Props = { me: StaffMe; place: LocationBody; leave(): void }
const tabIcons: Record<Tab, IconName> = { sell: 'search', baskets: 'pickup', pickups: 'shop', receipts: 'receipt' }

/** The till: the world at the left, the basket at the right, total and pay at the lower right. */
export function Till({ me, place, leave }: Props): ReactNode {
  const till = useTill(place)
  useScanner(till.onScan)
  useTillKeys(till)
  return (
    <div className="t-till">
      <Top me={me} place={place} leave={leave} onKeys={() => till.show('keys')} />
      <Away />
      <Tabs till={till} />
      <main className="t-world">
        <World till={till} place={place} />
      </main>
      <Side till={till} />
      <Peek till={till} />
      <Sheets till={till} place={place} />
    </div>
  )
}

function Tabs({ till }: { till: TillState }): ReactNode {
  const t = useWords()
  return (
    <nav className="t-tabs" aria-label={t('app.name')}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          aria-current={till.tab === name ? 'page' : undefined}
          onClick={() => till.go(name)}
        >
          <Icon name={tabIcons[name]} size={22} />
          {t(`tab.${name}`)}
        </button>
      ))}
    </nav>
  )
}

function World({ till, place }: { till: TillState; place: LocationBody }): ReactNode {
  const { tab, focusAt, scan } = till
  switch (tab) {
    case 'sell':
      return (
        <Sell
          place={place}
          basket={till.basket}
          focusAt={focusAt}
          onSendHome={() => till.show('home')}
          onCamera={cameraWorks() ? () => till.show('camera') : undefined}
        />
      )
    case 'baskets':
      return <Baskets place={place} focusAt={focusAt} onTake={till.take} />
    case 'pickups':
      return <Pickups place={place} focusAt={focusAt} scanned={scan?.kind === 'pickup' ? scan : null} />
    case 'receipts':
      return <Receipts place={place} focusAt={focusAt} scanned={scan?.kind === 'order' ? scan : null} />
    default: {
      const never: never = tab
      return never
    }
  }
}

/** The basket: a column of its own, on a phone a sheet of the whole screen. */
function Side({ till }: { till: TillState }): ReactNode {
  const t = useWords()
  return (
    <div className="t-side" data-open={till.basketOpen || undefined}>
      <button type="button" className="t-back" onClick={() => till.showBasket(false)}>
        <Icon name="left" />
        {t('back')}
      </button>
      <BasketPanel
        basket={till.basket}
        onPay={() => till.show('pay')}
        onSend={() => till.show('send')}
        onPark={till.park}
        onCustomer={() => till.show('customer')}
        onWay={() => till.show('way')}
        onCoupon={() => till.show('coupon')}
      />
    </div>
  )
}

/** On a phone: what the basket comes to, and the way to it. */
function Peek({ till }: { till: TillState }): ReactNode {
  const t = useWords()
  const { cart } = till.basket
  return (
    <button
      type="button"
      className="t-peek"
      data-empty={!cart?.units || undefined}
      onClick={() => till.showBasket(true)}
    >
      <span>{t('basket.units', { n: cart?.units ?? 0 })}</span>
      <Money minor={cart?.totalMinor ?? 0} currency={cart?.currency ?? 'EUR'} />
      <span className="h-sr">{t('basket.show')}</span>
      <Icon name="up" />
    </button>
  )
}
