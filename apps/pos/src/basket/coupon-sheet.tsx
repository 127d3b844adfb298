import { pick } from '@hilo/i18n'
import { Button, Code, Empty, IconButton, Loading, Status, TextInput, useLanguage } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { alreadyShown } from '../already-shown.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import type { Basket } from './use-basket.ts'

/** Coupons of the basket: put in, seen whether they count and why, taken off. */
export function CouponSheet({ basket, onClose }: { basket: Basket; onClose(): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const [code, setCode] = useState('')
  const coupons = basket.cart?.coupons ?? []
  const remove = (gone: string) =>
    basket.change({ couponCodes: coupons.map((coupon) => coupon.code).filter((kept) => kept !== gone) })
  return (
    <Sheet title={t('coupon.title')} onClose={onClose}>
      <form
        className="t-row"
        onSubmit={(event) => {
          event.preventDefault()
          alreadyShown(basket.addCoupon(code.trim()).then(() => setCode('')))
        }}
      >
        <TextInput
          size="lg"
          data-autofocus
          label={t('coupon.label')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.toUpperCase())}
          required
          autoComplete="off"
          style={{ flex: 1 }}
        />
        <Button type="submit" kind="primary" size="lg" disabled={basket.busy || code.trim() === ''}>
          {t('coupon.add')}
        </Button>
      </form>
      <Loading active={basket.busy} label={t('loading')} />
      <Trouble error={basket.error} />
      {coupons.length === 0 && <Empty title={t('coupon.none')} />}
      <ul className="t-cards">
        {coupons.map((coupon) => (
          <li key={coupon.code}>
            <div>
              <Code>{coupon.code}</Code>
              <p className="h-muted">{pick(coupon.reason, language)}</p>
            </div>
            <Status tone={coupon.state === 'applied' ? 'kept' : 'owed'}>
              {t(coupon.state === 'applied' ? 'coupon.state.applied' : 'coupon.state.waiting')}
            </Status>
            <IconButton
              icon="trash"
              label={t('coupon.remove', { code: coupon.code })}
              onClick={() => alreadyShown(remove(coupon.code))}
              size="xl"
              hint={false}
            />
          </li>
        ))}
      </ul>
    </Sheet>
  )
}
