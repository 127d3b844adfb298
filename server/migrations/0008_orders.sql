-- What was agreed. A cart becomes a draft order while it is paid, and a placed order when stock is allocated.
create schema orders;

create table orders.cart (
  id text primary key,
  code text unique,                               -- short code or QR that opens it on another device
  code_expires_at timestamptz,
  channel_id text not null,
  location_id text,                               -- the till it is open at
  staff_id text,                                  -- who began it at a counter
  person_id text,
  status text not null default 'open' check (status in ('open', 'placing', 'placed', 'abandoned', 'merged')),
  currency text not null,
  language text not null default 'es' check (language in ('es', 'en')),
  coupon_codes text[] not null default '{}',
  contact jsonb not null default '{}',            -- {name, email, phone}
  delivery jsonb not null default '{}',           -- {kind:'pickup', locationId} | {kind:'delivery', address, optionId} | {kind:'carry_out', locationId}; {} = not chosen
  consents jsonb not null default '[]',
  -- Units held for it while it is open at a till (the reservations are inventory's, by cart id): [{variantId, locationId, units}].
  held jsonb not null default '[]',
  held_until timestamptz,
  note text not null default '',
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- Whoever holds a token holds the cart; each device that opened it has its own.
create table orders.cart_token (
  token_hash text primary key,
  cart_id text not null references orders.cart (id) on delete cascade,
  created_at timestamptz not null
);
create index cart_token_cart on orders.cart_token (cart_id);
create index cart_person on orders.cart (person_id) where status = 'open';
create index cart_email on orders.cart (lower(contact ->> 'email')) where status = 'open' and contact ->> 'email' <> '';
create index cart_phone on orders.cart ((contact ->> 'phone')) where status = 'open' and contact ->> 'phone' <> '';
create index cart_age on orders.cart (updated_at) where status = 'open';
create index cart_location on orders.cart (location_id, updated_at desc) where status = 'open' and location_id is not null;

create table orders.cart_line (
  id text primary key,
  cart_id text not null references orders.cart (id) on delete cascade,
  variant_id text not null,
  units int not null check (units between 1 and 999),
  position int not null,
  created_at timestamptz not null,
  unique (cart_id, variant_id)
);

create table orders.customer_order (
  id text primary key,
  number text unique,                             -- 'H-100001' once placed; gapless
  -- Opens the order page without an account; 256 random bits. Kept as it is, because every later mail links to the page again, and
  -- whoever can read this table can read the order anyway.
  token text not null unique,
  cart_id text,
  channel_id text not null,
  external_ref text,                              -- the channel's own number
  location_id text,                               -- counter that made it
  staff_id text,
  person_id text,
  status text not null check (status in ('draft', 'placed', 'completed', 'canceled', 'lapsed')),
  payment_status text not null default 'unpaid' check (payment_status in ('unpaid', 'part_paid', 'paid', 'part_refunded', 'refunded')),
  currency text not null,
  tax_included boolean not null default true,
  language text not null default 'es',
  contact jsonb not null default '{}',
  delivery jsonb not null default '{}',
  subtotal_minor bigint not null check (subtotal_minor >= 0),  -- sum of line gross
  discount_minor bigint not null check (discount_minor >= 0),  -- of the lines
  delivery_minor bigint not null default 0 check (delivery_minor >= 0),  -- what is paid for it: after its own discount, tax in it
  tax_minor bigint not null check (tax_minor >= 0),
  total_minor bigint not null check (total_minor >= 0),
  taxes jsonb not null default '[]',              -- [{rateBp, netMinor, taxMinor}]
  delivery_tax jsonb,                             -- {rateBp, taxMinor}
  coupon_codes text[] not null default '{}',
  note text not null default '',
  receipt_number text unique,                     -- counter sales: 'VLC-000123'
  source jsonb not null default '{}',             -- imported: what it was there, and stated totals that do not add up (flagged)
  imported boolean not null default false,
  placed_at timestamptz,
  canceled_at timestamptz,
  cancel_reason text,
  completed_at timestamptz,
  lapses_at timestamptz,                          -- of a draft: when the hold ends
  reminded_at timestamptz,                        -- told once that something is still to be paid
  plan jsonb,                                     -- of a draft: where the goods were held; emptied when it is placed
  consents jsonb not null default '[]',           -- of a draft: what the shopper agreed to, recorded when it is placed
  version int not null default 1,
  created_at timestamptz not null,
  constraint order_money check (imported or total_minor = subtotal_minor - discount_minor + delivery_minor
    + case when tax_included then 0 else tax_minor - coalesce((delivery_tax ->> 'taxMinor')::bigint, 0) end),
  check (status not in ('placed', 'completed') or number is not null)
);
-- Once per cart: a double click, a repeat and a crash find the same order (place-order.ts). A lapsed draft gives its cart free again.
create unique index customer_order_cart on orders.customer_order (cart_id) where cart_id is not null and status <> 'lapsed';
create unique index customer_order_external on orders.customer_order (channel_id, external_ref) where external_ref is not null;
create index customer_order_email on orders.customer_order (lower(contact ->> 'email'));
create index customer_order_newest on orders.customer_order (placed_at desc, id desc) where status <> 'draft';
create index customer_order_person on orders.customer_order (person_id, placed_at desc);
create index customer_order_due on orders.customer_order (placed_at) where status = 'placed' and payment_status in ('unpaid', 'part_paid');
create index customer_order_drafts on orders.customer_order (lapses_at) where status = 'draft';

create table orders.order_line (
  id text primary key,
  order_id text not null references orders.customer_order (id),
  line_no int not null,
  variant_id text,                                -- null where an import named a SKU that does not exist here
  sku text not null,
  title jsonb not null,
  option_values text[] not null default '{}',
  units int not null check (units > 0),
  canceled_units int not null default 0 check (canceled_units >= 0),
  returned_units int not null default 0 check (returned_units >= 0),
  unit_minor bigint not null,
  list_unit_minor bigint not null,
  gross_minor bigint not null,
  discount_minor bigint not null default 0 check (discount_minor >= 0),
  total_minor bigint not null,
  tax_rate_bp int not null,
  tax_minor bigint not null,
  discounts jsonb not null default '[]',          -- [{promotionId, couponCode, amountMinor, reason}]
  reasons jsonb not null default '[]',            -- why this price, in both languages
  gift boolean not null default false,
  unique (order_id, line_no),
  constraint order_line_money check (total_minor in (gross_minor - discount_minor, gross_minor - discount_minor + tax_minor)),
  check (canceled_units + returned_units <= units)
);

create table orders.customer_return (
  id text primary key,
  number text not null unique,
  order_id text references orders.customer_order (id),  -- null only for history whose order nobody knows
  location_id text,
  reason text not null,
  refund_minor bigint not null check (refund_minor >= 0),
  tax_minor bigint not null,
  refund_method text not null check (refund_method in ('original', 'cash')),
  actor_id text not null,
  at timestamptz not null,
  -- Brought in from elsewhere: what it was called there, whose it was, in which money.
  imported boolean not null default false,
  channel_id text,
  external_ref text,
  person_id text,
  currency text,
  source jsonb not null default '{}',
  check (imported or (order_id is not null and location_id is not null))
);
create index customer_return_order on orders.customer_return (order_id);
create unique index customer_return_external on orders.customer_return (channel_id, external_ref) where external_ref is not null;

create table orders.customer_return_line (
  return_id text not null references orders.customer_return (id),
  line_no int not null,
  order_line_id text references orders.order_line (id),
  sku text not null default '',
  title jsonb not null default '{}',
  units int not null check (units > 0),
  disposition text not null check (disposition in ('restock', 'repair', 'scrap')),
  refund_minor bigint not null check (refund_minor >= 0),
  tax_minor bigint not null,
  primary key (return_id, line_no)
);
create index customer_return_line_order_line on orders.customer_return_line (order_line_id);
