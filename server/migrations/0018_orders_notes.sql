-- What staff note on an order for each other, and mails they sent again: both stand in the order's story with who and when.
create table orders.order_note (
  id text primary key,
  order_id text not null references orders.customer_order (id),
  kind text not null check (kind in ('note', 'confirmation_sent')),
  text text not null check (text <> ''),          -- of a mail: the address it went to
  author_id text not null,
  author_name text not null,                      -- as it was then: notes outlive their authors
  at timestamptz not null
);
create index order_note_order on orders.order_note (order_id, at, id);
