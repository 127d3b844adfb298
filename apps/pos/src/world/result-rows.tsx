import type { PosVariant, ProductCard } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Icon, Money, Picture, useLanguage } from '@hilo/ui'
import type { ReactNode } from 'react'
import { useWords } from '../words.ts'

type VariantProps = {
  variant: PosVariant
  here: number | undefined
  total: number | undefined
  onShow(): void
  onAdd(): void
}

/** The one thing that has the typed code: the plus, or Enter, sells it. */
export function VariantRow({ variant, here, total, onShow, onAdd }: VariantProps): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const title = pick(variant.title, language)
  const options = variant.optionLabels.map((label) => pick(label, language))
  const { price } = variant
  return (
    <li>
      <button type="button" className="t-result" data-row onClick={onShow}>
        <Picture src={variant.picture && `${variant.picture}?w=160`} alt="" width={56} height={70} />
        <span className="t-resultword">
          <b>{title}</b>
          <span>{options.join(' · ')}</span>
          <small className="h-code">{variant.sku}</small>
        </span>
        <Here here={here} total={total} />
        <span className="t-resultprice">
          {price && <Money minor={price.effectiveMinor} currency={price.currency} />}
          {price?.markdownMinor != null && <Money minor={price.amountMinor} currency={price.currency} was />}
        </span>
      </button>
      <Plus label={`${t('product.add')}: ${[title, ...options].join(' ')}`} onAdd={onAdd} />
    </li>
  )
}

/** A product in all its sizes and colours; what comes in one form only is sold by the plus. */
export function ProductRow({
  card,
  here,
  total,
  onShow,
  onAdd,
}: {
  card: ProductCard
  here: number | undefined
  total: number
  onShow(): void
  onAdd(variantId: string): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const title = pick(card.title, language)
  const { price } = card
  const [only, ...others] = card.variantIds
  return (
    <li>
      <button type="button" className="t-result" data-row onClick={onShow}>
        <Picture src={card.picture && `${card.picture.url}?w=160`} alt="" width={56} height={70} />
        <span className="t-resultword">
          <b>{title}</b>
          <Colors card={card} />
          <span>{card.sizes.map(({ label }) => pick(label, language)).join(' · ')}</span>
        </span>
        <Here here={here} total={total} />
        <span className="t-resultprice">
          {price?.isFrom && <small>{t('product.from')}</small>}
          {price && <Money minor={price.effectiveMinor} currency={price.currency} />}
          {price?.markdownMinor != null && <Money minor={price.amountMinor} currency={price.currency} was />}
        </span>
      </button>
      {only !== undefined && others.length === 0 ? (
        <Plus label={`${t('product.add')}: ${title}`} onAdd={() => onAdd(only)} />
      ) : (
        <span className="t-more">
          <Icon name="right" size={22} />
        </span>
      )}
    </li>
  )
}

function Colors({ card }: { card: ProductCard }): ReactNode {
  const { language } = useLanguage()
  if (card.colors.length === 0) return null
  return (
    <span className="t-swatches">
      {card.colors.map(({ value, label, swatch }) => (
        <i key={value} title={pick(label, language)} style={{ background: swatch ?? 'transparent' }} />
      ))}
    </span>
  )
}

/** How many are in this shop; where there are none, how many the others have. */
function Here({ here, total }: { here: number | undefined; total: number | undefined }): ReactNode {
  const t = useWords()
  return (
    <span className="t-resultstock" data-none={here === 0 || undefined}>
      <b>{here ?? '·'}</b>
      <small>{t('product.here')}</small>
      {here === 0 && total !== undefined && total > 0 && <small>{t('product.otherShops', { n: total })}</small>}
    </span>
  )
}

function Plus({ label, onAdd }: { label: string; onAdd(): void }): ReactNode {
  return (
    <button type="button" className="t-plus" onClick={onAdd} aria-label={label}>
      <Icon name="plus" size={24} />
    </button>
  )
}
