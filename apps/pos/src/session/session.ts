import type { LocationBody, StaffMe } from '@hilo/contract'
import { useLocalStorage } from '@hilo/ui'
import { useQuery } from '@tanstack/react-query'
import { api, isSignedOut } from '../api.ts'

export type Session = { me: StaffMe | null; isLoading: boolean; error: unknown }

/** Who is signed in; null when nobody is. */
export function useSession(): Session {
  const query = useQuery({
    queryKey: ['me'],
    queryFn: () =>
      api.get<StaffMe>('/api/staff/me').catch((error: unknown) => (isSignedOut(error) ? null : Promise.reject(error))),
    staleTime: 60_000,
  })
  return { me: query.data ?? null, isLoading: query.isPending, error: query.error }
}

/** Shops this person may act for; undefined until the list has come once. */
export function usePlaces(me: StaffMe | null): {
  places: LocationBody[] | undefined
  isLoading: boolean
  error: unknown
} {
  const query = useQuery({
    queryKey: ['locations'],
    queryFn: () => api.get<{ items: LocationBody[] }>('/api/admin/locations'),
    enabled: me !== null,
    staleTime: 300_000,
  })
  const mine = query.data?.items.filter(
    (place) => place.kind === 'shop' && (me?.allPlaces || me?.locationIds.includes(place.id)),
  )
  return { places: mine, isLoading: query.isPending, error: query.error }
}

/** The shop this till stands in; kept on the device. */
export function useChosenPlace(): [string, (id: string) => void] {
  const [place, setPlace] = useLocalStorage({
    key: 'hilo-till-place',
    defaultValue: '',
    getInitialValueInEffect: false,
  })
  return [place, setPlace]
}
