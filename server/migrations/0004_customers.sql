-- Who is this, how do we know, what did they allow us; and the thread, made from events.
create schema customers;

-- Names as people search for them: lower case, without accents. unaccent() by itself may not stand in an index, because its
-- dictionary could be exchanged; ours is named.
create function customers.plain(text) returns text language sql immutable strict parallel safe
  as $$ select lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;

create table customers.person (
  id text primary key,
  name text not null default '',
  language text not null default 'es' check (language in ('es', 'en')),
  birthday date,
  tags text[] not null default '{}',
  note text not null default '',
  -- A merge is a link: this person counts as that one. Undoing it sets null again; nothing was moved.
  canonical_id text references customers.person (id) check (canonical_id <> id),
  anonymous boolean not null default false,       -- a visitor who has not said who they are
  source jsonb not null default '{}',
  erased_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now()
);
create index person_canonical on customers.person (canonical_id) where canonical_id is not null;
create index person_newest on customers.person (created_at desc, id desc);
create index person_name_trgm on customers.person using gin (customers.plain(name) gin_trgm_ops);

-- One identifier belongs to one person (DESIGN law 6).
create table customers.identity (
  kind text not null check (kind in ('email', 'phone', 'visitor', 'loyalty_card', 'external', 'whatsapp', 'instagram')),
  value text not null,                            -- normalized: lower case mail, E.164 phone
  id text not null unique,
  person_id text not null references customers.person (id),
  proof text not null check (proof in ('claimed', 'imported', 'staff', 'code', 'payment')),
  verified_at timestamptz,
  source text not null default '',
  created_at timestamptz not null default now(),
  primary key (kind, value)
);
create index identity_person on customers.identity (person_id);

create table customers.person_link (
  id text primary key,
  from_person_id text not null references customers.person (id),
  to_person_id text not null references customers.person (id),
  reason text not null,
  evidence jsonb not null default '{}',
  linked_by text not null,
  linked_at timestamptz not null,
  unlinked_by text,
  unlinked_at timestamptz,
  check (from_person_id <> to_person_id)
);
create unique index person_link_live on customers.person_link (from_person_id) where unlinked_at is null;
create index person_link_to on customers.person_link (to_person_id) where unlinked_at is null;

-- Two people who may be one. Nobody is merged by a guess: a person decides, and a dismissed pair is not asked again.
create table customers.link_proposal (
  id text primary key,
  person_a text not null references customers.person (id),
  person_b text not null references customers.person (id),
  evidence jsonb not null check (jsonb_typeof(evidence) = 'array'), -- [{kind, value}]
  score int not null check (score between 1 and 100),
  status text not null default 'open' check (status in ('open', 'linked', 'dismissed')),
  created_at timestamptz not null,
  settled_by text,
  settled_at timestamptz,
  check (person_a collate "C" < person_b collate "C"),
  unique (person_a, person_b)
);
create index link_proposal_open on customers.link_proposal (score desc, id) where status = 'open';

-- Append-only: the newest row for (person, purpose, channel) is what holds.
create table customers.consent (
  id text primary key,
  person_id text not null references customers.person (id),
  purpose text not null check (purpose in ('marketing', 'profiling', 'service_followup')),
  channel text not null check (channel in ('email', 'sms', 'whatsapp', 'phone', 'post', 'ads')),
  granted boolean not null,
  wording text not null,                          -- the sentence that was agreed to
  wording_version text not null,
  source text not null,                           -- 'web checkout', 'counter Valencia', 'import …'
  proof jsonb not null default '{}',
  at timestamptz not null
);
create index consent_latest on customers.consent (person_id, purpose, channel, at desc, id desc);

create table customers.address (
  id text primary key,
  person_id text not null references customers.person (id),
  name text not null,
  line1 text not null,
  line2 text not null default '',
  postal_code text not null,
  city text not null,
  province text not null default '',
  country text not null check (country ~ '^[A-Z]{2}$'),
  phone text not null default '',
  created_at timestamptz not null default now()
);
create index address_person on customers.address (person_id);

create table customers.session (
  token_hash text primary key,
  person_id text not null references customers.person (id),
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_person on customers.session (person_id);

create table customers.login_code (
  id text primary key,
  purpose text not null check (purpose in ('sign_in', 'prove_phone')),
  destination text not null,
  code_hash text not null,
  attempts int not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index login_code_destination on customers.login_code (destination, created_at desc);

-- The thread. Distributable by person_id: key contains it, no foreign keys. Written by the relay's subscriber only.
create table customers.thread_entry (
  person_id text not null,
  at timestamptz not null,
  seq bigint not null,                            -- the event it was made from
  kind text not null,                             -- 'order.placed', 'promise.made', 'visit', …
  channel text not null default '',
  subject_id text not null default '',
  data jsonb not null default '{}',
  primary key (person_id, at, seq, kind)
);
-- Staff look people up by order number; the thread knows whose it is without asking the orders module.
create index thread_entry_number on customers.thread_entry ((data ->> 'number')) where kind = 'order.placed';
