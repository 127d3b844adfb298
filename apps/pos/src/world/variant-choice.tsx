import type { StoreProduct, StoreVariant } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { useLanguage } from '@hilo/ui'
import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../words.ts'
import { type Matrix, matrixOf } from './matrix.ts'
import type { Stock } from './stock.ts'

type Props = {
  product: StoreProduct
  stock: Stock
  placeId: string
  chosenId: string
  onChoose(id: string): void
}

/** Sizes across, colours down; each cell says how many are here. Arrow keys choose, Enter puts it into the basket. */
export function VariantChoice(props: Props): ReactNode {
  const t = useWords()
  const { product } = props
  const choice = useRef<HTMLFieldSetElement>(null)
  // Arrow keys choose at once: the sheet gives it the focus when it opens, and this when the product comes later than the sheet.
  useEffect(
    () => choice.current?.querySelector<HTMLInputElement>('input:checked')?.focus({ preventScroll: true }),
    [props.chosenId],
  )
  if (product.variants.length < 2) return null
  const matrix = matrixOf(product)
  return (
    <fieldset className="t-choice" ref={choice}>
      <legend>{t('product.choose')}</legend>
      {matrix ? <Table {...props} matrix={matrix} /> : <List {...props} />}
    </fieldset>
  )
}

function Table({ matrix, ...props }: Props & { matrix: Matrix }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  return (
    <div className="t-matrix">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="h-sr">{t('product.choose')}</span>
            </th>
            {matrix.columns.map(({ value, label }) => (
              <th key={value} scope="col">
                {pick(label, language)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map(({ value, cells }) => (
            <tr key={value?.value ?? 'all'}>
              <th scope="row">
                {value?.swatch && <i style={{ background: value.swatch }} />}
                {value && pick(value.label, language)}
              </th>
              {cells.map((variant, at) => (
                <td key={matrix.columns[at]?.value}>{variant && <Cell {...props} variant={variant} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function List(props: Props): ReactNode {
  const { language } = useLanguage()
  const label = (variant: StoreVariant) =>
    variant.optionLabels.map((text) => pick(text, language)).join(' · ') || variant.sku
  return (
    <div className="t-grid">
      {props.product.variants.map((variant) => (
        <Cell key={variant.id} {...props} variant={variant} label={label(variant)} />
      ))}
    </div>
  )
}

function Cell({
  variant,
  label,
  stock,
  placeId,
  chosenId,
  onChoose,
}: Props & { variant: StoreVariant; label?: string }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const here = stock.here(variant.id, placeId)
  const total = stock.total(variant.id) ?? 0
  const name = variant.optionLabels.map((text) => pick(text, language)).join(' ')
  const isChosen = variant.id === chosenId
  return (
    <label data-none={here === 0 || undefined} data-chosen={isChosen || undefined}>
      <input
        type="radio"
        name="variant"
        className="h-sr"
        data-autofocus={isChosen || undefined}
        aria-label={`${name}: ${t('product.units', { n: here ?? 0 })}`}
        checked={isChosen}
        onChange={() => onChoose(variant.id)}
      />
      {label && <span>{label}</span>}
      <b>{here ?? '·'}</b>
      {here === 0 && total > 0 && <small>+{total}</small>}
    </label>
  )
}
