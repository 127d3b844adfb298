import type { Cart } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Icon, IconButton, type IconName, Loading, Money, Note, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { BasketLine } from './line.tsx'
import { missingToPay } from './missing.ts'
import type { Basket } from './use-basket.ts'
import { useWayText } from './way-text.ts'

type Props = {
  basket: Basket
  onPay(): void
  onSend(): void
  onPark(): void
  onCustomer(): void
  onWay(): void
  onCoupon(): void
}

/** The basket: always in sight; total and pay at its foot, which is the lower right of the screen. */
export function BasketPanel(props: Props): ReactNode {
  const t = useWords()
  const { basket, onSend, onPark, onCustomer } = props
  const { cart } = basket
  const lines = cart?.lines ?? []
  const name = cart?.contact.name || cart?.contact.email || cart?.contact.phone
  return (
    <section className="t-basket" aria-label={t('basket.title')}>
      <header>
        <button type="button" className="t-customer" onClick={onCustomer}>
          <Icon name="customer" size={20} />
          <span>{name || t('basket.noCustomer')}</span>
        </button>
        <IconButton icon="qr" label={t('basket.send')} onClick={onSend} disabled={lines.length === 0} size="xl" />
        <IconButton icon="clock" label={t('basket.park')} onClick={onPark} disabled={!cart} size="xl" />
      </header>
      <Loading active={basket.busy} label={t('loading')} />
      <div className="t-lines" aria-live="polite">
        {lines.length === 0 && (
          <div className="t-emptybasket">
            <Icon name="scan" size={40} />
            <p>{t('basket.empty')}</p>
          </div>
        )}
        {lines.map((line) => (
          <BasketLine key={line.id} line={line} basket={basket} />
        ))}
        {cart && <Remarks cart={cart} {...props} />}
        {basket.error != null && (
          <Trouble
            error={basket.error}
            action={
              <Button kind="quiet" onClick={basket.forgetError}>
                {t('close')}
              </Button>
            }
          />
        )}
      </div>
      <Foot {...props} />
    </section>
  )
}

/** What the customer should hear: coupons, advantages of other channels, what is still missing. */
function Remarks({ cart, onCustomer, onWay }: { cart: Cart } & Pick<Props, 'onCustomer' | 'onWay'>): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  if (cart.lines.length === 0) return null
  const missing = missingToPay(cart)
  const own = ['orders.contact_missing', 'orders.delivery_missing', 'orders.cart_empty']
  const isCarried = cart.delivery?.kind === 'carry_out'
  return (
    <>
      {cart.coupons.map((coupon) => (
        <Note key={coupon.code} tone={coupon.state === 'applied' ? 'kept' : 'owed'} title={coupon.code}>
          {pick(coupon.reason, language)}
        </Note>
      ))}
      {cart.elsewhere.map((offer) => (
        <Note key={offer.promotionId} tone="info" title={t('basket.elsewhere')}>
          {pick(offer.text, language)}
        </Note>
      ))}
      {cart.problems
        .filter(({ code }) => !own.includes(code) && !(isCarried && code === 'orders.out_of_stock'))
        .map((problem) => (
          <Note key={problem.code} tone="owed">
            {pick(problem.text, language)}
          </Note>
        ))}
      {missing === 'contact' && (
        <Note
          tone="owed"
          action={
            <Button size="md" onClick={onCustomer}>
              {t('basket.noCustomer')}
            </Button>
          }
        >
          {t('basket.contactMissing')}
        </Note>
      )}
      {missing === 'delivery' && (
        <Note
          tone="owed"
          action={
            <Button size="md" onClick={onWay}>
              {t('way.title')}
            </Button>
          }
        >
          {t('basket.deliveryMissing')}
        </Note>
      )}
    </>
  )
}

const wayIcons: Record<string, IconName> = { carry_out: 'shop', pickup: 'pickup', delivery: 'truck' }

function Foot({ basket, onPay, onWay, onCustomer, onCoupon }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const { cart } = basket
  const wayText = useWayText(cart)
  const isEmpty = !cart || cart.lines.length === 0
  const pay = () => {
    const missing = cart && missingToPay(cart)
    if (missing === 'contact') return onCustomer()
    return missing === 'delivery' ? onWay() : onPay()
  }
  return (
    <footer>
      <div className="t-choices">
        <button type="button" onClick={onWay} disabled={isEmpty} aria-label={`${t('way.title')}: ${wayText}`}>
          <Icon name={wayIcons[cart?.delivery?.kind ?? 'carry_out'] ?? 'shop'} size={20} />
          <span>{wayText}</span>
        </button>
        <button type="button" onClick={onCoupon} disabled={isEmpty}>
          <Icon name="promotion" size={20} />
          <span>{t('coupon.title')}</span>
        </button>
      </div>
      {cart && cart.discountMinor > 0 && (
        <p>
          <span>{t('basket.saved')}</span>
          <span>
            −<Money minor={cart.discountMinor} currency={cart.currency} />
          </span>
        </p>
      )}
      {cart?.delivery?.kind === 'delivery' && (
        <p>
          <span>
            {t('basket.delivery')}
            {cart.deliveryReason && <small> · {pick(cart.deliveryReason, language)}</small>}
          </span>
          <Money minor={cart.deliveryMinor ?? 0} currency={cart.currency} />
        </p>
      )}
      <p className="t-total">
        <span>{t('basket.units', { n: cart?.units ?? 0 })}</span>
        <Money minor={cart?.totalMinor ?? 0} currency={cart?.currency ?? 'EUR'} />
      </p>
      <button type="button" className="t-pay" onClick={pay} disabled={isEmpty || basket.busy}>
        {t('basket.pay')}
      </button>
    </footer>
  )
}
