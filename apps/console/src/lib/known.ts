import type { ChannelView, LocationBody, Member, StaffMe } from '@hilo/contract'
import { useMemo } from 'react'
import { meKey } from './api.ts'
import { useRead } from './query.ts'
import { useSay } from './words.ts'

/** Who is at this screen. Only below the login gate, where it is always known. */
export function useMe(): StaffMe {
  const { data } = useRead<StaffMe>(meKey[0])
  if (!data) throw new Error('useMe is for screens below the login')
  return data
}

/** Owners and managers run the house. */
export function runsHouse(me: StaffMe): boolean {
  return me.role === 'owner' || me.role === 'manager'
}

/** Shops and warehouses, in the house's order, and their names by id. */
export function usePlaces(): {
  places: LocationBody[]
  name(id: string | null | undefined): string
  mine: LocationBody[]
} {
  const { data } = useRead<{ items: LocationBody[] }>('/api/admin/locations')
  const me = useMe()
  return useMemo(() => {
    const places = data?.items ?? []
    const byId = new Map(places.map((place) => [place.id, place.name]))
    const all = me.role === 'owner' || me.allPlaces
    return {
      places,
      name: (id) => (id ? (byId.get(id) ?? id) : ''),
      mine: all ? places : places.filter((place) => me.locationIds.includes(place.id)),
    }
  }, [data, me])
}

/** Channels one sells on, and their names by id. */
export function useChannels(): { channels: ChannelView[]; name(id: string | null | undefined): string } {
  const { data } = useRead<{ items: ChannelView[] }>('/api/admin/channels')
  const say = useSay()
  return useMemo(() => {
    const channels = data?.items ?? []
    const byId = new Map(channels.map((channel) => [channel.id, say(channel.name)]))
    return { channels, name: (id) => (id ? (byId.get(id) ?? id) : '') }
  }, [data, say])
}

/** Names of those who act, by id: people of the team, or Hilo itself. Those who may not read the team see the id. */
export function usePeople(): (id: string | null | undefined) => string {
  const me = useMe()
  const { data } = useRead<{ items: Member[] }>('/api/admin/staff', { limit: 200 }, { enabled: runsHouse(me) })
  return useMemo(() => {
    const byId = new Map((data?.items ?? []).map((member) => [member.id, member.name]))
    byId.set(me.id, me.name)
    return (id) => (id ? (byId.get(id) ?? (id.startsWith('system:') ? 'Hilo' : id)) : '')
  }, [data, me])
}
