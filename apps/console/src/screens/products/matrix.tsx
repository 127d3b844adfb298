import { Button, IconButton, Money, TextInput } from '@hilo/ui'
import { type ReactNode, useState } from 'react'
import { fromLocalInput, toLocalInput } from '../../lib/format.ts'
import { useSay, useT } from '../../lib/words.ts'
import { Scroll } from '../../parts/scroll.tsx'
import type { ProductDraft, VariantDraft } from './draft.ts'
import { addOption, addValue, removeValue } from './options.ts'

type Props = {
  value: ProductDraft
  onChange(next: (value: ProductDraft) => ProductDraft): void
  wrong: ReadonlySet<string>
  currency: string
}

/** Options and what they make: each variant with SKU, barcode, price and markdown, in one table. */
export function Matrix(props: Props): ReactNode {
  return (
    <>
      <Options {...props} />
      <Variants {...props} />
      <Together {...props} />
    </>
  )
}

function Options({ value, onChange }: Props): ReactNode {
  const t = useT()
  const say = useSay()
  const [adding, setAdding] = useState<Record<number, string>>({})
  const [fresh, setFresh] = useState<{ name: string; first: string } | null>(null)
  const add = (index: number) => {
    const label = adding[index]?.trim()
    if (!label) return
    onChange((before) => addValue(before, index, label, null))
    setAdding({ ...adding, [index]: '' })
  }
  return (
    <div className="c-options-edit">
      {value.options.map((option, index) => (
        <div key={option.key} className="c-row">
          <b className="c-option-name">{say(option.name)}</b>
          {option.values.map((entry) => (
            <span key={entry.value} className="c-chip">
              {entry.swatch && <i style={{ background: entry.swatch }} />}
              {say(entry.label)}
              <button
                type="button"
                aria-label={`${t('app.remove')}: ${say(entry.label)}`}
                onClick={() => onChange((before) => removeValue(before, index, entry.value))}
              >
                ×
              </button>
            </span>
          ))}
          <TextInput
            size="xs"
            w={120}
            aria-label={t('products.addValue', { option: say(option.name) })}
            placeholder={t('products.addValueShort')}
            value={adding[index] ?? ''}
            onChange={(event) => setAdding({ ...adding, [index]: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              add(index)
            }}
            onBlur={() => add(index)}
          />
        </div>
      ))}
      {fresh ? (
        <div className="c-row" data-end>
          <TextInput
            size="xs"
            label={t('products.optionName')}
            value={fresh.name}
            onChange={(event) => setFresh({ ...fresh, name: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            label={t('products.optionFirst')}
            value={fresh.first}
            onChange={(event) => setFresh({ ...fresh, first: event.currentTarget.value })}
          />
          <Button
            size="xs"
            disabled={!fresh.name.trim() || !fresh.first.trim()}
            onClick={() => {
              onChange((before) => addOption(before, fresh.name.trim(), fresh.first.trim()))
              setFresh(null)
            }}
          >
            {t('app.add')}
          </Button>
        </div>
      ) : (
        value.options.length < 3 && (
          <Button kind="quiet" size="compact-sm" icon="plus" onClick={() => setFresh({ name: '', first: '' })}>
            {t('products.addOption')}
          </Button>
        )
      )}
    </div>
  )
}

function labelOf(value: ProductDraft, variant: VariantDraft, say: ReturnType<typeof useSay>): string {
  return variant.optionValues
    .map((code, i) => say(value.options[i]?.values.find((entry) => entry.value === code)?.label) || code)
    .join(' · ')
}

function Variants({ value, onChange, wrong, currency }: Props): ReactNode {
  const t = useT()
  const say = useSay()
  const set = (index: number, patch: Partial<VariantDraft>) =>
    onChange((before) => ({
      ...before,
      variants: before.variants.map((variant, i) => (i === index ? { ...variant, ...patch } : variant)),
    }))
  return (
    <Scroll label={t('products.matrix')}>
      <table className="c-plain c-matrix">
        <thead>
          <tr>
            {value.options.length > 0 && <th>{t('products.variant')}</th>}
            <th>SKU</th>
            <th>EAN</th>
            <th className="h-num">{t('orders.unitPrice')}</th>
            <th className="h-num">{t('products.markdown')}</th>
            <th>
              <span className="h-sr">{t('app.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {value.variants.map((variant, i) => {
            const label = labelOf(value, variant, say)
            const cell = (field: 'sku' | 'gtin' | 'price' | 'markdown', name: string, className?: string) => (
              <input
                className={className}
                aria-label={`${name} ${label}`}
                aria-invalid={wrong.has(`${i}:${field}`) || undefined}
                value={variant[field]}
                inputMode={field === 'price' || field === 'markdown' ? 'decimal' : undefined}
                onChange={(event) => set(i, { [field]: event.currentTarget.value })}
              />
            )
            return (
              <tr key={variant.id ?? variant.optionValues.join('|')} data-new={variant.id === null || undefined}>
                {value.options.length > 0 && <td className="c-nowrap">{label}</td>}
                <td>{cell('sku', 'SKU', 'c-mono')}</td>
                <td>{cell('gtin', 'EAN', 'c-mono')}</td>
                <td className="h-num">{cell('price', t('orders.unitPrice'))}</td>
                <td className="h-num">
                  {cell('markdown', t('products.markdown'))}
                  {variant.priorMinor !== null && variant.markdown !== '' && (
                    <div className="c-small c-muted">
                      {t('products.prior')} <Money minor={variant.priorMinor} currency={currency} />
                    </div>
                  )}
                </td>
                <td>
                  {value.variants.length > 1 && (
                    <IconButton
                      icon="close"
                      size="sm"
                      label={`${t('products.archiveVariant')} ${label}`}
                      onClick={() =>
                        onChange((before) => ({
                          ...before,
                          variants: before.variants.filter((_, other) => other !== i),
                        }))
                      }
                    />
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

/** One price or markdown for all variants, and the days the markdown holds. */
function Together({ value, onChange }: Props): ReactNode {
  const t = useT()
  const [price, setPrice] = useState('')
  const [markdown, setMarkdown] = useState('')
  const all = (patch: Partial<VariantDraft>) =>
    onChange((before) => ({ ...before, variants: before.variants.map((variant) => ({ ...variant, ...patch })) }))
  const lowered = value.variants.find((variant) => variant.markdown !== '')
  return (
    <>
      <div className="c-row c-together" data-end>
        <TextInput
          size="xs"
          w={150}
          label={t('products.priceAll')}
          value={price}
          inputMode="decimal"
          onChange={(event) => setPrice(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          w={150}
          label={t('products.markdownAll')}
          value={markdown}
          inputMode="decimal"
          onChange={(event) => setMarkdown(event.currentTarget.value)}
        />
        <Button
          size="xs"
          disabled={price === '' && markdown === ''}
          onClick={() => {
            all({ ...(price ? { price } : {}), ...(markdown ? { markdown } : {}) })
            setPrice('')
            setMarkdown('')
          }}
        >
          {t('products.applyAll')}
        </Button>
        {lowered && (
          <Button
            size="xs"
            kind="quiet"
            onClick={() => all({ markdown: '', markdownStartsAt: null, markdownEndsAt: null })}
          >
            {t('products.endMarkdown')}
          </Button>
        )}
      </div>
      {lowered && (
        <div className="c-row c-together" data-end>
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('products.markdownFrom')}
            value={toLocalInput(lowered.markdownStartsAt)}
            onChange={(event) => all({ markdownStartsAt: fromLocalInput(event.currentTarget.value) })}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('products.markdownTo')}
            value={toLocalInput(lowered.markdownEndsAt)}
            onChange={(event) => all({ markdownEndsAt: fromLocalInput(event.currentTarget.value) })}
          />
          <span className="c-muted c-small c-grow">{t('products.priorHow')}</span>
        </div>
      )}
    </>
  )
}
