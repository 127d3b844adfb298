-- What periodic work asks for again and again must not read all that ever happened: found with a million orders behind a shop.
-- Orders that ended without being placed, looked for twice a minute: a payment page may still be open.
create index customer_order_ended on orders.customer_order (created_at desc) where status in ('lapsed', 'canceled');
