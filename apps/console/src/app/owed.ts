import type { FulfillmentOrderBody, ShortageBody } from '@hilo/contract'
import { useMe } from '../lib/known.ts'
import { useRead } from '../lib/query.ts'

/** At most this many are counted; the rail shows "99+". */
const limit = 100

/** What is still owed to customers by the places of the person at the screen, and whether any of it is late. */
export function useOwed(): {
  work: FulfillmentOrderBody[]
  shortages: ShortageBody[]
  loading: boolean
  error: unknown
  tone: 'owed' | 'broken'
  byPath: Record<string, number | undefined>
} {
  const me = useMe()
  const place = me.role !== 'owner' && !me.allPlaces && me.locationIds.length === 1 ? me.locationIds[0] : undefined
  const work = useRead<{ items: FulfillmentOrderBody[] }>(
    '/api/admin/fulfillment',
    { status: 'work', limit, location: place },
    { every: 60_000 },
  )
  const asked = useRead<{ items: ShortageBody[] }>('/api/admin/shortages', { status: 'asked', limit, location: place })
  const items = (work.data?.items ?? []).filter((item) => item.status !== 'ready')
  return {
    work: items,
    shortages: asked.data?.items ?? [],
    loading: work.isPending || asked.isPending,
    error: work.error ?? asked.error,
    tone: items.some((item) => item.overdue) ? 'broken' : 'owed',
    byPath: { '/picking': items.filter((item) => item.status !== 'waiting').length },
  }
}
