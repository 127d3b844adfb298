import { sql } from '#platform/sql'
import type { Check } from './check.ts'

const key = sql`coalesce(l.variant_id, f.variant_id) || ' @ ' || coalesce(l.location_id, f.location_id)`

/** Laws 1 and 2: figures beside the ledgers they sum up. */
export const stockChecks: Check[] = [
  {
    name: 'stock.on_hand',
    law: 1,
    title: { es: 'Existencias = suma de movimientos', en: 'On hand = sum of movements' },
    rows: sql`
      with f as (select variant_id, location_id, sum(quantity)::bigint as n from inventory.stock_movement group by 1, 2)
      select ${key} as subject, coalesce(f.n, 0)::text as expected, coalesce(l.on_hand, 0)::text as found
        from inventory.stock_level l full join f using (variant_id, location_id) where coalesce(f.n, 0) <> coalesce(l.on_hand, 0)`,
  },
  {
    name: 'stock.allocated',
    law: 1,
    title: { es: 'Asignado = suma de asignaciones abiertas', en: 'Allocated = sum of open allocations' },
    rows: sql`
      with f as (select variant_id, location_id, sum(units)::bigint as n from inventory.allocation where status = 'open' group by 1, 2)
      select ${key} as subject, coalesce(f.n, 0)::text as expected, coalesce(l.allocated, 0)::text as found
        from inventory.stock_level l full join f using (variant_id, location_id) where coalesce(f.n, 0) <> coalesce(l.allocated, 0)`,
  },
  {
    name: 'stock.reserved',
    law: 1,
    title: { es: 'Reservado = suma de reservas vivas', en: 'Reserved = sum of live reservations' },
    rows: sql`
      with f as (select variant_id, location_id, sum(units)::bigint as n from inventory.reservation where status = 'live' group by 1, 2)
      select ${key} as subject, coalesce(f.n, 0)::text as expected, coalesce(l.reserved, 0)::text as found
        from inventory.stock_level l full join f using (variant_id, location_id) where coalesce(f.n, 0) <> coalesce(l.reserved, 0)`,
  },
  {
    name: 'stock.conflicted',
    law: 1,
    title: { es: 'En conflicto = suma de conflictos abiertos', en: 'Conflicted = sum of open conflicts' },
    rows: sql`
      with f as (select variant_id, location_id, sum(units)::bigint as n from inventory.stock_conflict where settled_at is null group by 1, 2)
      select ${key} as subject, coalesce(f.n, 0)::text as expected, coalesce(l.conflicted, 0)::text as found
        from inventory.stock_level l full join f using (variant_id, location_id) where coalesce(f.n, 0) <> coalesce(l.conflicted, 0)`,
  },
  {
    name: 'stock.oversold',
    law: 2,
    title: { es: 'Nada prometido que no exista', en: 'Nothing promised that does not exist' },
    rows: sql`
      select variant_id || ' @ ' || location_id as subject, '>= 0' as expected, sum(n)::text as found
        from (
          select variant_id, location_id, quantity as n from inventory.stock_movement
          union all select variant_id, location_id, -units from inventory.allocation where status = 'open'
          union all select variant_id, location_id, -units from inventory.reservation where status = 'live'
          union all select variant_id, location_id, units from inventory.stock_conflict where settled_at is null
        ) as ledger group by variant_id, location_id having sum(n) < 0`,
  },
  {
    name: 'stock.allocation_without_order',
    law: 2,
    title: {
      es: 'Cada asignación abierta es de un pedido vivo',
      en: 'Every open allocation belongs to a living order',
    },
    rows: sql`
      select a.id as subject, 'placed' as expected, coalesce(o.status, 'no order') as found
        from inventory.allocation a left join orders.customer_order o on o.id = a.order_id
       where a.status in ('open', 'in_transit') and (o.status is null or o.status <> 'placed')`,
  },
  {
    name: 'stock.allocated_beyond_line',
    law: 2,
    title: { es: 'Ninguna línea tiene asignado más de lo pedido', en: 'No line has more allocated than was ordered' },
    rows: sql`
      select l.id as subject, '<= ' || (l.units - l.canceled_units) as expected, sum(a.units)::text as found
        from orders.order_line l join inventory.allocation a on a.order_line_id = l.id and a.status in ('open', 'in_transit')
       group by l.id, l.units, l.canceled_units having sum(a.units) > l.units - l.canceled_units`,
  },
  {
    name: 'stock.transit_without_van',
    law: 1,
    title: { es: 'Lo que viaja va en un traslado que ha salido', en: 'What travels is in a transfer that has left' },
    rows: sql`
      select a.id as subject, 'sent' as expected, coalesce(t.status, 'no transfer') as found
        from inventory.allocation a left join inventory.transfer t on t.id = a.transfer_id
       where a.status = 'in_transit' and t.status is distinct from 'sent'`,
  },
]
