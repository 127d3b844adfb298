import type { AvailabilityAnswer, LocationBody, PlaceNow, VariantStock } from '@hilo/contract'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'

export type Stock = {
  here(variantId: string, locationId: string): number | undefined
  total(variantId: string): number | undefined
  of(variantId: string): VariantStock | undefined
  places: readonly PlaceNow[]
}

/** The same availability figures that every channel gets, for up to 100 variants; refreshed every few seconds while shown. */
export function useStock(variantIds: readonly string[]): Stock {
  const ids = [...new Set(variantIds)].slice(0, 100)
  const query = useQuery({
    queryKey: ['stock', ids],
    queryFn: () =>
      api.get<AvailabilityAnswer>('/api/store/availability', { query: { variants: ids.join(','), channel: 'pos' } }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  })
  const of = (variantId: string) => query.data?.variants.find((entry) => entry.variantId === variantId)
  return {
    of,
    here: (variantId, locationId) => of(variantId)?.places.find((entry) => entry.locationId === locationId)?.available,
    total: (variantId) => of(variantId)?.total,
    places: query.data?.places ?? [],
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
