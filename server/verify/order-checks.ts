import { sql } from '#platform/sql'
import type { Check } from './check.ts'

/** Orders of history brought in from elsewhere keep what was stated there; what did not add up is flagged in `source`. */
const ours = sql`not (o.imported and o.source ? 'mismatch')`
/** Orders that were agreed, whatever became of them. */
const agreed = sql`o.status in ('placed', 'completed', 'canceled')`

/** Law 3: acknowledged orders are complete and not doubled; numbers have no gap. */
export const orderChecks: Check[] = [
  {
    name: 'orders.without_lines',
    law: 3,
    title: { es: 'Todo pedido tiene líneas', en: 'Every order has lines' },
    rows: sql`
      select o.id as subject, '>= 1' as expected, '0' as found from orders.customer_order o
       where ${agreed} and not exists (select 1 from orders.order_line l where l.order_id = o.id)`,
  },
  {
    name: 'orders.number_gap',
    law: 3,
    title: { es: 'La numeración de pedidos no tiene huecos', en: 'Order numbers have no gap' },
    rows: sql`
      with numbers as (
        select substr(number, 3)::bigint as n from orders.customer_order where number ~ '^H-[0-9]+$' and not imported
      ), pairs as (select n, lag(n) over (order by n) as before from numbers)
      select 'H-' || n as subject, 'H-' || (before + 1) as expected, 'H-' || n as found from pairs where n <> before + 1`,
  },
  {
    name: 'orders.number_counter',
    law: 3,
    title: { es: 'El contador de pedidos es el último número', en: 'The order counter is the last number' },
    rows: sql`
      select c.name as subject, coalesce(max(substr(o.number, 3)::bigint)::text, 'none') as expected, c.value::text as found
        from platform.counter c left join orders.customer_order o on o.number ~ '^H-[0-9]+$'
       where c.name = 'order_number' group by c.name, c.value having max(substr(o.number, 3)::bigint) is distinct from c.value`,
  },
  {
    name: 'orders.receipt_gap',
    law: 3,
    title: { es: 'Los recibos de cada tienda no tienen huecos', en: "Each shop's receipts have no gap" },
    rows: sql`
      with receipts as (
        select split_part(receipt_number, '-', 1) as series, split_part(receipt_number, '-', 2)::bigint as n, imported
          from orders.customer_order where receipt_number is not null
      ), pairs as (select series, n, imported, lag(n, 1, 0::bigint) over (partition by series order by n) as before from receipts)
      select series || '-' || n as subject, (before + 1)::text as expected, n::text as found from pairs where n <> before + 1 and not imported`,
  },
  {
    name: 'orders.doubled_cart',
    law: 3,
    title: { es: 'Una cesta, un pedido', en: 'One cart, one order' },
    rows: sql`
      select cart_id as subject, '1' as expected, count(*)::text as found from orders.customer_order
       where cart_id is not null and status <> 'lapsed' group by cart_id having count(*) > 1`,
  },
  {
    name: 'orders.cart_state',
    law: 3,
    title: { es: 'La cesta de un pedido hecho está cerrada', en: 'The cart of a placed order is closed' },
    rows: sql`
      select o.id as subject, 'placed' as expected, c.status as found
        from orders.customer_order o join orders.cart c on c.id = o.cart_id where ${agreed} and c.status <> 'placed'`,
  },
  {
    name: 'orders.never_told',
    law: 3,
    title: { es: 'Cada pedido hecho tiene su suceso', en: 'Every placed order has its event' },
    rows: sql`
      select o.id as subject, 'orders.placed' as expected, 'no event' as found from orders.customer_order o
       where ${agreed} and not o.imported
         and not exists (select 1 from platform.event e where e.subject_id = o.id and e.type = 'orders.placed')
         and not exists (select 1 from platform.outbox b where b.subject_id = o.id and b.type = 'orders.placed')`,
  },
  {
    name: 'orders.acknowledged_lost',
    law: 3,
    title: { es: 'Todo pedido que se confirmó a alguien existe', en: 'Every order that somebody was told of exists' },
    rows: sql`
      with told as (
        -- A purchase answers with the order inside, a channel with the order itself.
        select k.scope || ' ' || k.key as subject, coalesce(k.body #>> '{order,id}', k.body ->> 'id') as order_id
          from platform.idempotency_key k where k.status between 200 and 299 and k.body ->> 'status' in ('placed', 'completed'))
      select t.subject, t.order_id as expected, coalesce(o.status, 'no order') as found
        from told t left join orders.customer_order o on o.id = t.order_id
       where t.order_id like 'ord\\_%' and (o.status is null or o.status in ('draft', 'lapsed'))`,
  },
  {
    name: 'orders.units_not_in_hand',
    law: 3,
    title: { es: 'Cada unidad pedida está en manos de alguien', en: 'Every ordered unit is in somebody’s hands' },
    rows: sql`
      select l.id as subject, (l.units - l.canceled_units)::text as expected, coalesce(sum(fl.units), 0)::text as found
        from orders.order_line l
        join orders.customer_order o on o.id = l.order_id and o.status in ('placed', 'completed')
        join fulfillment.fulfillment_line fl on fl.order_line_id = l.id
        join fulfillment.fulfillment_order f on f.id = fl.fulfillment_order_id
       where not exists (select 1 from fulfillment.shortage s where s.order_line_id = l.id and s.status <> 'settled')
       group by l.id, l.units, l.canceled_units
      having coalesce(sum(fl.units) filter (where f.status <> 'canceled'), 0) <> l.units - l.canceled_units`,
  },
  {
    name: 'orders.returned_units',
    law: 3,
    title: { es: 'Unidades devueltas = líneas de devolución', en: 'Returned units = lines of returns' },
    rows: sql`
      select l.id as subject, coalesce(sum(r.units), 0)::text as expected, l.returned_units::text as found
        from orders.order_line l left join orders.customer_return_line r on r.order_line_id = l.id
       group by l.id, l.returned_units having coalesce(sum(r.units), 0) <> l.returned_units`,
  },
]

/** Law 4, the order's own arithmetic. */
export const orderMoneyChecks: Check[] = [
  {
    name: 'money.order_total',
    law: 4,
    title: { es: 'Líneas + envío = total', en: 'Lines + delivery = total' },
    rows: sql`
      select o.id as subject, (coalesce(sum(l.total_minor), 0) + o.delivery_minor)::text as expected, o.total_minor::text as found
        from orders.customer_order o left join orders.order_line l on l.order_id = o.id
       where ${ours} group by o.id having coalesce(sum(l.total_minor), 0) + o.delivery_minor <> o.total_minor`,
  },
  {
    name: 'money.due_told',
    law: 4,
    title: { es: 'Lo que no está pagado no sale', en: 'What is not paid for does not leave' },
    rows: sql`
      select f.id as subject, case when o.payment_status = 'paid' then '0' else '> 0' end as expected, f.due_minor::text as found
        from fulfillment.fulfillment_order f join orders.customer_order o on o.id = f.order_id
       where o.status = 'placed' and o.total_minor > 0 and f.status in ('waiting', 'open', 'picking', 'packed', 'ready')
         and ((o.payment_status = 'paid' and f.due_minor > 0) or (o.payment_status in ('unpaid', 'part_paid') and f.due_minor = 0))`,
  },
  {
    name: 'money.order_subtotal',
    law: 4,
    title: { es: 'Importe bruto de las líneas = subtotal', en: 'Gross of the lines = subtotal' },
    rows: sql`
      select o.id as subject, coalesce(sum(l.gross_minor), 0)::text as expected, o.subtotal_minor::text as found
        from orders.customer_order o left join orders.order_line l on l.order_id = o.id
       where ${ours} group by o.id having coalesce(sum(l.gross_minor), 0) <> o.subtotal_minor`,
  },
  {
    name: 'money.order_discount',
    law: 4,
    title: { es: 'Descuentos de las líneas = descuento', en: 'Discounts of the lines = discount' },
    rows: sql`
      select o.id as subject, coalesce(sum(l.discount_minor), 0)::text as expected, o.discount_minor::text as found
        from orders.customer_order o left join orders.order_line l on l.order_id = o.id
       where ${ours} group by o.id having coalesce(sum(l.discount_minor), 0) <> o.discount_minor`,
  },
  {
    name: 'money.line_gross',
    law: 4,
    title: { es: 'Unidades × precio = bruto de la línea', en: 'Units × price = gross of the line' },
    rows: sql`
      select l.id as subject, (l.units * l.unit_minor)::text as expected, l.gross_minor::text as found
        from orders.order_line l join orders.customer_order o on o.id = l.order_id
       where not o.imported and l.units * l.unit_minor <> l.gross_minor`,
  },
  {
    name: 'money.line_discounts',
    law: 4,
    title: { es: 'Cada descuento de línea tiene su promoción', en: 'Every line discount has its promotion' },
    rows: sql`
      select l.id as subject, coalesce(sum((d ->> 'amountMinor')::bigint), 0)::text as expected, l.discount_minor::text as found
        from orders.order_line l join orders.customer_order o on o.id = l.order_id
        left join lateral jsonb_array_elements(l.discounts) as d on true
       where not o.imported and (l.discount_minor <> 0 or l.discounts <> '[]')
       group by l.id, l.discount_minor having coalesce(sum((d ->> 'amountMinor')::bigint), 0) <> l.discount_minor`,
  },
  {
    name: 'money.tax_shown',
    law: 4,
    title: { es: 'Impuesto por tipo = impuesto mostrado', en: 'Tax by rate = tax shown' },
    rows: sql`
      select o.id as subject, coalesce(sum((t ->> 'taxMinor')::bigint), 0)::text as expected, o.tax_minor::text as found
        from orders.customer_order o left join lateral jsonb_array_elements(o.taxes) as t on true
       where ${ours} group by o.id having coalesce(sum((t ->> 'taxMinor')::bigint), 0) <> o.tax_minor`,
  },
  {
    name: 'money.tax_of_lines',
    law: 4,
    title: { es: 'Impuesto de líneas y envío = impuesto mostrado', en: 'Tax of lines and delivery = tax shown' },
    rows: sql`
      select o.id as subject, (coalesce(sum(l.tax_minor), 0) + coalesce((o.delivery_tax ->> 'taxMinor')::bigint, 0))::text as expected,
             o.tax_minor::text as found
        from orders.customer_order o left join orders.order_line l on l.order_id = o.id
       where ${ours} and not o.imported group by o.id
      having coalesce(sum(l.tax_minor), 0) + coalesce((o.delivery_tax ->> 'taxMinor')::bigint, 0) <> o.tax_minor`,
  },
  {
    name: 'money.return_lines',
    law: 4,
    title: { es: 'Líneas de la devolución = importe devuelto', en: 'Lines of the return = amount given back' },
    rows: sql`
      select r.id as subject, coalesce(sum(l.refund_minor), 0)::text as expected, r.refund_minor::text as found
        from orders.customer_return r left join orders.customer_return_line l on l.return_id = r.id
       where not (r.imported and r.source ? 'mismatch') group by r.id having coalesce(sum(l.refund_minor), 0) <> r.refund_minor`,
  },
  {
    name: 'money.return_beyond_line',
    law: 4,
    title: { es: 'Nunca se devuelve más de lo pagado por una línea', en: 'Never more back than was paid for a line' },
    rows: sql`
      select l.id as subject, '<= ' || l.total_minor as expected, sum(r.refund_minor)::text as found
        from orders.order_line l join orders.customer_return_line r on r.order_line_id = l.id
       group by l.id having sum(r.refund_minor) > l.total_minor`,
  },
]
