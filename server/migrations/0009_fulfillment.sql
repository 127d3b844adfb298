-- Who must do what so that the goods reach the customer, and the promises made about it.
create schema fulfillment;

create table fulfillment.fulfillment_order (
  id text primary key,
  order_id text not null,
  order_number text not null default '',          -- of the order, to find and name it without asking upwards
  person_id text,
  contact jsonb not null default '{}',            -- {name, email, phone}: whom the notices go to
  language text not null default 'es' check (language in ('es', 'en')),
  address jsonb,                                  -- of a delivery
  delivery_option_id text,
  location_id text not null,                      -- the place that hands over or ships
  kind text not null check (kind in ('pickup', 'delivery', 'carry_out')),
  -- pickup:    waiting (for a transfer) → open → picking → ready → handed_over
  -- delivery:  open → picking → packed → shipped → delivered
  -- carry_out: handed_over at once
  status text not null check (status in ('waiting', 'open', 'picking', 'packed', 'ready', 'shipped', 'delivered', 'handed_over', 'canceled')),
  pickup_code text,                               -- shown as code and QR; proves who may collect
  set_aside_at timestamptz,                       -- a person put the goods aside (law 8)
  set_aside_by text,
  set_aside_bin text,
  ready_at timestamptz,
  handed_over_at timestamptz,
  handed_over_by text,
  handed_over_to text,
  shipped_at timestamptz,
  delivered_at timestamptz,
  canceled_at timestamptz,
  tracking jsonb,                                 -- {carrier, number, url}
  hold_until timestamptz,                         -- the shop keeps it this long
  hold_expired_at timestamptz,                    -- told that the time is over; a person decides what follows
  due_at timestamptz,                             -- what was promised
  plan jsonb not null default '{}',               -- why this place, in words, and what else was possible
  due_minor bigint not null default 0 check (due_minor >= 0),  -- still to be paid before it may leave; told by orders
  currency text,                                  -- of due_minor
  forgotten_at timestamptz,                       -- the person was erased; a parcel's address goes once it has left
  version int not null default 1,
  created_at timestamptz not null,
  -- Law 8: "ready" is said only after a person set the unit aside there.
  constraint ready_needs_set_aside check (status not in ('ready') or set_aside_at is not null)
);
create index fulfillment_order_order on fulfillment.fulfillment_order (order_id);
create index fulfillment_order_work on fulfillment.fulfillment_order (location_id, status, due_at)
  where status in ('waiting', 'open', 'picking', 'packed', 'ready');
create index fulfillment_order_newest on fulfillment.fulfillment_order (created_at desc, id desc);
create unique index fulfillment_order_code on fulfillment.fulfillment_order (pickup_code) where pickup_code is not null;

create table fulfillment.fulfillment_line (
  fulfillment_order_id text not null references fulfillment.fulfillment_order (id),
  order_line_id text not null,
  variant_id text not null,
  units int not null check (units >= 0),          -- 0 once all of it moved elsewhere
  picked_units int not null default 0 check (picked_units >= 0),
  short_units int not null default 0 check (short_units >= 0),
  primary key (fulfillment_order_id, order_line_id),
  check (picked_units + short_units <= units)
);

-- A unit was not where it should be: the holder chooses before leaving home.
create table fulfillment.shortage (
  id text primary key,
  order_id text not null,
  fulfillment_order_id text not null references fulfillment.fulfillment_order (id),
  order_line_id text not null,
  variant_id text not null,
  location_id text not null,
  units int not null check (units > 0),
  status text not null default 'asked' check (status in ('asked', 'chosen', 'settled')),
  options jsonb not null,                         -- [{id, kind:'other_shop'|'transfer'|'delivery'|'refund', location_id, ready_at, text}]
  choice jsonb,
  chosen_by text,
  token_hash text not null unique,                -- link in the message; opens the choice without an account
  reminded_at timestamptz,                        -- asked a second time, once
  reminder_token_hash text unique,                -- the link of that message; the first one goes on working
  reported_by text not null,
  created_at timestamptz not null,
  chosen_at timestamptz
);
create index shortage_open on fulfillment.shortage (location_id) where status = 'asked';
create index shortage_unanswered on fulfillment.shortage (created_at) where status = 'asked';
create index shortage_order on fulfillment.shortage (order_id);

-- A promise is an object, not a sentence.
create table fulfillment.promise (
  id text primary key,
  kind text not null check (kind in ('pickup_ready', 'delivered_by', 'call_back', 'refund_by')),
  person_id text,
  order_id text,
  fulfillment_order_id text,
  location_id text,
  owner text not null,                            -- staff member or place that must keep it
  due_at timestamptz not null,
  status text not null default 'made' check (status in ('made', 'kept', 'broken', 'withdrawn')),
  text jsonb not null,                            -- what was said: {es, en}
  message_id text,                                -- the message that told it
  replaces text,                                  -- promise this one took the place of
  made_at timestamptz not null,
  settled_at timestamptz,
  settled_reason text
);
create index promise_order on fulfillment.promise (order_id);
create index promise_person on fulfillment.promise (person_id, made_at desc);
create index promise_due on fulfillment.promise (due_at) where status = 'made';

create table fulfillment.delivery_option (
  id text primary key,                            -- 'standard', 'express'
  name jsonb not null,
  country text not null,
  postal_prefixes text[],                         -- null: everywhere in the country
  price_minor bigint not null check (price_minor >= 0),
  currency text not null,
  tax_class text not null default 'standard',
  days_min int not null,
  days_max int not null,
  cutoff_hour int not null default 14,            -- orders before it leave the same working day
  status text not null default 'active' check (status in ('active', 'paused'))
);

-- Remembered by processes between requests.
create trigger fact_change after insert or update or delete or truncate on fulfillment.delivery_option
  for each statement execute function platform.note_fact_change();
