import type { Collection, LocationBody, PosVariant, ProductCard, StoreProducts, StoreSearch } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Empty, Icon, IconButton, Loading, TextInput, useDebouncedValue, useLanguage } from '@hilo/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, type Ref, useState } from 'react'
import { alreadyShown } from '../already-shown.ts'
import { api } from '../api.ts'
import type { Basket } from '../basket/use-basket.ts'
import { useFocus } from '../focus.ts'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { useArrowKeys } from './move-focus.ts'
import { ProductSheet, type Shown } from './product-sheet.tsx'
import { ProductRow, VariantRow } from './result-rows.tsx'
import { useStock } from './stock.ts'
import { Tiles } from './tiles.tsx'

type Props = {
  place: LocationBody
  basket: Basket
  focusAt: number
  onSendHome(): void
  /** Absent where this device has no camera. */
  onCamera: (() => void) | undefined
}

/**
 * Search, scan, or browse by touch. A row shows the product with every size, colour and shop; the plus sells what needs no choice. Enter
 * after a typed code sells it, as a scan does.
 */
export function Sell({ place, basket, focusAt, onSendHome, onCamera }: Props): ReactNode {
  const [text, setText] = useState('')
  const [shelf, setShelf] = useState<Collection | null>(null)
  const [shown, setShown] = useState<Shown | null>(null)
  const t = useWords()
  const field = useFocus(focusAt)
  const area = useArrowKeys()
  const results = useResults(text, shelf)
  const sell = (variantId: string) => basket.add({ variantId, units: 1 })
  const onEnter = async () => {
    const { exactVariantId, items } = await findNow(text.trim())
    if (exactVariantId !== null) {
      await sell(exactVariantId)
      setText('')
    } else if (items.length === 1 && items[0]) setShown(shownOf(items[0]))
  }
  return (
    <div className="t-sell" ref={area}>
      <SearchField
        field={field}
        text={text}
        onType={setText}
        onEnter={() => text.trim() !== '' && alreadyShown(onEnter())}
        onCamera={onCamera}
      />
      <Loading active={results.isFetching} label={t('loading')} />
      <Trouble error={results.error} />
      {results.q === '' && shelf === null && <Tiles onChoose={setShelf} />}
      {shelf && results.q === '' && <ShelfHead shelf={shelf} onBack={() => setShelf(null)} />}
      <Results results={results} place={place} onShow={setShown} onSell={(id) => alreadyShown(sell(id))} />
      {shown && (
        <ProductSheet
          shown={shown}
          place={place}
          basket={basket}
          onClose={() => setShown(null)}
          onSendHome={onSendHome}
        />
      )}
    </div>
  )
}

type Results = {
  q: string
  cards: readonly ProductCard[]
  exact: PosVariant | undefined
  isFetching: boolean
  /** An answer has come and holds nothing. */
  isEmpty: boolean
  error: unknown
}

const findNow = (q: string) => api.get<StoreSearch>('/api/store/search', { query: { q, channel: 'pos', limit: 20 } })
const shownOf = ({ handle, title, picture, variantIds }: ProductCard): Shown => ({
  handle,
  title,
  picture: picture?.url ?? null,
  variantIds,
})

/** What is typed, found product by product; a code finds the one thing that has it. Nothing typed: the products of a collection. */
function useResults(text: string, shelf: Collection | null): Results {
  const [q] = useDebouncedValue(text.trim(), 150)
  const search = useQuery({
    queryKey: ['search', q],
    queryFn: () => findNow(q),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })
  const code = q !== '' && search.data?.exactVariantId != null && !search.isPlaceholderData
  const exact = useQuery({
    queryKey: ['code', q],
    queryFn: () => api.get<{ items: PosVariant[] }>('/api/pos/products', { query: { q, limit: 1 } }),
    enabled: code,
  })
  const browse = useQuery({
    queryKey: ['shelf', shelf?.handle],
    queryFn: () =>
      api.get<StoreProducts>('/api/store/products', {
        query: { collection: shelf?.handle, channel: 'pos', limit: 40 },
      }),
    enabled: q === '' && shelf !== null,
  })
  const list = q === '' ? browse : search
  const cards = q === '' ? (shelf ? (browse.data?.items ?? []) : []) : code ? [] : (search.data?.items ?? [])
  return {
    q,
    cards,
    exact: code ? exact.data?.items[0] : undefined,
    isFetching: search.isFetching || exact.isFetching || browse.isFetching,
    isEmpty: list.isSuccess && !list.isFetching && !code && cards.length === 0 && (q !== '' || shelf !== null),
    error: search.error ?? exact.error ?? browse.error,
  }
}

function Results({
  results: { cards, exact, isEmpty },
  place,
  onShow,
  onSell,
}: {
  results: Results
  place: LocationBody
  onShow(shown: Shown): void
  onSell(variantId: string): void
}): ReactNode {
  const t = useWords()
  const stock = useStock(exact ? [exact.variantId] : cards.flatMap(({ variantIds }) => variantIds))
  if (isEmpty) return <Empty title={t('search.none')}>{t('search.none.help')}</Empty>
  return (
    <ul className="t-results">
      {exact && (
        <VariantRow
          variant={exact}
          here={stock.here(exact.variantId, place.id)}
          total={stock.total(exact.variantId)}
          onShow={() => onShow({ ...exact, variantIds: [exact.variantId] })}
          onAdd={() => onSell(exact.variantId)}
        />
      )}
      {cards.map((card) => (
        <ProductRow
          key={card.id}
          card={card}
          here={stock.hereOf(card.variantIds, place.id)}
          total={stock.totalOf(card.variantIds)}
          onShow={() => onShow(shownOf(card))}
          onAdd={onSell}
        />
      ))}
    </ul>
  )
}

function ShelfHead({ shelf, onBack }: { shelf: Collection; onBack(): void }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  return (
    <header className="t-shelf">
      <Button size="lg" kind="quiet" icon="left" onClick={onBack}>
        {t('back')}
      </Button>
      <h2 className="t-heading">{pick(shelf.title, language)}</h2>
    </header>
  )
}

function SearchField({
  field,
  text,
  onType,
  onEnter,
  onCamera,
}: {
  field: Ref<HTMLInputElement>
  text: string
  onType(text: string): void
  onEnter(): void
  onCamera: (() => void) | undefined
}): ReactNode {
  const t = useWords()
  return (
    <TextInput
      ref={field}
      size="xl"
      data-row
      value={text}
      onChange={(event) => onType(event.currentTarget.value)}
      aria-label={t('search.label')}
      placeholder={t('search.label')}
      leftSection={<Icon name="search" size={22} />}
      type="search"
      autoComplete="off"
      spellCheck={false}
      onKeyDown={(event) => event.key === 'Enter' && onEnter()}
      rightSection={
        onCamera && <IconButton icon="camera" label={t('camera.open')} onClick={onCamera} size="xl" hint={false} />
      }
      rightSectionWidth={onCamera ? 56 : undefined}
    />
  )
}
