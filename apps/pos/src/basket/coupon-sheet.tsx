import { pick } from '@hilo/i18n'
import { Button, Code, Empty, IconButton, Loading, ProblemNote, Status, TextInput, useLanguage } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { Sheet } from '../sheet.tsx'
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
          void basket
            .addCoupon(code.trim())
            .then(() => setCode(''))
            .catch(() => undefined)
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
      {basket.error != null && <ProblemNote error={basket.error} />}
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
              onClick={() => void remove(coupon.code).catch(() => undefined)}
              size="xl"
              hint={false}
            />
          </li>
        ))}
      </ul>
    </Sheet>
  )
}
