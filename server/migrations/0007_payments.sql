-- Money that was offered, taken and given back. The ledger is append-only; payment.captured_minor and refunded_minor sum it up.
create schema payments;

create table payments.payment (
  id text primary key,
  order_id text not null,
  method text not null check (method in ('cash', 'card_present', 'card_online', 'elsewhere')),
  provider text not null,                         -- 'cash', 'terminal', 'simulator', or the marketplace that took it
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('pending', 'authorized', 'captured', 'declined', 'voided', 'unknown')),
  captured_minor bigint not null default 0,
  refunded_minor bigint not null default 0,
  provider_ref text,
  tendered_minor bigint,                          -- cash given by the customer; change = tendered - amount
  redirect_url text,                              -- hosted page of the provider, while pending
  decline_code text,
  reference text not null default '',             -- terminal slip, marketplace order
  leased_until timestamptz,                       -- a worker is asking the provider now
  next_check_at timestamptz,                      -- pending and unknown ones are asked again then
  checks int not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (captured_minor between 0 and amount_minor),
  constraint payment_refund_within_capture check (refunded_minor between 0 and captured_minor)
);
create index payment_order on payments.payment (order_id);
create unique index payment_provider_ref on payments.payment (provider, provider_ref) where provider_ref is not null;
-- One charge per buyer's intent: while one online payment of an order lives, no second one starts.
create unique index payment_one_live on payments.payment (order_id)
  where method = 'card_online' and status in ('pending', 'authorized', 'unknown');
create index payment_due on payments.payment (next_check_at) where status in ('pending', 'authorized', 'unknown');

create table payments.ledger_entry (
  id text primary key,
  payment_id text not null references payments.payment (id),
  order_id text not null,
  kind text not null check (kind in ('capture', 'refund')),
  method text not null check (method in ('cash', 'card_present', 'card_online', 'elsewhere')),  -- how this money moved
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  refund_id text,
  location_id text,                               -- drawer or terminal
  actor_id text not null,
  at timestamptz not null
);
create index ledger_entry_payment on payments.ledger_entry (payment_id);
create index ledger_entry_order on payments.ledger_entry (order_id);
create rule ledger_entry_keep as on delete to payments.ledger_entry do instead nothing;
create rule ledger_entry_fixed as on update to payments.ledger_entry do instead nothing;

create table payments.refund (
  id text primary key,
  order_id text not null,
  payment_id text not null references payments.payment (id),
  amount_minor bigint not null check (amount_minor > 0),
  method text not null check (method in ('cash', 'card_present', 'card_online', 'elsewhere')),  -- cash: out of the drawer of location_id
  location_id text,
  reason text not null,
  -- Counted in payment.refunded_minor from the moment it is booked; in the ledger once the money has moved.
  status text not null check (status in ('pending', 'done', 'failed')),
  provider_ref text,
  leased_until timestamptz,
  next_check_at timestamptz,
  checks int not null default 0,
  actor_id text not null,
  created_at timestamptz not null,
  done_at timestamptz
);
create index refund_order on payments.refund (order_id);
create index refund_due on payments.refund (next_check_at) where status = 'pending';

-- Every notice a provider sent, once; its effect is applied by the same transaction that stores it.
create table payments.provider_event (
  provider text not null,
  event_id text not null,
  type text not null,
  payload jsonb not null,
  received_at timestamptz not null,
  primary key (provider, event_id)
);
