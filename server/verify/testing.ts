import { type Sql, sql } from '#platform/sql'

const movement = sql`insert into inventory.stock_movement (id, variant_id, location_id, kind, quantity, actor_id, at)
  select 'mov_bad', variant_id, location_id, 'adjusted', 3, 'x', now() from inventory.stock_level limit 1`
const unruled = (table: string): Sql => ({
  kind: 'sql',
  values: [],
  parts: [
    `drop rule if exists ${table.split('.')[1]}_fixed on ${table}; drop rule if exists ${table.split('.')[1]}_keep on ${table}`,
  ],
})
const unchecked = (table: string): Sql => ({
  kind: 'sql',
  values: [],
  parts: [
    `do $$ declare c record; begin for c in select conname from pg_constraint where conrelid = '${table}'::regclass and contype in ('c') loop
       execute format('alter table ${table} drop constraint %I', c.conname); end loop; end $$`,
  ],
})
const unindexed = (index: string): Sql => ({ kind: 'sql', values: [], parts: [`drop index ${index}`] })
const link = sql`insert into customers.person_link (id, from_person_id, to_person_id, reason, linked_by, linked_at)
  values ('lnk_bad', 'per_a', 'per_b', 'x', 'x', now())`
const twoPersons = sql`insert into customers.person (id) values ('per_a'), ('per_b'), ('per_c')`

/** What is done to the data of a small shop's day, by the orders' names, and the check that must name it. */
export function corruptions(ids: Readonly<Record<string, string>>): [what: string, check: string, statements: Sql[]][] {
  const order = (name: string): Sql => sql`(select id from orders.customer_order where id = ${ids[name] ?? ''})`
  return [
    ['a movement nobody counted', 'stock.on_hand', [movement]],
    ['a level raised by hand', 'stock.on_hand', [sql`update inventory.stock_level set on_hand = on_hand + 1`]],
    [
      'a promise that was forgotten',
      'stock.allocated',
      [sql`update inventory.stock_level set allocated = allocated + 1 where on_hand > allocated`],
    ],
    [
      'a hold without a holder',
      'stock.reserved',
      [sql`update inventory.stock_level set reserved = reserved + 1 where on_hand > allocated + reserved`],
    ],
    ['a conflict that was wished away', 'stock.conflicted', [sql`update inventory.stock_level set conflicted = 1`]],
    [
      'units sold twice',
      'stock.oversold',
      [
        sql`insert into inventory.reservation (id, holder_id, variant_id, location_id, units, expires_at, created_at)
      select 'res_bad', 'x', variant_id, location_id, 999, now(), now() from inventory.stock_level limit 1`,
      ],
    ],
    [
      'goods held for a canceled order',
      'stock.allocation_without_order',
      [sql`update inventory.allocation set order_id = ${ids['canceled']} where order_id = ${ids['pickup']}`],
    ],
    [
      'more held than was ordered',
      'stock.allocated_beyond_line',
      [sql`update inventory.allocation set units = units + 5 where order_id = ${ids['pickup']}`],
    ],
    [
      'an order without lines',
      'orders.without_lines',
      [
        sql`alter table orders.order_line drop constraint order_line_order_id_fkey`,
        sql`update orders.order_line set order_id = 'ord_gone' where order_id = ${order('parcel')}`,
      ],
    ],
    [
      'a number that was skipped',
      'orders.number_gap',
      [sql`update orders.customer_order set number = 'H-200000' where id = ${order('parcel')}`],
    ],
    [
      'a counter that ran away',
      'orders.number_counter',
      [sql`update platform.counter set value = value + 7 where name = 'order_number'`],
    ],
    [
      'a receipt that disappeared',
      'orders.receipt_gap',
      [sql`update orders.customer_order set receipt_number = 'VLC-000009' where id = ${order('sale2')}`],
    ],
    [
      'one cart, two orders',
      'orders.doubled_cart',
      [
        unindexed('orders.customer_order_cart'),
        sql`update orders.customer_order set cart_id = (select cart_id from orders.customer_order where id = ${ids['pickup']}) where id = ${ids['parcel']}`,
      ],
    ],
    [
      'a cart that could be placed again',
      'orders.cart_state',
      [
        sql`update orders.cart set status = 'open' where id = (select cart_id from orders.customer_order where id = ${ids['pickup']})`,
      ],
    ],
    [
      'an order nobody was told of',
      'orders.never_told',
      [sql`delete from platform.event where subject_id = ${ids['parcel']} and type = 'orders.placed'`],
    ],
    [
      'a unit nobody has to hand over',
      'orders.units_not_in_hand',
      [sql`update fulfillment.fulfillment_line set units = units - 1 where units > 1`],
    ],
    [
      'a return without its line',
      'orders.returned_units',
      [sql`update orders.order_line set returned_units = 0 where returned_units > 0`],
    ],
    [
      'a payment that nobody waits for',
      'money.due_told',
      [
        sql`update fulfillment.fulfillment_order set due_minor = 100 where status in ('waiting', 'open', 'picking', 'packed', 'ready')`,
      ],
    ],
    [
      'a total that was changed',
      'money.order_total',
      [
        unchecked('orders.customer_order'),
        sql`update orders.customer_order set total_minor = total_minor + 1 where id = ${order('parcel')}`,
      ],
    ],
    [
      'a subtotal that was changed',
      'money.order_subtotal',
      [
        unchecked('orders.customer_order'),
        sql`update orders.customer_order set subtotal_minor = subtotal_minor + 1 where id = ${order('parcel')}`,
      ],
    ],
    [
      'a discount that was changed',
      'money.order_discount',
      [
        unchecked('orders.customer_order'),
        sql`update orders.customer_order set discount_minor = discount_minor + 1 where id = ${order('pickup')}`,
      ],
    ],
    [
      'a line with another price',
      'money.line_gross',
      [sql`update orders.order_line set unit_minor = unit_minor + 1 where order_id = ${order('pickup')}`],
    ],
    [
      'a discount without a promotion',
      'money.line_discounts',
      [sql`update orders.order_line set discounts = '[]' where order_id = ${order('pickup')}`],
    ],
    [
      'a tax that was not shown',
      'money.tax_shown',
      [sql`update orders.customer_order set taxes = '[]' where id = ${order('pickup')}`],
    ],
    [
      'a tax that no line has',
      'money.tax_of_lines',
      [
        unchecked('orders.order_line'),
        sql`update orders.order_line set tax_minor = tax_minor + 1 where order_id = ${order('pickup')}`,
      ],
    ],
    [
      'a return that pays more than its lines',
      'money.return_lines',
      [sql`update orders.customer_return set refund_minor = refund_minor + 1`],
    ],
    [
      'more back than a line cost',
      'money.return_beyond_line',
      [sql`update orders.customer_return_line set refund_minor = refund_minor + 9999`],
    ],
    [
      'a capture the ledger does not know',
      'payments.captured',
      [sql`update payments.payment set captured_minor = captured_minor - 1 where order_id = ${ids['pickup']}`],
    ],
    [
      'a ledger row that was changed',
      'payments.captured',
      [
        unruled('payments.ledger_entry'),
        sql`update payments.ledger_entry set amount_minor = amount_minor + 1 where kind = 'capture'`,
      ],
    ],
    [
      'a refund nobody counted',
      'payments.refunded',
      [sql`update payments.payment set refunded_minor = refunded_minor + 1 where captured_minor > refunded_minor`],
    ],
    [
      'a refund that was never paid',
      'payments.refund_ledger',
      [unruled('payments.ledger_entry'), sql`delete from payments.ledger_entry where kind = 'refund'`],
    ],
    [
      'money out of the drawer without a refund',
      'payments.refund_without_refund',
      [
        sql`insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, actor_id, at)
      select 'cap_bad', id, order_id, 'refund', 'cash', 1, 'EUR', 'x', now() from payments.payment limit 1`,
      ],
    ],
    [
      'more back than was taken',
      'payments.refund_beyond_capture',
      [
        sql`insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, actor_id, at)
      select 'cap_bad', id, order_id, 'refund', 'cash', 999999, 'EUR', 'x', now() from payments.payment limit 1`,
      ],
    ],
    [
      'a payment of no order',
      'payments.without_order',
      [sql`update payments.payment set order_id = 'ord_none' where order_id = ${ids['parcel']}`],
    ],
    [
      'money kept of a canceled order',
      'payments.kept_after_cancel',
      [sql`update payments.payment set refunded_minor = 0 where order_id = ${ids['canceled']}`],
    ],
    [
      'an order paid twice',
      'payments.paid_beyond_total',
      [sql`update payments.payment set amount_minor = 99999, captured_minor = 99999 where order_id = ${ids['parcel']}`],
    ],
    [
      'a word that says something else',
      'payments.status_word',
      [sql`update orders.customer_order set payment_status = 'unpaid' where id = ${order('parcel')}`],
    ],
    [
      'a coupon used more often than counted',
      'payments.coupon_uses',
      [sql`update pricing.promotion set coupon_uses = 0`],
    ],
    [
      'an identity twice',
      'people.identity_twice',
      [
        sql`alter table customers.identity drop constraint identity_pkey`,
        twoPersons,
        sql`insert into customers.identity (kind, value, id, person_id, proof) select kind, value, 'idn_bad', 'per_a', 'claimed' from customers.identity limit 1`,
      ],
    ],
    [
      'a mail address in capitals',
      'people.identity_not_normal',
      [sql`update customers.identity set value = upper(value) where kind = 'email'`],
    ],
    [
      'a person joined without a link',
      'people.canonical_without_link',
      [twoPersons, sql`update customers.person set canonical_id = 'per_b' where id = 'per_a'`],
    ],
    [
      'a chain of persons',
      'people.canonical_root',
      [
        twoPersons,
        sql`update customers.person set canonical_id = 'per_b' where id = 'per_a'`,
        sql`update customers.person set canonical_id = 'per_c' where id = 'per_b'`,
      ],
    ],
    ['a link without effect', 'people.link_without_effect', [twoPersons, link]],
    [
      'an order of nobody',
      'people.order_of_nobody',
      [sql`update orders.customer_order set person_id = 'per_none' where id = ${order('pickup')}`],
    ],
    [
      'a consent without its sentence',
      'people.consent_without_words',
      [
        twoPersons,
        sql`insert into customers.consent (id, person_id, purpose, channel, granted, wording, wording_version, source, at)
    values ('con_bad', 'per_a', 'marketing', 'email', true, '', 'v1', 'web', now())`,
      ],
    ],
    [
      'a promised shop without the goods',
      'promises.place_without_goods',
      [
        sql`update fulfillment.fulfillment_order set location_id = (select id from inventory.location where code = 'MAD') where order_id = ${ids['pickup']}`,
      ],
    ],
    [
      '"ready" though nobody set it aside',
      'promises.ready_not_set_aside',
      [
        unchecked('fulfillment.fulfillment_order'),
        sql`update fulfillment.fulfillment_order set status = 'ready' where order_id = ${ids['pickup']}`,
      ],
    ],
    [
      'a "ready" mail for goods still on the shelf',
      'promises.told_not_set_aside',
      [
        sql`insert into platform.mail_message (id, dedupe_key, to_address, subject, text_body, html_body, language)
      select 'msg_bad', 'pickup_ready:' || id || ':1', 'a@b.es', '', '', '', 'es' from fulfillment.fulfillment_order where order_id = ${ids['pickup']}`,
      ],
    ],
    [
      'a promise that names another shop',
      'promises.other_place',
      [
        sql`update fulfillment.promise set location_id = (select id from inventory.location where code = 'MAD') where order_id = ${ids['pickup']}`,
      ],
    ],
    [
      'work that waits for a van nobody sends',
      'promises.waits_for_nothing',
      [sql`update fulfillment.fulfillment_order set status = 'waiting' where order_id = ${ids['pickup']}`],
    ],
    [
      'goods under way without a van',
      'stock.transit_without_van',
      [sql`update inventory.allocation set status = 'in_transit' where order_id = ${ids['pickup']}`],
    ],
    [
      'an acknowledged order that is gone',
      'orders.acknowledged_lost',
      [
        sql`insert into platform.idempotency_key (scope, key, fingerprint, status, body)
      values ('cart crt_x', 'k', 'f', 200, '{"status":"placed","order":{"id":"ord_gone"}}')`,
      ],
    ],
    [
      'a subscriber that fails for an hour',
      'events.not_heard',
      [
        sql`update platform.event set relayed_at = '2000-01-01'`,
        sql`update platform.subscriber set last_seq = 0, failures = 7, last_error = 'x'`,
      ],
    ],
    [
      'a promise of something canceled',
      'promises.made_for_nothing',
      [sql`update fulfillment.promise set status = 'made' where order_id = ${ids['canceled']}`],
    ],
    ['an event that is missing', 'events.gap', [sql`delete from platform.event where seq = 3`]],
    [
      'an event counter that ran away',
      'events.counter',
      [sql`update platform.counter set value = value + 5 where name = 'event_seq'`],
    ],
    [
      'a subscriber that skipped ahead',
      'events.subscriber_ahead',
      [sql`update platform.subscriber set last_seq = 99999`],
    ],
    [
      'a thread entry out of nothing',
      'events.thread_without_event',
      [
        sql`insert into customers.thread_entry (person_id, at, seq, kind) values ('per_x', now(), 99999, 'order.placed')`,
      ],
    ],
    [
      'an incentive nobody declared',
      'pricing.undeclared_difference',
      [
        unchecked('pricing.promotion'),
        sql`insert into pricing.promotion (id, name, kind, value_bp, channel_ids) values ('pro_bad', '{"es":"x","en":"x"}', 'percentage', 100, '{web}')`,
      ],
    ],
  ]
}
