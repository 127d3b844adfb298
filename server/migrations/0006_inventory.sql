-- How many can be promised, from where, until when. on_hand, allocated and reserved are kept beside the ledgers they sum up
-- (DESIGN law 1) and changed only in the same transaction; `hilo verify` recomputes them.
create schema inventory;

create table inventory.location (
  id text primary key,
  code text not null unique check (code ~ '^[A-Z0-9]{2,8}$'),   -- 'VLC', also the receipt series
  kind text not null check (kind in ('shop', 'warehouse')),
  name text not null,
  address jsonb not null,                         -- {line1, postal_code, city, province, country, phone}
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  time_zone text not null,
  opening_hours jsonb not null default '{"weekly":{},"exceptions":[]}',
  pickup boolean not null default false,
  ships boolean not null default false,
  handling_minutes int not null default 60,       -- from order to set aside, in opening hours
  daily_capacity int,                             -- fulfillment orders a day; null = no limit
  status text not null default 'active' check (status in ('active', 'closed')),
  position int not null default 0
);

-- Which places serve a channel (DESIGN S44): no row for a channel = shared pool of every active place.
create table inventory.channel_location (
  channel_id text not null,
  location_id text not null references inventory.location (id),
  primary key (channel_id, location_id)
);

create table inventory.stock_level (
  variant_id text not null,
  location_id text not null references inventory.location (id),
  on_hand int not null default 0,
  allocated int not null default 0 check (allocated >= 0),
  reserved int not null default 0 check (reserved >= 0),
  safety_stock int not null default 0 check (safety_stock >= 0),
  conflicted int not null default 0 check (conflicted >= 0), -- units sold over the counter that the system did not know (named conflicts)
  primary key (variant_id, location_id),
  constraint stock_level_never_oversold check (on_hand - allocated - reserved + conflicted >= 0)
) with (fillfactor = 60);
create index stock_level_location on inventory.stock_level (location_id, variant_id);

-- The ledger: append-only; on_hand = sum(quantity).
create table inventory.stock_movement (
  id text primary key,
  variant_id text not null,
  location_id text not null,
  kind text not null check (kind in ('received', 'shipped', 'sold', 'returned', 'adjusted', 'counted', 'transfer_out', 'transfer_in')),
  quantity int not null check (quantity <> 0),
  reason text not null default '',
  reference text not null default '',             -- order, return, transfer, import run
  actor_id text not null,
  at timestamptz not null
);
create index stock_movement_key on inventory.stock_movement (variant_id, location_id, id desc);
create index stock_movement_reference on inventory.stock_movement (reference) where reference <> '';
create rule stock_movement_keep as on delete to inventory.stock_movement do instead nothing;
create rule stock_movement_fixed as on update to inventory.stock_movement do instead nothing;

-- Time-limited hold by a cart or till. Live rows sum to stock_level.reserved; a lapsed one is set so and given back together.
create table inventory.reservation (
  id text primary key,
  holder_id text not null,                        -- cart, order draft or conversation that holds it
  variant_id text not null,
  location_id text not null,
  units int not null check (units > 0),
  status text not null default 'live' check (status in ('live', 'consumed', 'released', 'lapsed')),
  expires_at timestamptz not null,
  created_at timestamptz not null
);
create index reservation_holder on inventory.reservation (holder_id) where status = 'live';
create index reservation_key on inventory.reservation (variant_id, location_id) where status = 'live';
create index reservation_expiry on inventory.reservation (expires_at) where status = 'live';

-- Units promised to a placed order. Open rows sum to stock_level.allocated.
create table inventory.allocation (
  id text primary key,
  order_id text not null,
  order_line_id text not null,
  variant_id text not null,
  location_id text not null,
  units int not null check (units > 0),
  -- open → shipped (left the house) or released (given back); open → in_transit → arrived while a transfer carries it, the
  -- receiving place gets a new open row for what arrived.
  status text not null default 'open' check (status in ('open', 'shipped', 'released', 'in_transit', 'arrived')),
  transfer_id text,                               -- that carries or brought it
  created_at timestamptz not null,
  closed_at timestamptz
);
create index allocation_order on inventory.allocation (order_id);
create index allocation_key on inventory.allocation (variant_id, location_id) where status = 'open';

create table inventory.transfer (
  id text primary key,
  from_location_id text not null references inventory.location (id),
  to_location_id text not null references inventory.location (id),
  status text not null default 'requested' check (status in ('requested', 'sent', 'received', 'canceled')),
  reason text not null default '',
  reference text not null default '',             -- order it serves
  expected_at timestamptz not null,
  requested_by text not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  received_at timestamptz,
  check (from_location_id <> to_location_id)
);
create index transfer_open on inventory.transfer (to_location_id) where status in ('requested', 'sent');
create index transfer_reference on inventory.transfer (reference) where reference <> '';

-- Every line's units are allocated at the sending place until they leave: for the order they serve, else for the transfer
-- itself (order_id = the transfer's id), so nobody sells what is about to travel.
create table inventory.transfer_line (
  transfer_id text not null references inventory.transfer (id),
  line_no int not null,
  variant_id text not null,
  units int not null check (units > 0),
  order_id text not null,
  order_line_id text not null,
  sent_units int check (sent_units between 0 and units),  -- fewer: they were not found at the sender
  received_units int check (received_units >= 0),  -- good ones; lost on the way = sent - received - damaged
  damaged_units int check (damaged_units >= 0),
  primary key (transfer_id, line_no),
  check (coalesce(received_units, 0) + coalesce(damaged_units, 0) <= coalesce(sent_units, 0))
);
create index transfer_line_variant on inventory.transfer_line (variant_id);
create index transfer_line_order on inventory.transfer_line (order_id);

-- How long the van takes where it is not the rule (the rule: inventory/transfer-time.ts).
create table inventory.transfer_lane (
  from_location_id text not null references inventory.location (id),
  to_location_id text not null references inventory.location (id),
  working_days int not null check (working_days between 0 and 30),
  departs_on int[],                               -- ISO week days (1 = Monday); null = every day the sender works
  primary key (from_location_id, to_location_id)
);

-- A shop sold what the system did not know it had: accepted, named, to be settled by a person.
create table inventory.stock_conflict (
  id text primary key,
  variant_id text not null,
  location_id text not null,
  units int not null check (units > 0),
  reference text not null,
  actor_id text not null,
  at timestamptz not null,
  settled_at timestamptz,
  settled_by text,
  settlement text
);
create index stock_conflict_open on inventory.stock_conflict (location_id) where settled_at is null;

-- Remembered by processes between requests.
create trigger fact_change after insert or update or delete or truncate on inventory.location
  for each statement execute function platform.note_fact_change();
create trigger fact_change after insert or update or delete or truncate on inventory.channel_location
  for each statement execute function platform.note_fact_change();
create trigger fact_change after insert or update or delete or truncate on inventory.transfer_lane
  for each statement execute function platform.note_fact_change();
