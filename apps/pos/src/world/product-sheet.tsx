import type { LocalizedText, LocationBody, StoreProduct, StoreVariant } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Loading, Money, notify, Picture, useLanguage } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import type { Basket } from '../basket/use-basket.ts'
import { Sheet } from '../sheet.tsx'
import { Trouble } from '../trouble.tsx'
import { useWords } from '../words.ts'
import { Elsewhere } from './elsewhere.tsx'
import { Parity } from './parity.tsx'
import { type Stock, useStock } from './stock.ts'
import { VariantChoice } from './variant-choice.tsx'

/** What a row of the search knows of a product; the rest comes while the sheet opens. */
export type Shown = {
  handle: string
  title: LocalizedText
  picture: string | null
  variantIds: readonly string[]
}
type Props = { shown: Shown; place: LocationBody; basket: Basket; onClose(): void; onSendHome(): void }

/** One product: every size and colour with what is here, every shop that has the chosen one, and what the web says. */
export function ProductSheet({ shown, place, basket, onClose, onSendHome }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const product = useQuery({
    queryKey: ['product', shown.handle],
    queryFn: () => api.get<StoreProduct>(`/api/store/products/${shown.handle}`, { query: { channel: 'pos' } }),
  })
  const variants = product.data?.variants ?? []
  const stock = useStock(variants.length > 0 ? variants.map(({ id }) => id) : shown.variantIds)
  const [touched, choose] = useState<string | null>(null)
  const chosenId = touched ?? firstChoice(shown, variants, (id) => stock.here(id, place.id))
  const chosen = variants.find(({ id }) => id === chosenId)
  const act = useActs({ basket, chosenId, onClose, onSendHome })
  return (
    <Sheet title={pick(shown.title, language)} onClose={onClose} wide>
      <Loading active={product.isFetching} label={t('loading')} />
      <Trouble error={product.error} />
      <form
        className="t-product"
        onSubmit={(event) => {
          event.preventDefault()
          act.add()
        }}
      >
        <Looks shown={shown} chosen={chosen} />
        <div>
          {product.data && (
            <VariantChoice
              product={product.data}
              stock={stock}
              placeId={place.id}
              chosenId={chosenId}
              onChoose={choose}
            />
          )}
          <Actions act={act} stock={stock} placeId={place.id} chosenId={chosenId} busy={basket.busy} />
          {product.data && <Parity product={product.data} chosen={chosen} />}
          <Elsewhere stock={stock} variantId={chosenId} placeId={place.id} busy={basket.busy} onCollect={act.collect} />
        </div>
      </form>
    </Sheet>
  )
}

/** The one that was scanned or typed; else the first that lies here; else the first. */
function firstChoice(
  shown: Shown,
  variants: readonly StoreVariant[],
  here: (variantId: string) => number | undefined,
): string {
  const [only, ...others] = shown.variantIds
  if (only !== undefined && others.length === 0) return only
  const inShop = variants.find(({ id }) => (here(id) ?? 0) > 0)
  return inShop?.id ?? variants[0]?.id ?? only ?? ''
}

type Acts = { add(): void; home(): void; collect(locationId: string): void }

function useActs({
  basket,
  chosenId,
  onClose,
  onSendHome,
}: Pick<Props, 'basket' | 'onClose' | 'onSendHome'> & { chosenId: string }): Acts {
  const t = useWords()
  const add = async () => {
    await basket.add({ variantId: chosenId, units: 1 })
    onClose()
  }
  // What is refused stands in the basket, where it is read aloud.
  const run = (act: () => Promise<void>) => void act().catch(onClose)
  return {
    add: () => run(add),
    home: () =>
      run(async () => {
        await add()
        onSendHome()
      }),
    collect: (locationId) =>
      run(async () => {
        await basket.add({ variantId: chosenId, units: 1 })
        const cart = await basket.change({ delivery: { kind: 'pickup', locationId } })
        if (cart.lines.length > 1) notify(t('way.whole'), { tone: 'info' })
        onClose()
      }),
  }
}

function Looks({ shown, chosen }: { shown: Shown; chosen: StoreVariant | undefined }): ReactNode {
  const { language } = useLanguage()
  const picture = chosen?.picture ?? shown.picture
  const price = chosen?.price
  return (
    <div className="t-looks">
      <Picture src={picture && `${picture}?w=480`} alt="" width={232} height={290} />
      <p className="t-price">
        {price && <Money minor={price.effectiveMinor} currency={price.currency} />}{' '}
        {price?.markdownMinor != null && <Money minor={price.amountMinor} currency={price.currency} was />}
      </p>
      {price?.reason && <p className="h-muted">{pick(price.reason, language)}</p>}
      <p className="h-code h-muted">{chosen?.sku}</p>
    </div>
  )
}

function Actions({
  act,
  stock,
  placeId,
  chosenId,
  busy,
}: {
  act: Acts
  stock: Stock
  placeId: string
  chosenId: string
  busy: boolean
}): ReactNode {
  const t = useWords()
  const here = stock.here(chosenId, placeId)
  return (
    <div className="t-actions">
      <Button type="submit" kind="primary" size="xl" disabled={busy || chosenId === ''}>
        {here === 0 ? `${t('product.none')} · ${t('product.add')}` : t('product.add')}
      </Button>
      <Button size="xl" icon="truck" onClick={act.home} disabled={busy || !stock.total(chosenId)}>
        {t('product.home')}
      </Button>
    </div>
  )
}
