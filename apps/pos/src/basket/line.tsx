import type { CartLine } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { IconButton, Money, Picture, Tag, useLanguage, When } from '@hilo/ui'
import type { ReactNode } from 'react'
import { alreadyShown } from '../already-shown.ts'
import { useWords } from '../words.ts'
import { missingHere } from './missing.ts'
import type { Basket } from './use-basket.ts'

/** One line: what it is, why it costs that, where its units are held, and keys for more and less. */
export function BasketLine({ line, basket }: { line: CartLine; basket: Basket }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const title = pick(line.title, language)
  const currency = basket.cart?.currency ?? 'EUR'
  const set = (units: number) => alreadyShown(basket.setUnits(line.id, units))
  return (
    <article className="t-line" data-gift={line.gift || undefined}>
      <Picture src={line.picture && `${line.picture}?w=160`} alt="" width={56} height={70} />
      <div className="t-lineword">
        <b>{title}</b>
        <span className="h-muted">{line.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
        {line.gift && (
          <Tag tone="kept" icon="gift">
            {t('basket.gift')}
          </Tag>
        )}
        {line.reasons.map((reason) => (
          <small key={reason.es}>{pick(reason, language)}</small>
        ))}
        <WhereHeld line={line} basket={basket} />
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
              hint={false}
            />
            <span className="t-count">{line.units}</span>
            <IconButton
              icon="plus"
              label={t('basket.more', { title })}
              onClick={() => set(line.units + 1)}
              size="xl"
              variant="default"
              hint={false}
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

function WhereHeld({ line, basket }: { line: CartLine; basket: Basket }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const short = basket.cart ? missingHere(basket.cart, line) : undefined
  const heldText = short ? (short.available > 0 ? 'basket.heldPartly' : 'basket.heldElsewhere') : 'basket.held'
  return (
    <>
      {short && <small className="t-short">{t('basket.notHere', { n: short.available })}</small>}
      {line.stock.heldUntil && (
        <small className="h-muted">
          {t(heldText)} <When at={line.stock.heldUntil} show="time" />
        </small>
      )}
      {line.problems
        .filter((problem) => !short || problem.code !== 'inventory.atp_short')
        .map((problem) => (
          <small key={problem.code} className="t-short">
            {pick(problem.text, language)}
          </small>
        ))}
    </>
  )
}
