import type { CartLine } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Icon, IconButton, Loading, Money, Note, Picture, ProblemNote, useLanguage, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'
import type { Basket } from './use-basket.ts'

type Props = { basket: Basket; onPay(): void; onSend(): void; onCustomer(): void; customerName: string | null }

/** The basket: always in sight; total and pay at its foot, which is the lower right of the screen. */
export function BasketPanel({ basket, onPay, onSend, onCustomer, customerName }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const { cart } = basket
  const lines = cart?.lines ?? []
  return (
    <section className="t-basket" aria-label={t('basket.title')}>
      <header>
        <button type="button" className="t-customer" onClick={onCustomer}>
          <Icon name="customer" size={20} />
          <span>{customerName ?? t('basket.noCustomer')}</span>
        </button>
        <IconButton icon="qr" label={t('basket.send')} onClick={onSend} disabled={lines.length === 0} size="xl" />
        <IconButton icon="clock" label={t('basket.park')} onClick={basket.park} disabled={!cart} size="xl" />
      </header>
      <Loading active={basket.busy} label={t('loading')} />
      <div className="t-lines" aria-live="polite">
        {lines.length === 0 && <EmptyBasket />}
        {lines.map((line) => (
          <Line key={line.id} line={line} basket={basket} />
        ))}
        {cart?.coupons.map((coupon) => (
          <Note key={coupon.code} tone={coupon.state === 'applied' ? 'kept' : 'owed'} title={coupon.code}>
            {pick(coupon.reason, language)}
          </Note>
        ))}
        {cart?.elsewhere.map((offer) => (
          <Note key={offer.promotionId} tone="info" title={t('basket.elsewhere')}>
            {pick(offer.text, language)}
          </Note>
        ))}
        {cart?.problems.map((problem) => (
          <Note key={problem.code} tone="owed">
            {pick(problem.text, language)}
          </Note>
        ))}
        {basket.error != null && (
          <ProblemNote
            error={basket.error}
            action={
              <Button kind="quiet" onClick={basket.forgetError}>
                {t('close')}
              </Button>
            }
          />
        )}
      </div>
      <footer>
        {cart && cart.discountMinor > 0 && (
          <p>
            <span>{t('basket.saved')}</span>
            <span>
              −<Money minor={cart.discountMinor} currency={cart.currency} />
            </span>
          </p>
        )}
        {cart && (cart.deliveryMinor ?? 0) > 0 && (
          <p>
            <span>{t('basket.delivery')}</span>
            <Money minor={cart.deliveryMinor ?? 0} currency={cart.currency} />
          </p>
        )}
        <p className="t-total">
          <span>{t('basket.units', { n: cart?.units ?? 0 })}</span>
          <Money minor={cart?.totalMinor ?? 0} currency={cart?.currency ?? 'EUR'} />
        </p>
        <button type="button" className="t-pay" onClick={onPay} disabled={!cart || lines.length === 0 || basket.busy}>
          {t('basket.pay')}
        </button>
      </footer>
    </section>
  )
}

function EmptyBasket(): ReactNode {
  const t = useWords()
  return (
    <div className="t-emptybasket">
      <Icon name="scan" size={40} />
      <p>{t('basket.empty')}</p>
    </div>
  )
}

function Line({ line, basket }: { line: CartLine; basket: Basket }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const title = pick(line.title, language)
  const currency = basket.cart?.currency ?? 'EUR'
  const set = (units: number) => void basket.setUnits(line.id, units).catch(() => undefined)
  return (
    <article className="t-line" data-gift={line.gift || undefined}>
      <Picture src={line.picture && `${line.picture}?w=160`} alt="" width={56} height={70} />
      <div className="t-lineword">
        <b>{title}</b>
        <span className="h-muted">{line.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
        {line.gift && (
          <span className="h-tag" data-tone="kept">
            <Icon name="gift" size={14} />
            {t('basket.gift')}
          </span>
        )}
        {line.reasons.map((reason) => (
          <small key={reason.es}>{pick(reason, language)}</small>
        ))}
        {line.stock.heldUntil && (
          <small className="h-muted">
            {t('basket.held')} <When at={line.stock.heldUntil} show="time" />
          </small>
        )}
        {line.problems.map((problem) => (
          <small key={problem.code} className="t-short">
            {pick(problem.text, language)}
          </small>
        ))}
      </div>
      <div className="t-lineunits">
        {line.gift ? (
          <span className="t-count">{line.units}</span>
        ) : (
          <>
            <IconButton
              icon={line.units === 1 ? 'trash' : 'minus'}
              label={t('basket.less', { title })}
              onClick={() => set(line.units - 1)}
              size="xl"
              variant="default"
            />
            <span className="t-count">{line.units}</span>
            <IconButton
              icon="plus"
              label={t('basket.more', { title })}
              onClick={() => set(line.units + 1)}
              size="xl"
              variant="default"
            />
          </>
        )}
      </div>
      <div className="t-lineprice">
        <Money minor={line.totalMinor} currency={currency} />
        {line.grossMinor !== line.totalMinor && <Money minor={line.grossMinor} currency={currency} was />}
      </div>
    </article>
  )
}
