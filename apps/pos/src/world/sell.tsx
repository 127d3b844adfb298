import type { LocationBody, PosVariant } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import {
  Empty,
  Icon,
  IconButton,
  Loading,
  Money,
  Picture,
  ProblemNote,
  TextInput,
  useDebouncedValue,
  useLanguage,
} from '@hilo/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import type { Basket } from '../basket/use-basket.ts'
import { useFocus } from '../focus.ts'
import { useWords } from '../words.ts'
import { ProductSheet } from './product-sheet.tsx'
import { useStock } from './stock.ts'

type Props = {
  place: LocationBody
  basket: Basket
  focusAt: number
  onSendHome(): void
  /** Absent where this device has no camera that reads codes. */
  onCamera: (() => void) | undefined
}
type Found = { items: PosVariant[]; exactVariantId: string | null }

/** Search and choose. A touch on a row shows the product with the stock of every shop; the plus sells it at once. */
export function Sell({ place, basket, focusAt, onSendHome, onCamera }: Props): ReactNode {
  const t = useWords()
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 150)
  const [shown, setShown] = useState<PosVariant | null>(null)
  const field = useFocus(focusAt)
  const search = useQuery({
    queryKey: ['search', q],
    queryFn: () => findProducts(q),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })
  const add = (variantId: string) => basket.add({ variantId, units: 1 })
  // Enter after a typed code sells it, as a scan does; after words it leaves the choice to the eye.
  const addExact = async () => {
    const typed = text.trim()
    const { exactVariantId } = typed === '' ? { exactVariantId: null } : await findProducts(typed)
    if (exactVariantId === null) return
    await add(exactVariantId)
    setText('')
  }
  const found = q === '' ? [] : (search.data?.items ?? [])
  const stock = useStock(found.map(({ variantId }) => variantId))
  return (
    <>
      <TextInput
        ref={field}
        size="xl"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        aria-label={t('search.label')}
        placeholder={t('search.label')}
        leftSection={<Icon name="search" size={22} />}
        type="search"
        autoComplete="off"
        spellCheck={false}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void addExact().catch(() => undefined)
        }}
        rightSection={
          onCamera && <IconButton icon="camera" label={t('camera.open')} onClick={onCamera} size="xl" hint={false} />
        }
        rightSectionWidth={onCamera ? 56 : undefined}
      />
      <Loading active={search.isFetching} label={t('loading')} />
      {search.error && <ProblemNote error={search.error} />}
      {q === '' && <Empty title={t('search.hint')}>{t('search.hint.help')}</Empty>}
      {q !== '' && search.isSuccess && !search.isFetching && found.length === 0 && (
        <Empty title={t('search.none')}>{t('search.none.help')}</Empty>
      )}
      <ul className="t-results">
        {found.map((variant) => (
          <Result
            key={variant.variantId}
            variant={variant}
            here={stock.here(variant.variantId, place.id)}
            total={stock.total(variant.variantId)}
            onShow={() => setShown(variant)}
            onAdd={() => void add(variant.variantId).catch(() => undefined)}
          />
        ))}
      </ul>
      {shown && (
        <ProductSheet
          variant={shown}
          place={place}
          basket={basket}
          onClose={() => setShown(null)}
          onSendHome={onSendHome}
        />
      )}
    </>
  )
}

const findProducts = (q: string) => api.get<Found>('/api/pos/products', { query: { q, limit: 40 } })

function Result({
  variant,
  here,
  total,
  onShow,
  onAdd,
}: {
  variant: PosVariant
  here: number | undefined
  total: number | undefined
  onShow(): void
  onAdd(): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const title = pick(variant.title, language)
  return (
    <li>
      <button type="button" className="t-result" onClick={onShow}>
        <Picture src={variant.picture && `${variant.picture}?w=160`} alt="" width={56} height={70} />
        <span className="t-resultword">
          <b>{title}</b>
          <span>{variant.optionLabels.map((label) => pick(label, language)).join(' · ')}</span>
          <small className="h-code">{variant.sku}</small>
        </span>
        <span className="t-resultstock" data-none={here === 0 || undefined}>
          <b>{here ?? '·'}</b>
          <small>{t('product.here')}</small>
          {here === 0 && (total ?? 0) > 0 && (
            <small>
              +{total} {t('product.elsewhere').toLowerCase()}
            </small>
          )}
        </span>
        <span className="t-resultprice">
          {variant.price && <Money minor={variant.price.effectiveMinor} currency={variant.price.currency} />}
          {variant.price?.markdownMinor != null && (
            <Money minor={variant.price.amountMinor} currency={variant.price.currency} was />
          )}
        </span>
      </button>
      <button
        type="button"
        className="t-plus"
        onClick={onAdd}
        aria-label={`${t('product.add')}: ${title} ${variant.optionLabels.map((label) => pick(label, language)).join(' ')}`}
      >
        <Icon name="plus" size={24} />
      </button>
    </li>
  )
}
