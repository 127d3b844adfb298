-- People who work here, what they may do and where, and the record of what they did. API keys stand beside them: software that acts.
create schema staff;

create table staff.member (
  id text primary key,
  email text not null,
  name text not null,
  role text not null check (role in ('owner', 'manager', 'counter', 'service', 'stock')),
  all_places boolean not null default false,
  location_ids text[] not null default '{}',      -- inventory.location ids; empty and not all_places = nowhere
  language text not null default 'es' check (language in ('es', 'en')),
  password_hash text,                             -- PHC string (argon2id); null until one is set
  password_must_change boolean not null default true,
  password_expires_at timestamptz,                -- set for one-time passwords
  otp_secret text,                                -- encrypted with the instance secret; null until confirmed
  otp_last_step bigint,                           -- a code is good once (RFC 6238 §5.2)
  status text not null default 'active' check (status in ('active', 'disabled')),
  created_at timestamptz not null default now()
);
create unique index member_email on staff.member (lower(email));

create table staff.session (
  token_hash text primary key,
  member_id text not null references staff.member (id) on delete cascade,
  stage text not null check (stage in ('second_factor', 'enroll', 'password', 'full')),
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  confirmed_at timestamptz not null,              -- last proof of identity, for sensitive acts
  user_agent text not null default '',
  ip text not null default ''
);
create index session_member on staff.session (member_id);

create table staff.passkey (
  id text primary key,                            -- credential id, base64url
  member_id text not null references staff.member (id) on delete cascade,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  label text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);

create table staff.challenge (
  id text primary key,
  member_id text,
  purpose text not null check (purpose in ('passkey_login', 'passkey_enroll', 'otp_enroll')),
  secret text not null,
  expires_at timestamptz not null
);

create table staff.login_attempt (
  subject text not null,                          -- 'email:…' or 'ip:…'
  at timestamptz not null,
  succeeded boolean not null
);
create index login_attempt_subject on staff.login_attempt (subject, at);

create table staff.api_key (
  id text primary key,
  name text not null,
  key_hash text not null unique,
  key_hint text not null,                         -- last four characters
  channel_id text not null,
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table staff.audit_entry (
  id text primary key,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('staff', 'api_key', 'customer', 'system')),
  actor_id text not null,
  actor_name text not null default '',
  action text not null,
  subject_id text,
  location_id text,
  data jsonb not null default '{}',
  request_id text
);
create index audit_entry_newest on staff.audit_entry (at desc, id desc);
create index audit_entry_subject on staff.audit_entry (subject_id, at desc);
create rule audit_entry_keep as on delete to staff.audit_entry do instead nothing;
create rule audit_entry_fixed as on update to staff.audit_entry do instead nothing;
