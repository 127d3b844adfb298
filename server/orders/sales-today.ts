import type { SalesToday } from '@hilo/contract'
import { listLocations } from '#inventory'
import type { Clock } from '#platform/clock'
import type { Queryable } from '#platform/db'
import { type Sql, sql } from '#platform/sql'

type Sold = {
  isNow: boolean
  channelId: string
  currency: string
  orders: number
  units: number
  totalMinor: number
}

/** The zone that a day of the house is counted in: that of the place asked about, or of the first place. */
export async function zoneOf(q: Queryable, locationId?: string): Promise<string> {
  const places = await listLocations(q)
  return (places.find(({ id }) => id === locationId) ?? places[0])?.timeZone ?? 'Europe/Madrid'
}

/**
 * What was sold on the house's day so far, by currency and channel, beside the same weekday a week ago up to the same hour. Sums in
 * minor units, tax as the order states it. Orders that were canceled do not count; what came back stands apart.
 */
export async function salesToday(
  q: Queryable,
  clock: Clock,
  { locationId }: { locationId?: string | undefined } = {},
): Promise<SalesToday> {
  const timeZone = await zoneOf(q, locationId)
  const now = clock.now()
  const { on } = await q.one<{ on: string }>(sql`select (${now}::timestamptz at time zone ${timeZone})::date as on`)
  const [sold, returns] = await q.together((one) =>
    Promise.all([soldOf(one, { now, on, timeZone, locationId }), returnedOf(one, { on, timeZone, locationId })]),
  )
  const currencies = [...new Set(sold.map(({ currency }) => currency))]
  const sums = currencies.map((currency) =>
    sumOf(
      currency,
      sold.filter((row) => row.currency === currency),
    ),
  )
  return { on, timeZone, sums: sums.toSorted((a, b) => b.totalMinor - a.totalMinor), returns }
}

type Asked = { on: string; timeZone: string; locationId: string | undefined }

/** Sold at a counter there, or on the web to be collected there. */
function at(locationId: string | undefined): Sql {
  return locationId === undefined
    ? sql`true`
    : sql`(o.location_id = ${locationId} or o.delivery ->> 'locationId' = ${locationId})`
}

function soldOf(q: Queryable, { now, on, timeZone, locationId }: Asked & { now: Date }): Promise<Sold[]> {
  return q.many<Sold>(sql`
    with span (is_now, from_at, to_at) as (values
      (true, ${on}::date::timestamp at time zone ${timeZone}, ${now}::timestamptz),
      (false, (${on}::date - 7)::timestamp at time zone ${timeZone},
              ((${now}::timestamptz at time zone ${timeZone}) - interval '7 days') at time zone ${timeZone}))
    select s.is_now as "isNow", o.channel_id as "channelId", o.currency, count(*)::int as orders, sum(o.total_minor)::bigint as "totalMinor",
           coalesce(sum((select sum(l.units - l.canceled_units) from orders.order_line l where l.order_id = o.id)), 0)::int as units
      from span s join orders.customer_order o on o.placed_at >= s.from_at and o.placed_at <= s.to_at
     where o.status in ('placed', 'completed') and ${at(locationId)}
     group by 1, 2, 3 order by 1 desc, 5 desc, 2`)
}

function returnedOf(q: Queryable, { on, timeZone, locationId }: Asked): Promise<SalesToday['returns']> {
  return q.many(sql`
    select o.currency, count(*)::int as returns, sum(r.refund_minor)::bigint as "refundMinor"
      from orders.customer_return r join orders.customer_order o on o.id = r.order_id
     where r.at >= ${on}::date::timestamp at time zone ${timeZone}
       and r.at < (${on}::date + 1)::timestamp at time zone ${timeZone}
       and (${locationId ?? null}::text is null or r.location_id = ${locationId ?? null})
     group by 1 order by 1`)
}

function sumOf(currency: string, rows: readonly Sold[]): SalesToday['sums'][number] {
  const today = rows.filter(({ isNow }) => isNow)
  const before = rows.filter(({ isNow }) => !isNow)
  const sum = (some: readonly Sold[], field: 'orders' | 'units' | 'totalMinor') =>
    some.reduce((all, row) => all + row[field], 0)
  return {
    currency,
    orders: sum(today, 'orders'),
    units: sum(today, 'units'),
    totalMinor: sum(today, 'totalMinor'),
    weekAgo: { orders: sum(before, 'orders'), totalMinor: sum(before, 'totalMinor') },
    channels: today.map(({ channelId, orders, totalMinor }) => ({ channelId, orders, totalMinor })),
  }
}
