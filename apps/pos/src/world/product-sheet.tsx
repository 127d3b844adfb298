import type { LocationBody, PosVariant, StoreProduct, StoreVariant } from '@hilo/contract'
import { pick } from '@hilo/i18n'
import { Button, Icon, Loading, Money, notify, Picture, ProblemNote, Status, useLanguage } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api.ts'
import type { Basket } from '../basket/use-basket.ts'
import { Sheet } from '../sheet.tsx'
import { useWords } from '../words.ts'
import { type Stock, useStock } from './stock.ts'

type Props = { variant: PosVariant; place: LocationBody; basket: Basket; onClose(): void; onSendHome(): void }

/** One product: every size and colour with what is here, and every shop that has the chosen one. */
export function ProductSheet({ variant, place, basket, onClose, onSendHome }: Props): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const [chosenId, choose] = useState(variant.variantId)
  const product = useQuery({
    queryKey: ['product', variant.handle],
    queryFn: () => api.get<StoreProduct>(`/api/store/products/${variant.handle}`, { query: { channel: 'pos' } }),
  })
  const variants = product.data?.variants ?? []
  const stock = useStock(variants.length > 0 ? variants.map(({ id }) => id) : [variant.variantId])
  const chosen = variants.find(({ id }) => id === chosenId)
  const here = stock.here(chosenId, place.id)
  const add = async () => {
    await basket.add({ variantId: chosenId, units: 1 })
    onClose()
  }
  const collect = async (locationId: string) => {
    await basket.add({ variantId: chosenId, units: 1 })
    const cart = await basket.change({ delivery: { kind: 'pickup', locationId } })
    if (cart.lines.length > 1) notify(t('way.whole'), { tone: 'info' })
    onClose()
  }
  // What is refused stands in the basket, where it is read aloud.
  const run = (act: () => Promise<void>) => void act().catch(onClose)
  return (
    <Sheet title={pick(variant.title, language)} onClose={onClose} wide>
      <Loading active={product.isFetching} label={t('loading')} />
      {product.error && <ProblemNote error={product.error} />}
      <div className="t-product">
        <div>
          <Picture
            src={chosen?.picture ? `${chosen.picture}?w=480` : variant.picture && `${variant.picture}?w=480`}
            alt=""
            width={232}
            height={290}
          />
          <p className="t-price">
            {chosen?.price && <Money minor={chosen.price.effectiveMinor} currency={chosen.price.currency} />}
            {chosen?.price?.markdownMinor != null && (
              <>
                {' '}
                <Money minor={chosen.price.amountMinor} currency={chosen.price.currency} was />
              </>
            )}
          </p>
          {chosen?.price?.reason && <p className="h-muted">{pick(chosen.price.reason, language)}</p>}
          <p className="h-code h-muted">{chosen?.sku ?? variant.sku}</p>
        </div>
        <div>
          {product.data && (
            <Grid product={product.data} stock={stock} placeId={place.id} chosenId={chosenId} onChoose={choose} />
          )}
          <div className="t-actions">
            <Button kind="primary" size="xl" fullWidth onClick={() => run(add)} disabled={basket.busy}>
              {here === 0 ? `${t('product.none')} · ${t('product.add')}` : t('product.add')}
            </Button>
            <Button
              size="lg"
              icon="truck"
              fullWidth
              onClick={() =>
                run(async () => {
                  await add()
                  onSendHome()
                })
              }
              disabled={basket.busy || stock.total(chosenId) === 0}
            >
              {t('product.home')}
            </Button>
          </div>
          <Elsewhere
            stock={stock}
            variantId={chosenId}
            placeId={place.id}
            busy={basket.busy}
            onCollect={(locationId) => run(() => collect(locationId))}
          />
        </div>
      </div>
    </Sheet>
  )
}

/** Sizes across, colours down; each cell says how many are here. */
function Grid({
  product,
  stock,
  placeId,
  chosenId,
  onChoose,
}: {
  product: StoreProduct
  stock: Stock
  placeId: string
  chosenId: string
  onChoose(id: string): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const label = (variant: StoreVariant) =>
    variant.optionLabels.map((text) => pick(text, language)).join(' · ') || variant.sku
  if (product.variants.length < 2) return null
  return (
    <fieldset className="t-grid">
      <legend>{t('product.choose')}</legend>
      {product.variants.map((variant) => {
        const here = stock.here(variant.id, placeId)
        const total = stock.total(variant.id) ?? 0
        return (
          <label
            key={variant.id}
            data-none={here === 0 || undefined}
            data-chosen={variant.id === chosenId || undefined}
          >
            <input
              type="radio"
              name="variant"
              className="h-sr"
              checked={variant.id === chosenId}
              onChange={() => onChoose(variant.id)}
            />
            <span>{label(variant)}</span>
            <b>{here ?? '·'}</b>
            {here === 0 && total > 0 && <small>+{total}</small>}
          </label>
        )
      })}
    </fieldset>
  )
}

function Elsewhere({
  stock,
  variantId,
  placeId,
  busy,
  onCollect,
}: {
  stock: Stock
  variantId: string
  placeId: string
  busy: boolean
  onCollect(locationId: string): void
}): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const entry = stock.of(variantId)
  const others = stock.places.filter((place) => place.id !== placeId && place.kind === 'shop')
  return (
    <section className="t-elsewhere">
      <h3>{t('product.elsewhere')}</h3>
      <ul>
        {others.map((place) => {
          const level = entry?.places.find(({ locationId }) => locationId === place.id)
          return (
            <li key={place.id}>
              <Status tone={level?.available ? 'kept' : 'quiet'}>{place.name}</Status>
              <span className="h-muted">
                {level?.readyText ? pick(level.readyText, language) : pick(place.hoursText, language)}
              </span>
              <span className="h-num">{t('product.units', { n: level?.available ?? 0 })}</span>
              <Button
                kind="quiet"
                onClick={() => onCollect(place.id)}
                disabled={busy || !level?.readyFrom || !place.pickup}
                aria-label={t('product.collect', { place: place.name })}
              >
                <Icon name="pickup" />
                <span className="t-collect">{t('product.collect.short')}</span>
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
