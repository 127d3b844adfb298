import type { Cart, LocationBody, Order, StaffMe } from '@hilo/contract'
import { Icon, type IconName, Money, notify, useHotkeys } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { BasketPanel } from './basket/basket-panel.tsx'
import { baskets } from './basket/calls.ts'
import { useBasket } from './basket/use-basket.ts'
import { cameraWorks } from './scanner/camera-sheet.tsx'
import { useScanner } from './scanner/use-scanner.ts'
import type { Scan } from './scanner/wedge.ts'
import { Gate } from './session/gate.tsx'
import { type SheetName, Sheets } from './sheets.tsx'
import { Top } from './top.tsx'
import { useWords } from './words.ts'
import { Baskets } from './world/baskets.tsx'
import { Pickups } from './world/pickups.tsx'
import { Returns } from './world/returns.tsx'
import { Sell } from './world/sell.tsx'

const tabs = ['sell', 'baskets', 'pickups', 'returns'] as const
type Tab = (typeof tabs)[number]
const tabIcons: Record<Tab, IconName> = { sell: 'search', baskets: 'pickup', pickups: 'shop', returns: 'return' }

/** The till: the world at the left, the basket at the right. */
export function Counter(): ReactNode {
  return <Gate>{(me, place, leave) => <Till key={place.id} me={me} place={place} leave={leave} />}</Gate>
}

function Till({ me, place, leave }: { me: StaffMe; place: LocationBody; leave(): void }): ReactNode {
  const t = useWords()
  const basket = useBasket(place.id)
  const [tab, setTab] = useState<Tab>('sell')
  const [focusAt, setFocusAt] = useState(0)
  const [sheet, setSheet] = useState<SheetName | null>(null)
  const [scan, setScan] = useState<Scan | null>(null)
  const [sold, setSold] = useState<{ order: Order; changeMinor: number } | null>(null)
  const [basketOpen, setBasketOpen] = useState(false)
  const lines = basket.cart?.lines.length ?? 0

  const go = (next: Tab) => {
    setSheet(null)
    setTab(next)
    setFocusAt((at) => at + 1)
  }
  const take = (cart: Cart) => {
    basket.take(cart)
    setSheet(null)
    setBasketOpen(true)
  }
  const onScan = async (read: Scan) => {
    if (read.kind === 'product') {
      await basket.add({ code: read.code, units: 1 })
    } else if (read.kind === 'cart') {
      const cart = await baskets.openByCode(read.code, place.id)
      if (cart) take(cart)
      else notify(t('baskets.unknown', { code: read.code }), { tone: 'broken' })
    } else {
      setTab(read.kind === 'pickup' ? 'pickups' : 'returns')
      setScan(read)
    }
  }
  const scanned = (read: Scan) => {
    // Money is on the counter: nothing may change the basket under it.
    if (sheet === 'pay' || sold) return
    setSheet(null)
    onScan(read).catch((error: unknown) =>
      notify(error instanceof Error ? error.message : String(error), { tone: 'broken' }),
    )
  }
  useScanner(scanned)
  const open = (name: SheetName) => () => lines > 0 && sheet !== 'pay' && setSheet(name)
  // Function keys work inside fields, too: most of the time the search has the focus.
  useHotkeys(
    [
      ['F1', () => setSheet('keys')],
      ['F2', () => go('sell')],
      ['F3', () => setSheet('customer')],
      ['F4', () => go('baskets')],
      ['F6', () => go('pickups')],
      ['F7', open('way')],
      ['F8', () => go('returns')],
      ['F9', open('pay')],
      ['F10', open('coupon')],
    ],
    [],
  )
  useHotkeys([['shift+?', () => setSheet('keys')]])
  return (
    <div className="t-till">
      <Top me={me} place={place} leave={leave} onKeys={() => setSheet('keys')} />
      <nav className="t-tabs" aria-label={t('app.name')}>
        {tabs.map((name) => (
          <button key={name} type="button" aria-current={tab === name ? 'page' : undefined} onClick={() => go(name)}>
            <Icon name={tabIcons[name]} size={22} />
            {t(`tab.${name}`)}
          </button>
        ))}
      </nav>
      <main className="t-world">
        {tab === 'sell' && (
          <Sell
            place={place}
            basket={basket}
            focusAt={focusAt}
            onSendHome={() => setSheet('home')}
            onCamera={cameraWorks() ? () => setSheet('camera') : undefined}
          />
        )}
        {tab === 'baskets' && <Baskets place={place} focusAt={focusAt} onTake={take} />}
        {tab === 'pickups' && (
          <Pickups place={place} focusAt={focusAt} scanned={scan?.kind === 'pickup' ? scan : null} />
        )}
        {tab === 'returns' && (
          <Returns place={place} focusAt={focusAt} scanned={scan?.kind === 'order' ? scan : null} />
        )}
      </main>
      <div className="t-side" data-open={basketOpen || undefined}>
        <button type="button" className="t-back" onClick={() => setBasketOpen(false)}>
          <Icon name="left" />
          {t('back')}
        </button>
        <BasketPanel
          basket={basket}
          onPay={() => setSheet('pay')}
          onSend={() => setSheet('send')}
          onPark={() => {
            if (lines > 0) notify(t('basket.parked'), { tone: 'info' })
            basket.park()
          }}
          onCustomer={() => setSheet('customer')}
          onWay={() => setSheet('way')}
          onCoupon={() => setSheet('coupon')}
        />
      </div>
      <button type="button" className="t-peek" onClick={() => setBasketOpen(true)}>
        <span>{t('basket.units', { n: basket.cart?.units ?? 0 })}</span>
        <Money minor={basket.cart?.totalMinor ?? 0} currency={basket.cart?.currency ?? 'EUR'} />
        <span className="h-sr">{t('basket.show')}</span>
        <Icon name="up" />
      </button>
      <Sheets
        name={sheet}
        basket={basket}
        place={place}
        sold={sold}
        show={setSheet}
        onScan={scanned}
        onKeep={take}
        onPlaced={(order, changeMinor) => {
          setSold({ order, changeMinor })
          setSheet(null)
          basket.park()
          setBasketOpen(false)
        }}
        onSoldClose={() => {
          setSold(null)
          go('sell')
        }}
        onPickup={(code) => {
          setSheet(null)
          setBasketOpen(false)
          setScan({ kind: 'pickup', code })
          setTab('pickups')
        }}
      />
    </div>
  )
}
