import type { AvailabilityAnswer, LocationBody, PlaceNow, VariantStock } from '@hilo/contract'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'

export type Stock = {
  here(variantId: string, locationId: string): number | undefined
  /** Units of all these variants in this shop; undefined until every one of them is known. */
  hereOf(variantIds: readonly string[], locationId: string): number | undefined
  total(variantId: string): number | undefined
  totalOf(variantIds: readonly string[]): number
  of(variantId: string): VariantStock | undefined
  places: readonly PlaceNow[]
}

/** Variants one question may name. */
const perQuestion = 100

/** The same availability figures that every channel gets; refreshed every few seconds while shown. */
export function useStock(variantIds: readonly string[]): Stock {
  const ids = [...new Set(variantIds)]
  const parts = Array.from({ length: Math.ceil(ids.length / perQuestion) }, (_, i) =>
    ids.slice(i * perQuestion, (i + 1) * perQuestion),
  )
  const answers = useQueries({
    queries: parts.map((part) => ({
      queryKey: ['stock', part],
      queryFn: () =>
        api.get<AvailabilityAnswer>('/api/store/availability', { query: { variants: part.join(','), channel: 'pos' } }),
      placeholderData: keepPreviousData,
      refetchInterval: parts.length > 1 ? 15_000 : 5_000,
    })),
  })
  const known = new Map(answers.flatMap(({ data }) => data?.variants ?? []).map((entry) => [entry.variantId, entry]))
  const here = (variantId: string, locationId: string) =>
    known.get(variantId)?.places.find((entry) => entry.locationId === locationId)?.available
  return {
    here,
    hereOf: (wanted, locationId) => {
      const units = wanted.map((variantId) => here(variantId, locationId))
      return units.some((each) => each === undefined)
        ? undefined
        : units.reduce<number>((total, n) => total + (n ?? 0), 0)
    },
    of: (variantId) => known.get(variantId),
    total: (variantId) => known.get(variantId)?.total,
    totalOf: (wanted) => wanted.reduce((all, variantId) => all + (known.get(variantId)?.total ?? 0), 0),
    places: answers[0]?.data?.places ?? [],
  }
}

/** Names of places by id; empty while the list has not come. */
export function usePlaceName(): (id: string) => string {
  const query = useQuery({
    queryKey: ['locations'],
    queryFn: () => api.get<{ items: LocationBody[] }>('/api/admin/locations'),
    staleTime: 300_000,
  })
  return (id) => query.data?.items.find((place) => place.id === id)?.name ?? ''
}
