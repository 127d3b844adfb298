import { sql } from '#platform/sql'
import type { Check } from './check.ts'

/** Law 4, money that moved. */
export const paymentChecks: Check[] = [
  {
    name: 'payments.captured',
    law: 4,
    title: { es: 'Cobrado = suma de cobros', en: 'Captured = sum of captures' },
    rows: sql`
      select p.id as subject, coalesce(sum(e.amount_minor) filter (where e.kind = 'capture'), 0)::text as expected, p.captured_minor::text as found
        from payments.payment p left join payments.ledger_entry e on e.payment_id = p.id
       group by p.id having coalesce(sum(e.amount_minor) filter (where e.kind = 'capture'), 0) <> p.captured_minor`,
  },
  {
    name: 'payments.refunded',
    law: 4,
    title: { es: 'Devuelto = suma de devoluciones', en: 'Refunded = sum of refunds' },
    rows: sql`
      select p.id as subject, coalesce(sum(r.amount_minor) filter (where r.status in ('pending', 'done')), 0)::text as expected,
             p.refunded_minor::text as found
        from payments.payment p left join payments.refund r on r.payment_id = p.id
       group by p.id having coalesce(sum(r.amount_minor) filter (where r.status in ('pending', 'done')), 0) <> p.refunded_minor`,
  },
  {
    name: 'payments.refund_ledger',
    law: 4,
    title: {
      es: 'Cada devolución hecha está en el libro, una vez',
      en: 'Every refund that was done is in the ledger, once',
    },
    rows: sql`
      select r.id as subject, case when r.status = 'done' then r.amount_minor else 0 end::text as expected, coalesce(sum(e.amount_minor), 0)::text as found
        from payments.refund r left join payments.ledger_entry e on e.refund_id = r.id and e.kind = 'refund'
       group by r.id having coalesce(sum(e.amount_minor), 0) <> case when r.status = 'done' then r.amount_minor else 0 end`,
  },
  {
    name: 'payments.refund_without_refund',
    law: 4,
    title: { es: 'Ningún dinero sale sin devolución', en: 'No money leaves without a refund' },
    rows: sql`
      select e.id as subject, 'a refund' as expected, coalesce(e.refund_id, 'none') as found
        from payments.ledger_entry e left join payments.refund r on r.id = e.refund_id where e.kind = 'refund' and r.id is null`,
  },
  {
    name: 'payments.refund_beyond_capture',
    law: 4,
    title: { es: 'Nunca se devuelve más de lo cobrado', en: 'Never more back than was taken' },
    rows: sql`
      select payment_id as subject, '<= ' || sum(amount_minor) filter (where kind = 'capture') as expected,
             (sum(amount_minor) filter (where kind = 'refund'))::text as found
        from payments.ledger_entry group by payment_id
      having coalesce(sum(amount_minor) filter (where kind = 'refund'), 0) > coalesce(sum(amount_minor) filter (where kind = 'capture'), 0)`,
  },
  {
    name: 'payments.without_order',
    law: 4,
    title: { es: 'Cada pago es de un pedido', en: 'Every payment belongs to an order' },
    rows: sql`
      select p.id as subject, 'an order' as expected, p.order_id as found
        from payments.payment p left join orders.customer_order o on o.id = p.order_id where o.id is null`,
  },
  {
    name: 'payments.kept_after_cancel',
    law: 4,
    title: { es: 'De un pedido anulado no se queda dinero', en: 'No money is kept of a canceled order' },
    rows: sql`
      select o.id as subject, '0' as expected, sum(p.captured_minor - p.refunded_minor)::text as found
        from orders.customer_order o join payments.payment p on p.order_id = o.id
       where o.status = 'canceled' group by o.id having sum(p.captured_minor - p.refunded_minor) > 0
         and not exists (select 1 from payments.refund r where r.order_id = o.id and r.status = 'failed')`,
  },
  {
    name: 'payments.paid_beyond_total',
    law: 4,
    title: { es: 'Nadie ha pagado más del total', en: 'Nobody paid more than the total' },
    rows: sql`
      select o.id as subject, '<= ' || o.total_minor as expected, sum(p.captured_minor - p.refunded_minor)::text as found
        from orders.customer_order o join payments.payment p on p.order_id = o.id
       where o.status in ('placed', 'completed') group by o.id having sum(p.captured_minor - p.refunded_minor) > o.total_minor`,
  },
  {
    name: 'payments.status_word',
    law: 4,
    title: { es: 'El estado de pago dice lo que hay', en: 'The payment status says what is there' },
    rows: sql`
      with money as (
        select order_id, sum(captured_minor) as captured, sum(refunded_minor) as refunded from payments.payment group by order_id
      ), words as (
        select o.id, o.payment_status, case
            when coalesce(m.refunded, 0) > 0 and m.refunded >= m.captured then 'refunded'
            when coalesce(m.refunded, 0) > 0 then 'part_refunded'
            when coalesce(m.captured, 0) = 0 and o.total_minor > 0 then 'unpaid'
            when coalesce(m.captured, 0) >= o.total_minor then 'paid'
            -- Less than the total is "paid" only where a cancellation lowered what is owed.
            when o.payment_status in ('paid', 'part_paid') then o.payment_status
            else 'part_paid' end as word
          from orders.customer_order o left join money m on m.order_id = o.id
         where o.status in ('placed', 'completed', 'canceled') and not o.imported)
      select id as subject, word as expected, payment_status as found from words where word <> payment_status`,
  },
  {
    name: 'payments.coupon_uses',
    law: 4,
    title: { es: 'Usos de un cupón = pedidos que lo usaron', en: 'Uses of a coupon = orders that used it' },
    rows: sql`
      select p.id as subject, count(r.order_id)::text as expected, p.coupon_uses::text as found
        from pricing.promotion p left join pricing.coupon_redemption r on r.promotion_id = p.id and r.released_at is null
       where p.coupon_limit is not null group by p.id having count(r.order_id) <> p.coupon_uses`,
  },
]
