import type { LocationBody, StaffMe } from '@hilo/contract'
import { Icon, IconButton, type IconName, Mark, Money, notify, useHotkeys, useLanguage, useTheme } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { BasketPanel } from './basket/basket-panel.tsx'
import { baskets } from './basket/calls.ts'
import { SendSheet } from './basket/send-sheet.tsx'
import { useBasket } from './basket/use-basket.ts'
import type { Key } from './locales/es.ts'
import { PaySheet } from './pay/pay-sheet.tsx'
import { useScanner } from './scanner/use-scanner.ts'
import type { Scan } from './scanner/wedge.ts'
import { Gate } from './session/gate.tsx'
import { useWords } from './words.ts'
import { Baskets } from './world/baskets.tsx'
import { CustomerSheet } from './world/customer-sheet.tsx'
import { KeysSheet } from './world/keys-sheet.tsx'
import { Pickups } from './world/pickups.tsx'
import { Returns } from './world/returns.tsx'
import { Sell } from './world/sell.tsx'

const tabs = ['sell', 'baskets', 'pickups', 'returns'] as const
type Tab = (typeof tabs)[number]
const tabIcons: Record<Tab, IconName> = { sell: 'search', baskets: 'pickup', pickups: 'shop', returns: 'return' }
type Sheet = 'pay' | 'send' | 'customer' | 'keys' | null

/** The till: the world at the left, the basket at the right. */
export function Counter(): ReactNode {
  return <Gate>{(me, place, leave) => <Till key={place.id} me={me} place={place} leave={leave} />}</Gate>
}

function Till({ me, place, leave }: { me: StaffMe; place: LocationBody; leave(): void }): ReactNode {
  const t = useWords()
  const basket = useBasket(place.id)
  const [tab, setTab] = useState<Tab>('sell')
  const [sheet, setSheet] = useState<Sheet>(null)
  const [scan, setScan] = useState<Scan | null>(null)
  const [basketOpen, setBasketOpen] = useState(false)

  const openBasket = async (code: string) => {
    try {
      const cart = await baskets.openByCode(code, place.id)
      if (!cart) return notify(t('baskets.unknown', { code }), { tone: 'broken' })
      basket.take(cart)
      setBasketOpen(true)
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), { tone: 'broken' })
    }
  }
  useScanner((read) => {
    if (sheet === 'pay') return
    setSheet(null)
    if (read.kind === 'product') {
      void basket
        .add({ code: read.code, units: 1 })
        .catch(() => notify(t('search.unknown', { code: read.code }), { tone: 'broken' }))
      return
    }
    if (read.kind === 'cart') return void openBasket(read.code)
    setTab(read.kind === 'pickup' ? 'pickups' : 'returns')
    setScan(read)
  })
  useHotkeys([
    ['F2', () => setTab('sell')],
    ['F4', () => setTab('baskets')],
    ['F6', () => setTab('pickups')],
    ['F8', () => setTab('returns')],
    ['F3', () => setSheet('customer')],
    ['F9', () => basket.cart && basket.cart.lines.length > 0 && setSheet('pay')],
    ['shift+?', () => setSheet('keys')],
  ])
  return (
    <div className="t-till">
      <Top me={me} place={place} leave={leave} onKeys={() => setSheet('keys')} />
      <nav className="t-tabs" aria-label={t('app.name')}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={tab === name ? 'page' : undefined}
            onClick={() => setTab(name)}
          >
            <Icon name={tabIcons[name]} size={22} />
            {t(`tab.${name}` as Key)}
          </button>
        ))}
      </nav>
      <main className="t-world">
        {tab === 'sell' && <Sell place={place} basket={basket} />}
        {tab === 'baskets' && (
          <Baskets
            place={place}
            onTake={(cart) => {
              basket.take(cart)
              setBasketOpen(true)
            }}
          />
        )}
        {tab === 'pickups' && <Pickups place={place} scanned={scan?.kind === 'pickup' ? scan.code : null} />}
        {tab === 'returns' && <Returns place={place} scanned={scan?.kind === 'order' ? scan.code : null} />}
      </main>
      <div className="t-side" data-open={basketOpen || undefined}>
        <button type="button" className="t-back" onClick={() => setBasketOpen(false)}>
          <Icon name="left" />
          {t('back')}
        </button>
        <BasketPanel
          basket={basket}
          customerName={basket.cart?.contact.name || basket.cart?.contact.email || basket.cart?.contact.phone || null}
          onPay={() => setSheet('pay')}
          onSend={() => setSheet('send')}
          onCustomer={() => setSheet('customer')}
        />
      </div>
      <button type="button" className="t-peek" onClick={() => setBasketOpen(true)}>
        <span>{t('basket.units', { n: basket.cart?.units ?? 0 })}</span>
        <Money minor={basket.cart?.totalMinor ?? 0} currency={basket.cart?.currency ?? 'EUR'} />
        <span className="h-sr">{t('basket.show')}</span>
        <Icon name="up" />
      </button>
      {sheet === 'pay' && basket.cart && (
        <PaySheet
          cart={basket.cart}
          place={place}
          onClose={() => setSheet(null)}
          onPlaced={() => {
            basket.park()
            setBasketOpen(false)
          }}
        />
      )}
      {sheet === 'send' && basket.cart && <SendSheet cart={basket.cart} onClose={() => setSheet(null)} />}
      {sheet === 'customer' && <CustomerSheet basket={basket} onClose={() => setSheet(null)} />}
      {sheet === 'keys' && <KeysSheet onClose={() => setSheet(null)} />}
    </div>
  )
}

function Top({
  me,
  place,
  leave,
  onKeys,
}: {
  me: StaffMe
  place: LocationBody
  leave(): void
  onKeys(): void
}): ReactNode {
  const t = useWords()
  const { language, setLanguage } = useLanguage()
  const { scheme, setScheme } = useTheme()
  return (
    <header className="t-top">
      <Mark name={t('app.name')} />
      <button type="button" className="t-placename" onClick={leave} title={t('top.place')}>
        <Icon name="shop" />
        {place.name}
      </button>
      <span className="t-me">{me.name}</span>
      <IconButton
        icon={scheme === 'dark' ? 'sun' : 'moon'}
        label={t('top.theme')}
        onClick={() => setScheme(scheme === 'dark' ? 'light' : 'dark')}
      />
      <IconButton
        icon="language"
        label={t('top.language')}
        onClick={() => setLanguage(language === 'es' ? 'en' : 'es')}
      />
      <IconButton icon="info" label={t('top.keys')} onClick={onKeys} />
    </header>
  )
}
