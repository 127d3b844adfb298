-- The ground floor: settings, the outbox and the event log it feeds, idempotency keys, counters, webhooks, mail, imports.
-- Written for PostgreSQL 15 to 18.
create schema platform;

create extension if not exists pg_trgm with schema public;
create extension if not exists unaccent with schema public;

create table platform.setting (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- Events wait here, written in the transaction that caused them. One relay moves them, in the order they became visible, into
-- platform.event and gives each its gapless seq; whoever reads "seq > my last" can therefore never miss a late commit.
create table platform.outbox (
  id bigint generated always as identity primary key,
  type text not null,
  subject_id text not null,
  person_id text,
  payload jsonb not null,
  occurred_at timestamptz not null
);

create table platform.event (
  seq bigint primary key,
  type text not null,
  subject_id text not null,
  person_id text,
  payload jsonb not null,
  occurred_at timestamptz not null,
  relayed_at timestamptz not null default now()
);
create index event_subject on platform.event (subject_id, seq);

-- How far each subscriber has come; a failing one waits alone.
create table platform.subscriber (
  name text primary key,
  last_seq bigint not null default 0,
  failures int not null default 0,
  last_error text,
  retry_at timestamptz,
  updated_at timestamptz not null default now()
);

-- One row a key: the answer to the first run is the answer to every repeat (kept at least 24 h, then cleaned).
create table platform.idempotency_key (
  scope text not null,            -- who: staff member, API key, cart or visitor
  key text not null check (length(key) between 1 and 255),
  fingerprint text not null,      -- hash of method, path and body
  status int,                     -- null while the first run is under way
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);
create index idempotency_key_age on platform.idempotency_key (created_at);

-- Gapless numbers, taken in the transaction that uses them.
create table platform.counter (
  name text primary key,
  value bigint not null
);

create table platform.webhook_endpoint (
  id text primary key,
  url text not null,
  event_types text[] not null check (cardinality(event_types) > 0),   -- '*' is every type
  secrets text[] not null check (cardinality(secrets) between 1 and 2), -- newest first; two while rotating
  status text not null default 'enabled' check (status in ('enabled', 'paused', 'disabled')),
  disabled_reason text,
  description text not null default '',
  created_at timestamptz not null default now()
);

create table platform.webhook_delivery (
  id text primary key,
  endpoint_id text not null references platform.webhook_endpoint (id) on delete cascade,
  event_seq bigint not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts int not null default 0,
  next_attempt_at timestamptz,
  leased_until timestamptz,
  replay_of text,
  created_at timestamptz not null default now()
);
create unique index webhook_delivery_once on platform.webhook_delivery (endpoint_id, event_seq) where replay_of is null;
create index webhook_delivery_due on platform.webhook_delivery (next_attempt_at) where status = 'pending';

create table platform.webhook_attempt (
  delivery_id text not null references platform.webhook_delivery (id) on delete cascade,
  attempt int not null,
  at timestamptz not null,
  response_status int,
  error text,
  duration_ms int not null,
  primary key (delivery_id, attempt)
);

-- Mail that Hilo sends; kept so that a person can see what was said, sent by a job over SMTP when one is set.
create table platform.mail_message (
  id text primary key,
  dedupe_key text unique,          -- the same notice is never sent twice
  person_id text,
  to_address text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  language text not null check (language in ('es', 'en')),
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed', 'held')),
  error text,
  attempts int not null default 0,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index mail_message_newest on platform.mail_message (created_at desc, id desc);

-- One file brought in: what it was, how far it came, what was refused and why.
create table platform.import_run (
  id text primary key,
  kind text not null check (kind in ('products', 'stock', 'customers', 'orders')),
  format text not null,
  file_name text not null,
  file_sha256 text not null,
  status text not null check (status in ('uploaded', 'running', 'done', 'failed', 'canceled')),
  stored_as text,                       -- upload below the data folder, kept until the run ends
  options jsonb not null default '{}',  -- what the importer was told (place, currency, …)
  bytes_total bigint not null default 0,
  bytes_read bigint not null default 0,
  rows_total bigint,
  rows_read bigint not null default 0,
  rows_taken bigint not null default 0,
  rows_unchanged bigint not null default 0,
  rows_refused bigint not null default 0,
  resume_at bigint not null default 0,  -- things (products, orders, …) of the file that are committed; the rest is still to come
  summary jsonb not null default '{}',
  started_by text,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create index import_run_newest on platform.import_run (started_at desc, id desc);
create index import_run_file on platform.import_run (file_sha256, kind);

create table platform.import_issue (
  run_id text not null references platform.import_run (id) on delete cascade,
  line bigint not null,                 -- 1 is the header
  field text not null,
  severity text not null check (severity in ('refused', 'flagged')),
  code text not null,
  value text,
  remedy_es text not null,
  remedy_en text not null,
  primary key (run_id, line, field, code)
);

-- Processes remember read-mostly tables (catalogue, places, ways of delivery). Every transaction that changes one of them notes it
-- here, once and without waiting for another; what was read under one count of changes holds as long as the count is the same.
create table platform.fact_version (singleton boolean primary key default true check (singleton), changes bigint not null);
insert into platform.fact_version values (true, 0);
create table platform.fact_change (id bigint generated always as identity primary key);   -- folded into the count by a job

create function platform.note_fact_change() returns trigger language plpgsql as $$
begin
  if current_setting('hilo.facts_changed', true) is distinct from pg_current_xact_id()::text then
    insert into platform.fact_change default values;
    perform set_config('hilo.facts_changed', pg_current_xact_id()::text, true);
  end if;
  return null;
end $$;
