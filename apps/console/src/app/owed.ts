import type { FulfillmentOrderBody, ShortageBody, SystemState } from '@hilo/contract'
import { runsHouse, useMe } from '../lib/known.ts'
import { useRead } from '../lib/query.ts'

/** At most this many are counted; the rail shows "99+". */
const limit = 100

/** What is still owed to customers by the places of the person at the screen, what is wrong with Hilo itself, and how bad each is. */
export function useOwed(): {
  work: FulfillmentOrderBody[]
  shortages: ShortageBody[]
  loading: boolean
  error: unknown
  byPath: Record<string, { count: number; tone: 'owed' | 'broken' } | undefined>
} {
  const me = useMe()
  const place = me.role !== 'owner' && !me.allPlaces && me.locationIds.length === 1 ? me.locationIds[0] : undefined
  const work = useRead<{ items: FulfillmentOrderBody[] }>(
    '/api/admin/fulfillment',
    { status: 'work', limit, location: place },
    { every: 60_000 },
  )
  const asked = useRead<{ items: ShortageBody[] }>('/api/admin/shortages', { status: 'asked', limit, location: place })
  const system = useRead<SystemState>('/api/admin/system', {}, { every: 60_000, enabled: runsHouse(me) })
  const items = (work.data?.items ?? []).filter((item) => item.status !== 'ready')
  return {
    work: items,
    shortages: asked.data?.items ?? [],
    loading: work.isPending || asked.isPending,
    error: work.error ?? asked.error,
    byPath: {
      '/picking': {
        count: items.filter((item) => item.status !== 'waiting').length,
        tone: items.some((item) => item.overdue) ? 'broken' : 'owed',
      },
      '/system': system.data && {
        count: system.data.findings.length,
        tone: system.data.verdict === 'broken' ? 'broken' : 'owed',
      },
    },
  }
}
