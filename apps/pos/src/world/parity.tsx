import { formatMoney } from '@hilo/calc'
import type { StoreProduct, StoreVariant } from '@hilo/contract'
import { ApiProblem } from '@hilo/contract/client'
import { pick } from '@hilo/i18n'
import { Note, Status, useLanguage } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { useWords } from '../words.ts'

/**
 * What the customer may have seen on the web, told before they ask: the same price, or which one and why, and what holds only there.
 * Nothing for a product that is sold at the counter alone.
 */
export function Parity({ product, chosen }: { product: StoreProduct; chosen: StoreVariant | undefined }): ReactNode {
  const t = useWords()
  const { language } = useLanguage()
  const web = useQuery({
    queryKey: ['product-web', product.handle],
    queryFn: () =>
      api
        .get<StoreProduct>(`/api/store/products/${product.handle}`, { query: { channel: 'web' } })
        .catch((error: unknown) => {
          if (error instanceof ApiProblem && error.body.status === 404) return null
          throw error
        }),
    staleTime: 60_000,
  })
  const there = web.data?.variants.find(({ id }) => id === chosen?.id)?.price
  const here = chosen?.price
  const onlyThere = product.promotions.filter((promotion) => !promotion.here)
  return (
    <section className="t-parity">
      {there && here && (
        <Status tone={there.effectiveMinor === here.effectiveMinor ? 'kept' : 'owed'}>
          {there.effectiveMinor === here.effectiveMinor
            ? t('parity.same')
            : t('parity.other', { amount: formatMoney(there.effectiveMinor, there.currency, language) })}
          {there.effectiveMinor !== here.effectiveMinor && there.reason && ` · ${pick(there.reason, language)}`}
        </Status>
      )}
      {onlyThere.map((promotion) => (
        <Note key={promotion.id} tone="info" title={t('basket.elsewhere')}>
          {pick(promotion.text, language)}
        </Note>
      ))}
    </section>
  )
}
