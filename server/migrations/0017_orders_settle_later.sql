-- Orders whose money arrived and could not be settled yet: each waits for itself, with growing pauses, and holds nobody up.
create table orders.settle_later (
  order_id text primary key references orders.customer_order (id),
  failures int not null default 1,
  last_error text not null,
  retry_at timestamptz not null
);
create index settle_later_due on orders.settle_later (retry_at);
