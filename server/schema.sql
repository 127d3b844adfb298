-- What the migrations produce, written by: node server/schema-dump.ts --write
-- Read from the catalogues of PostgreSQL, because the bundled one brings no pg_dump. Not for loading; for reading and comparing.

create extension pg_trgm;
create extension unaccent;
create schema catalog;
create schema customers;
create schema fulfillment;
create schema inventory;
create schema orders;
create schema payments;
create schema platform;
create schema pricing;
create schema staff;
create schema system;

CREATE OR REPLACE FUNCTION customers.plain(text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select lower(public.unaccent('public.unaccent'::regdictionary, $1)) $function$;
CREATE OR REPLACE FUNCTION platform.note_fact_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_setting('hilo.facts_changed', true) is distinct from pg_current_xact_id()::text then
    insert into platform.fact_change default values;
    perform set_config('hilo.facts_changed', pg_current_xact_id()::text, true);
  end if;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION platform.note_touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.touched := pg_current_xact_id();
  return new;
end $function$;
create sequence catalog.version_number start 2;
create sequence pricing.version_number start 2;

create table catalog.channel (
  id text not null,
  name jsonb not null,
  kind text not null,
  currency text not null,
  country text not null,
  tax_included boolean default true not null,
  trusted boolean default false not null,
  status text default 'active'::text not null,
  constraint channel_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint channel_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint channel_kind_check CHECK ((kind = ANY (ARRAY['web'::text, 'pos'::text, 'marketplace'::text, 'social'::text, 'chat'::text, 'phone'::text, 'agent'::text, 'api'::text]))),
  constraint channel_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text]))),
  constraint channel_pkey PRIMARY KEY (id)
);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON catalog.channel FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table catalog.collection (
  id text not null,
  handle text not null,
  parent_id text,
  title jsonb not null,
  description jsonb default '{"en": "", "es": ""}'::jsonb not null,
  picture text,
  source jsonb default '{}'::jsonb not null,
  "position" integer default 0 not null,
  constraint collection_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES catalog.collection(id),
  constraint collection_pkey PRIMARY KEY (id),
  constraint collection_handle_key UNIQUE (handle)
);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON catalog.collection FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table catalog.collection_product (
  collection_id text not null,
  product_id text not null,
  "position" integer default 0 not null,
  constraint collection_product_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES catalog.collection(id) ON DELETE CASCADE,
  constraint collection_product_product_id_fkey FOREIGN KEY (product_id) REFERENCES catalog.product(id) ON DELETE CASCADE,
  constraint collection_product_pkey PRIMARY KEY (collection_id, product_id)
);
CREATE INDEX collection_product_product ON catalog.collection_product USING btree (product_id);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON catalog.collection_product FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table catalog.media (
  id text not null,
  product_id text not null,
  option_value text,
  alt jsonb default '{}'::jsonb not null,
  picture text,
  source_url text,
  status text default 'ready'::text not null,
  error text,
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
  width integer,
  height integer,
  color text,
  "position" integer default 0 not null,
  constraint media_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'ready'::text, 'failed'::text]))),
  constraint media_product_id_fkey FOREIGN KEY (product_id) REFERENCES catalog.product(id) ON DELETE CASCADE,
  constraint media_pkey PRIMARY KEY (id),
  constraint media_product_id_source_url_key UNIQUE (product_id, source_url)
);
CREATE INDEX media_pending ON catalog.media USING btree (next_attempt_at) WHERE (status = 'pending'::text);
CREATE INDEX media_product ON catalog.media USING btree (product_id, "position");
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON catalog.media FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table catalog.product (
  id text not null,
  handle text not null,
  status text default 'active'::text not null,
  kind text default 'physical'::text not null,
  title jsonb not null,
  description jsonb default '{"en": "", "es": ""}'::jsonb not null,
  facts jsonb default '{}'::jsonb not null,
  vendor text default ''::text not null,
  product_type text default ''::text not null,
  tags text[] default '{}'::text[] not null,
  tax_class text default 'standard'::text not null,
  options jsonb default '[]'::jsonb not null,
  members text[] default '{}'::text[] not null,
  external_url text,
  source jsonb default '{}'::jsonb not null,
  "position" integer default 0 not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint product_handle_check CHECK ((handle ~ '^[a-z0-9][a-z0-9-]*$'::text)),
  constraint product_kind_check CHECK ((kind = ANY (ARRAY['physical'::text, 'digital'::text, 'grouped'::text, 'external'::text]))),
  constraint product_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'archived'::text]))),
  constraint product_tax_class_check CHECK ((tax_class = ANY (ARRAY['standard'::text, 'reduced'::text, 'super_reduced'::text, 'zero'::text]))),
  constraint product_title_check CHECK ((title ? 'es'::text)),
  constraint product_pkey PRIMARY KEY (id),
  constraint product_handle_key UNIQUE (handle)
);
CREATE INDEX product_newest ON catalog.product USING btree (created_at DESC, id DESC);
CREATE UNIQUE INDEX product_source ON catalog.product USING btree (((source ->> 'ref'::text)));
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON catalog.product FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table catalog.publication (
  product_id text not null,
  channel_id text not null,
  constraint publication_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES catalog.channel(id),
  constraint publication_product_id_fkey FOREIGN KEY (product_id) REFERENCES catalog.product(id) ON DELETE CASCADE,
  constraint publication_pkey PRIMARY KEY (product_id, channel_id)
);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON catalog.publication FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table catalog.search_document (
  product_id text not null,
  document tsvector not null,
  words_es text[] not null,
  words_en text[] not null,
  touched xid8 default pg_current_xact_id() not null,
  constraint search_document_product_id_fkey FOREIGN KEY (product_id) REFERENCES catalog.product(id) ON DELETE CASCADE,
  constraint search_document_pkey PRIMARY KEY (product_id)
);
CREATE INDEX search_document_gin ON catalog.search_document USING gin (document);
CREATE INDEX search_document_touched ON catalog.search_document USING btree (touched);
CREATE TRIGGER touched BEFORE UPDATE ON catalog.search_document FOR EACH ROW EXECUTE FUNCTION platform.note_touch();

create table catalog.search_word (
  language text not null,
  word text not null,
  products integer not null,
  constraint search_word_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),
  constraint search_word_pkey PRIMARY KEY (language, word)
);
CREATE INDEX search_word_prefix ON catalog.search_word USING btree (word text_pattern_ops);
CREATE INDEX search_word_trgm ON catalog.search_word USING gin (word gin_trgm_ops);

create table catalog.variant (
  id text not null,
  product_id text not null,
  sku text not null,
  gtin text,
  option_values text[] default '{}'::text[] not null,
  weight_grams integer,
  stock_tracked boolean default true not null,
  status text default 'active'::text not null,
  "position" integer default 0 not null,
  source jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  constraint variant_gtin_check CHECK ((gtin ~ '^[0-9]{8,14}$'::text)),
  constraint variant_status_check CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text]))),
  constraint variant_weight_grams_check CHECK ((weight_grams >= 0)),
  constraint variant_product_id_fkey FOREIGN KEY (product_id) REFERENCES catalog.product(id) ON DELETE CASCADE,
  constraint variant_pkey PRIMARY KEY (id),
  constraint variant_product_id_option_values_key UNIQUE (product_id, option_values) DEFERRABLE
);
CREATE UNIQUE INDEX variant_gtin ON catalog.variant USING btree (gtin) WHERE (gtin IS NOT NULL);
CREATE INDEX variant_options ON catalog.variant USING gin (option_values);
CREATE UNIQUE INDEX variant_sku_any_case ON catalog.variant USING btree (upper(sku));
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON catalog.variant FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table catalog.version (
  singleton boolean default true not null,
  version bigint not null,
  constraint version_singleton_check CHECK (singleton),
  constraint version_pkey PRIMARY KEY (singleton)
);

create table customers.address (
  id text not null,
  person_id text not null,
  name text not null,
  line1 text not null,
  line2 text default ''::text not null,
  postal_code text not null,
  city text not null,
  province text default ''::text not null,
  country text not null,
  phone text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  constraint address_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint address_person_id_fkey FOREIGN KEY (person_id) REFERENCES customers.person(id),
  constraint address_pkey PRIMARY KEY (id)
);
CREATE INDEX address_person ON customers.address USING btree (person_id);

create table customers.consent (
  id text not null,
  person_id text not null,
  purpose text not null,
  channel text not null,
  granted boolean not null,
  wording text not null,
  wording_version text not null,
  source text not null,
  proof jsonb default '{}'::jsonb not null,
  at timestamp with time zone not null,
  constraint consent_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text, 'whatsapp'::text, 'phone'::text, 'post'::text, 'ads'::text]))),
  constraint consent_purpose_check CHECK ((purpose = ANY (ARRAY['marketing'::text, 'profiling'::text, 'service_followup'::text]))),
  constraint consent_person_id_fkey FOREIGN KEY (person_id) REFERENCES customers.person(id),
  constraint consent_pkey PRIMARY KEY (id)
);
CREATE INDEX consent_latest ON customers.consent USING btree (person_id, purpose, channel, at DESC, id DESC);

create table customers.identity (
  kind text not null,
  value text not null,
  id text not null,
  person_id text not null,
  proof text not null,
  verified_at timestamp with time zone,
  source text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  constraint identity_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text, 'visitor'::text, 'loyalty_card'::text, 'external'::text, 'whatsapp'::text, 'instagram'::text]))),
  constraint identity_proof_check CHECK ((proof = ANY (ARRAY['claimed'::text, 'imported'::text, 'staff'::text, 'code'::text, 'payment'::text]))),
  constraint identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES customers.person(id),
  constraint identity_pkey PRIMARY KEY (kind, value),
  constraint identity_id_key UNIQUE (id)
);
CREATE INDEX identity_person ON customers.identity USING btree (person_id);

create table customers.link_proposal (
  id text not null,
  person_a text not null,
  person_b text not null,
  evidence jsonb not null,
  score integer not null,
  status text default 'open'::text not null,
  created_at timestamp with time zone not null,
  settled_by text,
  settled_at timestamp with time zone,
  constraint link_proposal_check CHECK (((person_a COLLATE "C") < (person_b COLLATE "C"))),
  constraint link_proposal_evidence_check CHECK ((jsonb_typeof(evidence) = 'array'::text)),
  constraint link_proposal_score_check CHECK (((score >= 1) AND (score <= 100))),
  constraint link_proposal_status_check CHECK ((status = ANY (ARRAY['open'::text, 'linked'::text, 'dismissed'::text]))),
  constraint link_proposal_person_a_fkey FOREIGN KEY (person_a) REFERENCES customers.person(id),
  constraint link_proposal_person_b_fkey FOREIGN KEY (person_b) REFERENCES customers.person(id),
  constraint link_proposal_pkey PRIMARY KEY (id),
  constraint link_proposal_person_a_person_b_key UNIQUE (person_a, person_b)
);
CREATE INDEX link_proposal_open ON customers.link_proposal USING btree (score DESC, id) WHERE (status = 'open'::text);

create table customers.login_code (
  id text not null,
  purpose text not null,
  destination text not null,
  code_hash text not null,
  attempts integer default 0 not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint login_code_purpose_check CHECK ((purpose = ANY (ARRAY['sign_in'::text, 'prove_phone'::text]))),
  constraint login_code_pkey PRIMARY KEY (id)
);
CREATE INDEX login_code_destination ON customers.login_code USING btree (destination, created_at DESC);

create table customers.person (
  id text not null,
  name text default ''::text not null,
  language text default 'es'::text not null,
  birthday date,
  tags text[] default '{}'::text[] not null,
  note text default ''::text not null,
  canonical_id text,
  anonymous boolean default false not null,
  source jsonb default '{}'::jsonb not null,
  erased_at timestamp with time zone,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  constraint person_check CHECK ((canonical_id <> id)),
  constraint person_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),
  constraint person_canonical_id_fkey FOREIGN KEY (canonical_id) REFERENCES customers.person(id),
  constraint person_pkey PRIMARY KEY (id)
);
CREATE INDEX person_canonical ON customers.person USING btree (canonical_id) WHERE (canonical_id IS NOT NULL);
CREATE INDEX person_name_trgm ON customers.person USING gin (customers.plain(name) gin_trgm_ops);
CREATE INDEX person_newest ON customers.person USING btree (created_at DESC, id DESC);

create table customers.person_link (
  id text not null,
  from_person_id text not null,
  to_person_id text not null,
  reason text not null,
  evidence jsonb default '{}'::jsonb not null,
  linked_by text not null,
  linked_at timestamp with time zone not null,
  unlinked_by text,
  unlinked_at timestamp with time zone,
  constraint person_link_check CHECK ((from_person_id <> to_person_id)),
  constraint person_link_from_person_id_fkey FOREIGN KEY (from_person_id) REFERENCES customers.person(id),
  constraint person_link_to_person_id_fkey FOREIGN KEY (to_person_id) REFERENCES customers.person(id),
  constraint person_link_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX person_link_live ON customers.person_link USING btree (from_person_id) WHERE (unlinked_at IS NULL);
CREATE INDEX person_link_to ON customers.person_link USING btree (to_person_id) WHERE (unlinked_at IS NULL);

create table customers.session (
  token_hash text not null,
  person_id text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint session_person_id_fkey FOREIGN KEY (person_id) REFERENCES customers.person(id),
  constraint session_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX session_person ON customers.session USING btree (person_id);

create table customers.thread_entry (
  person_id text not null,
  at timestamp with time zone not null,
  seq bigint not null,
  kind text not null,
  channel text default ''::text not null,
  subject_id text default ''::text not null,
  data jsonb default '{}'::jsonb not null,
  constraint thread_entry_pkey PRIMARY KEY (person_id, at, seq, kind)
);
CREATE INDEX thread_entry_number ON customers.thread_entry USING btree (((data ->> 'number'::text))) WHERE (kind = 'order.placed'::text);

create table customers.visit_day (
  person_id text not null,
  location_id text not null,
  visited_on date not null,
  noted_at timestamp with time zone not null,
  constraint visit_day_person_id_fkey FOREIGN KEY (person_id) REFERENCES customers.person(id),
  constraint visit_day_pkey PRIMARY KEY (person_id, location_id, visited_on)
);

create table fulfillment.delivery_option (
  id text not null,
  name jsonb not null,
  country text not null,
  postal_prefixes text[],
  price_minor bigint not null,
  currency text not null,
  tax_class text default 'standard'::text not null,
  days_min integer not null,
  days_max integer not null,
  cutoff_hour integer default 14 not null,
  status text default 'active'::text not null,
  constraint delivery_option_price_minor_check CHECK ((price_minor >= 0)),
  constraint delivery_option_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text]))),
  constraint delivery_option_pkey PRIMARY KEY (id)
);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON fulfillment.delivery_option FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table fulfillment.fulfillment_line (
  fulfillment_order_id text not null,
  order_line_id text not null,
  variant_id text not null,
  units integer not null,
  picked_units integer default 0 not null,
  short_units integer default 0 not null,
  constraint fulfillment_line_check CHECK (((picked_units + short_units) <= units)),
  constraint fulfillment_line_picked_units_check CHECK ((picked_units >= 0)),
  constraint fulfillment_line_short_units_check CHECK ((short_units >= 0)),
  constraint fulfillment_line_units_check CHECK ((units >= 0)),
  constraint fulfillment_line_fulfillment_order_id_fkey FOREIGN KEY (fulfillment_order_id) REFERENCES fulfillment.fulfillment_order(id),
  constraint fulfillment_line_pkey PRIMARY KEY (fulfillment_order_id, order_line_id)
);

create table fulfillment.fulfillment_order (
  id text not null,
  order_id text not null,
  order_number text default ''::text not null,
  person_id text,
  contact jsonb default '{}'::jsonb not null,
  language text default 'es'::text not null,
  address jsonb,
  delivery_option_id text,
  location_id text not null,
  kind text not null,
  status text not null,
  pickup_code text,
  set_aside_at timestamp with time zone,
  set_aside_by text,
  set_aside_bin text,
  ready_at timestamp with time zone,
  handed_over_at timestamp with time zone,
  handed_over_by text,
  handed_over_to text,
  shipped_at timestamp with time zone,
  delivered_at timestamp with time zone,
  canceled_at timestamp with time zone,
  tracking jsonb,
  hold_until timestamp with time zone,
  hold_expired_at timestamp with time zone,
  due_at timestamp with time zone,
  plan jsonb default '{}'::jsonb not null,
  due_minor bigint default 0 not null,
  currency text,
  forgotten_at timestamp with time zone,
  version integer default 1 not null,
  created_at timestamp with time zone not null,
  constraint fulfillment_order_due_minor_check CHECK ((due_minor >= 0)),
  constraint fulfillment_order_kind_check CHECK ((kind = ANY (ARRAY['pickup'::text, 'delivery'::text, 'carry_out'::text]))),
  constraint fulfillment_order_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),
  constraint fulfillment_order_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'open'::text, 'picking'::text, 'packed'::text, 'ready'::text, 'shipped'::text, 'delivered'::text, 'handed_over'::text, 'canceled'::text]))),
  constraint ready_needs_set_aside CHECK (((status <> 'ready'::text) OR (set_aside_at IS NOT NULL))),
  constraint fulfillment_order_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX fulfillment_order_code ON fulfillment.fulfillment_order USING btree (pickup_code) WHERE (pickup_code IS NOT NULL);
CREATE INDEX fulfillment_order_newest ON fulfillment.fulfillment_order USING btree (created_at DESC, id DESC);
CREATE INDEX fulfillment_order_order ON fulfillment.fulfillment_order USING btree (order_id);
CREATE INDEX fulfillment_order_work ON fulfillment.fulfillment_order USING btree (location_id, status, due_at) WHERE (status = ANY (ARRAY['waiting'::text, 'open'::text, 'picking'::text, 'packed'::text, 'ready'::text]));

create table fulfillment.promise (
  id text not null,
  kind text not null,
  person_id text,
  order_id text,
  fulfillment_order_id text,
  location_id text,
  owner text not null,
  due_at timestamp with time zone not null,
  status text default 'made'::text not null,
  text jsonb not null,
  message_id text,
  replaces text,
  made_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  settled_reason text,
  constraint promise_kind_check CHECK ((kind = ANY (ARRAY['pickup_ready'::text, 'delivered_by'::text, 'call_back'::text, 'refund_by'::text]))),
  constraint promise_status_check CHECK ((status = ANY (ARRAY['made'::text, 'kept'::text, 'broken'::text, 'withdrawn'::text]))),
  constraint promise_pkey PRIMARY KEY (id)
);
CREATE INDEX promise_due ON fulfillment.promise USING btree (due_at) WHERE (status = 'made'::text);
CREATE INDEX promise_order ON fulfillment.promise USING btree (order_id);
CREATE INDEX promise_person ON fulfillment.promise USING btree (person_id, made_at DESC);

create table fulfillment.shortage (
  id text not null,
  order_id text not null,
  fulfillment_order_id text not null,
  order_line_id text not null,
  variant_id text not null,
  location_id text not null,
  units integer not null,
  status text default 'asked'::text not null,
  options jsonb not null,
  choice jsonb,
  chosen_by text,
  token_hash text not null,
  reminded_at timestamp with time zone,
  reminder_token_hash text,
  reported_by text not null,
  created_at timestamp with time zone not null,
  chosen_at timestamp with time zone,
  constraint shortage_status_check CHECK ((status = ANY (ARRAY['asked'::text, 'chosen'::text, 'settled'::text]))),
  constraint shortage_units_check CHECK ((units > 0)),
  constraint shortage_fulfillment_order_id_fkey FOREIGN KEY (fulfillment_order_id) REFERENCES fulfillment.fulfillment_order(id),
  constraint shortage_pkey PRIMARY KEY (id),
  constraint shortage_reminder_token_hash_key UNIQUE (reminder_token_hash),
  constraint shortage_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX shortage_open ON fulfillment.shortage USING btree (location_id) WHERE (status = 'asked'::text);
CREATE INDEX shortage_order ON fulfillment.shortage USING btree (order_id);
CREATE INDEX shortage_unanswered ON fulfillment.shortage USING btree (created_at) WHERE (status = 'asked'::text);

create table inventory.allocation (
  id text not null,
  order_id text not null,
  order_line_id text not null,
  variant_id text not null,
  location_id text not null,
  units integer not null,
  status text default 'open'::text not null,
  transfer_id text,
  created_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint allocation_status_check CHECK ((status = ANY (ARRAY['open'::text, 'shipped'::text, 'released'::text, 'in_transit'::text, 'arrived'::text]))),
  constraint allocation_units_check CHECK ((units > 0)),
  constraint allocation_pkey PRIMARY KEY (id)
);
CREATE INDEX allocation_key ON inventory.allocation USING btree (variant_id, location_id) WHERE (status = 'open'::text);
CREATE INDEX allocation_order ON inventory.allocation USING btree (order_id);

create table inventory.channel_location (
  channel_id text not null,
  location_id text not null,
  constraint channel_location_location_id_fkey FOREIGN KEY (location_id) REFERENCES inventory.location(id),
  constraint channel_location_pkey PRIMARY KEY (channel_id, location_id)
);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON inventory.channel_location FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table inventory.foreign_name (
  system text not null,
  kind text not null,
  name text not null,
  variant_id text,
  location_id text,
  constraint foreign_name_check CHECK ((((kind = 'item'::text) = (variant_id IS NOT NULL)) AND ((kind = 'place'::text) = (location_id IS NOT NULL)))),
  constraint foreign_name_kind_check CHECK ((kind = ANY (ARRAY['item'::text, 'place'::text]))),
  constraint foreign_name_location_id_fkey FOREIGN KEY (location_id) REFERENCES inventory.location(id),
  constraint foreign_name_pkey PRIMARY KEY (system, kind, name)
);

create table inventory.location (
  id text not null,
  code text not null,
  kind text not null,
  name text not null,
  address jsonb not null,
  latitude double precision not null,
  longitude double precision not null,
  time_zone text not null,
  opening_hours jsonb default '{"weekly": {}, "exceptions": []}'::jsonb not null,
  pickup boolean default false not null,
  ships boolean default false not null,
  handling_minutes integer default 60 not null,
  daily_capacity integer,
  status text default 'active'::text not null,
  "position" integer default 0 not null,
  constraint location_code_check CHECK ((code ~ '^[A-Z0-9]{2,8}$'::text)),
  constraint location_kind_check CHECK ((kind = ANY (ARRAY['shop'::text, 'warehouse'::text]))),
  constraint location_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
  constraint location_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
  constraint location_status_check CHECK ((status = ANY (ARRAY['active'::text, 'closed'::text]))),
  constraint location_pkey PRIMARY KEY (id),
  constraint location_code_key UNIQUE (code)
);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON inventory.location FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table inventory.reservation (
  id text not null,
  holder_id text not null,
  variant_id text not null,
  location_id text not null,
  units integer not null,
  status text default 'live'::text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  constraint reservation_status_check CHECK ((status = ANY (ARRAY['live'::text, 'consumed'::text, 'released'::text, 'lapsed'::text]))),
  constraint reservation_units_check CHECK ((units > 0)),
  constraint reservation_pkey PRIMARY KEY (id)
);
CREATE INDEX reservation_expiry ON inventory.reservation USING btree (expires_at) WHERE (status = 'live'::text);
CREATE INDEX reservation_holder ON inventory.reservation USING btree (holder_id) WHERE (status = 'live'::text);
CREATE INDEX reservation_key ON inventory.reservation USING btree (variant_id, location_id) WHERE (status = 'live'::text);

create table inventory.stock_conflict (
  id text not null,
  variant_id text not null,
  location_id text not null,
  units integer not null,
  reference text not null,
  actor_id text not null,
  at timestamp with time zone not null,
  settled_at timestamp with time zone,
  settled_by text,
  settlement text,
  constraint stock_conflict_units_check CHECK ((units > 0)),
  constraint stock_conflict_pkey PRIMARY KEY (id)
);
CREATE INDEX stock_conflict_open ON inventory.stock_conflict USING btree (location_id) WHERE (settled_at IS NULL);

create table inventory.stock_level (
  variant_id text not null,
  location_id text not null,
  on_hand integer default 0 not null,
  allocated integer default 0 not null,
  reserved integer default 0 not null,
  safety_stock integer default 0 not null,
  conflicted integer default 0 not null,
  constraint stock_level_allocated_check CHECK ((allocated >= 0)),
  constraint stock_level_conflicted_check CHECK ((conflicted >= 0)),
  constraint stock_level_never_oversold CHECK (((((on_hand - allocated) - reserved) + conflicted) >= 0)),
  constraint stock_level_reserved_check CHECK ((reserved >= 0)),
  constraint stock_level_safety_stock_check CHECK ((safety_stock >= 0)),
  constraint stock_level_location_id_fkey FOREIGN KEY (location_id) REFERENCES inventory.location(id),
  constraint stock_level_pkey PRIMARY KEY (variant_id, location_id)
);
CREATE INDEX stock_level_location ON inventory.stock_level USING btree (location_id, variant_id);

create table inventory.stock_movement (
  id text not null,
  variant_id text not null,
  location_id text not null,
  kind text not null,
  quantity integer not null,
  reason text default ''::text not null,
  reference text default ''::text not null,
  actor_id text not null,
  at timestamp with time zone not null,
  constraint stock_movement_kind_check CHECK ((kind = ANY (ARRAY['received'::text, 'shipped'::text, 'sold'::text, 'returned'::text, 'adjusted'::text, 'counted'::text, 'transfer_out'::text, 'transfer_in'::text]))),
  constraint stock_movement_quantity_check CHECK ((quantity <> 0)),
  constraint stock_movement_pkey PRIMARY KEY (id)
);
CREATE INDEX stock_movement_key ON inventory.stock_movement USING btree (variant_id, location_id, id DESC);
CREATE INDEX stock_movement_reference ON inventory.stock_movement USING btree (reference) WHERE (reference <> ''::text);
CREATE RULE stock_movement_fixed AS ON UPDATE TO inventory.stock_movement DO INSTEAD NOTHING;
CREATE RULE stock_movement_keep AS ON DELETE TO inventory.stock_movement DO INSTEAD NOTHING;

create table inventory.transfer (
  id text not null,
  from_location_id text not null,
  to_location_id text not null,
  status text default 'requested'::text not null,
  reason text default ''::text not null,
  reference text default ''::text not null,
  expected_at timestamp with time zone not null,
  requested_by text not null,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  received_at timestamp with time zone,
  constraint transfer_check CHECK ((from_location_id <> to_location_id)),
  constraint transfer_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'sent'::text, 'received'::text, 'canceled'::text]))),
  constraint transfer_from_location_id_fkey FOREIGN KEY (from_location_id) REFERENCES inventory.location(id),
  constraint transfer_to_location_id_fkey FOREIGN KEY (to_location_id) REFERENCES inventory.location(id),
  constraint transfer_pkey PRIMARY KEY (id)
);
CREATE INDEX transfer_open ON inventory.transfer USING btree (to_location_id) WHERE (status = ANY (ARRAY['requested'::text, 'sent'::text]));
CREATE INDEX transfer_reference ON inventory.transfer USING btree (reference) WHERE (reference <> ''::text);

create table inventory.transfer_lane (
  from_location_id text not null,
  to_location_id text not null,
  working_days integer not null,
  departs_on integer[],
  constraint transfer_lane_working_days_check CHECK (((working_days >= 0) AND (working_days <= 30))),
  constraint transfer_lane_from_location_id_fkey FOREIGN KEY (from_location_id) REFERENCES inventory.location(id),
  constraint transfer_lane_to_location_id_fkey FOREIGN KEY (to_location_id) REFERENCES inventory.location(id),
  constraint transfer_lane_pkey PRIMARY KEY (from_location_id, to_location_id)
);
CREATE TRIGGER fact_change AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON inventory.transfer_lane FOR EACH STATEMENT EXECUTE FUNCTION platform.note_fact_change();

create table inventory.transfer_line (
  transfer_id text not null,
  line_no integer not null,
  variant_id text not null,
  units integer not null,
  order_id text not null,
  order_line_id text not null,
  sent_units integer,
  received_units integer,
  damaged_units integer,
  constraint transfer_line_check CHECK (((sent_units >= 0) AND (sent_units <= units))),
  constraint transfer_line_check1 CHECK (((COALESCE(received_units, 0) + COALESCE(damaged_units, 0)) <= COALESCE(sent_units, 0))),
  constraint transfer_line_damaged_units_check CHECK ((damaged_units >= 0)),
  constraint transfer_line_received_units_check CHECK ((received_units >= 0)),
  constraint transfer_line_units_check CHECK ((units > 0)),
  constraint transfer_line_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES inventory.transfer(id),
  constraint transfer_line_pkey PRIMARY KEY (transfer_id, line_no)
);
CREATE INDEX transfer_line_order ON inventory.transfer_line USING btree (order_id);
CREATE INDEX transfer_line_variant ON inventory.transfer_line USING btree (variant_id);

create table orders.cart (
  id text not null,
  code text,
  code_expires_at timestamp with time zone,
  channel_id text not null,
  location_id text,
  staff_id text,
  person_id text,
  status text default 'open'::text not null,
  currency text not null,
  language text default 'es'::text not null,
  coupon_codes text[] default '{}'::text[] not null,
  contact jsonb default '{}'::jsonb not null,
  delivery jsonb default '{}'::jsonb not null,
  consents jsonb default '[]'::jsonb not null,
  held jsonb default '[]'::jsonb not null,
  held_until timestamp with time zone,
  note text default ''::text not null,
  version integer default 1 not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint cart_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),
  constraint cart_status_check CHECK ((status = ANY (ARRAY['open'::text, 'placing'::text, 'placed'::text, 'abandoned'::text, 'merged'::text]))),
  constraint cart_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX cart_code ON orders.cart USING btree (code) WHERE (code IS NOT NULL);
CREATE INDEX cart_email ON orders.cart USING btree (lower((contact ->> 'email'::text))) WHERE ((status = 'open'::text) AND ((contact ->> 'email'::text) <> ''::text));
CREATE INDEX cart_opened ON orders.cart USING btree (created_at) WHERE (status = 'open'::text);
CREATE INDEX cart_person ON orders.cart USING btree (person_id) WHERE (status = 'open'::text);
CREATE INDEX cart_phone ON orders.cart USING btree (((contact ->> 'phone'::text))) WHERE ((status = 'open'::text) AND ((contact ->> 'phone'::text) <> ''::text));
CREATE INDEX cart_place ON orders.cart USING btree (location_id) WHERE ((status = ANY (ARRAY['open'::text, 'placing'::text])) AND (location_id IS NOT NULL));

create table orders.cart_line (
  id text not null,
  cart_id text not null,
  variant_id text not null,
  units integer not null,
  "position" integer not null,
  created_at timestamp with time zone not null,
  constraint cart_line_units_check CHECK (((units >= 1) AND (units <= 999))),
  constraint cart_line_cart_id_fkey FOREIGN KEY (cart_id) REFERENCES orders.cart(id) ON DELETE CASCADE,
  constraint cart_line_pkey PRIMARY KEY (id),
  constraint cart_line_cart_id_variant_id_key UNIQUE (cart_id, variant_id)
);

create table orders.cart_token (
  token_hash text not null,
  cart_id text not null,
  created_at timestamp with time zone not null,
  constraint cart_token_cart_id_fkey FOREIGN KEY (cart_id) REFERENCES orders.cart(id) ON DELETE CASCADE,
  constraint cart_token_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX cart_token_cart ON orders.cart_token USING btree (cart_id);

create table orders.customer_order (
  id text not null,
  number text,
  cart_id text,
  channel_id text not null,
  external_ref text,
  location_id text,
  staff_id text,
  person_id text,
  status text not null,
  payment_status text default 'unpaid'::text not null,
  currency text not null,
  tax_included boolean default true not null,
  language text default 'es'::text not null,
  contact jsonb default '{}'::jsonb not null,
  delivery jsonb default '{}'::jsonb not null,
  subtotal_minor bigint not null,
  discount_minor bigint not null,
  delivery_minor bigint default 0 not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  taxes jsonb default '[]'::jsonb not null,
  delivery_tax jsonb,
  coupon_codes text[] default '{}'::text[] not null,
  note text default ''::text not null,
  receipt_number text,
  source jsonb default '{}'::jsonb not null,
  imported boolean default false not null,
  placed_at timestamp with time zone,
  canceled_at timestamp with time zone,
  cancel_reason text,
  completed_at timestamp with time zone,
  lapses_at timestamp with time zone,
  reminded_at timestamp with time zone,
  plan jsonb,
  consents jsonb default '[]'::jsonb not null,
  version integer default 1 not null,
  created_at timestamp with time zone not null,
  constraint customer_order_check CHECK (((status <> ALL (ARRAY['placed'::text, 'completed'::text])) OR (number IS NOT NULL))),
  constraint customer_order_delivery_minor_check CHECK ((delivery_minor >= 0)),
  constraint customer_order_discount_minor_check CHECK ((discount_minor >= 0)),
  constraint customer_order_payment_status_check CHECK ((payment_status = ANY (ARRAY['unpaid'::text, 'part_paid'::text, 'paid'::text, 'part_refunded'::text, 'refunded'::text]))),
  constraint customer_order_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'placed'::text, 'completed'::text, 'canceled'::text, 'lapsed'::text]))),
  constraint customer_order_subtotal_minor_check CHECK ((subtotal_minor >= 0)),
  constraint customer_order_tax_minor_check CHECK ((tax_minor >= 0)),
  constraint customer_order_total_minor_check CHECK ((total_minor >= 0)),
  constraint order_money CHECK ((imported OR (total_minor = (((subtotal_minor - discount_minor) + delivery_minor) +
CASE
    WHEN tax_included THEN (0)::bigint
    ELSE (tax_minor - COALESCE(((delivery_tax ->> 'taxMinor'::text))::bigint, (0)::bigint))
END)))),
  constraint customer_order_pkey PRIMARY KEY (id),
  constraint customer_order_number_key UNIQUE (number),
  constraint customer_order_receipt_number_key UNIQUE (receipt_number)
);
CREATE UNIQUE INDEX customer_order_cart ON orders.customer_order USING btree (cart_id) WHERE ((cart_id IS NOT NULL) AND (status <> 'lapsed'::text));
CREATE INDEX customer_order_drafts ON orders.customer_order USING btree (lapses_at) WHERE (status = 'draft'::text);
CREATE INDEX customer_order_due ON orders.customer_order USING btree (placed_at) WHERE ((status = 'placed'::text) AND (payment_status = ANY (ARRAY['unpaid'::text, 'part_paid'::text])));
CREATE INDEX customer_order_email ON orders.customer_order USING btree (lower((contact ->> 'email'::text)));
CREATE INDEX customer_order_ended ON orders.customer_order USING btree (created_at DESC) WHERE (status = ANY (ARRAY['lapsed'::text, 'canceled'::text]));
CREATE UNIQUE INDEX customer_order_external ON orders.customer_order USING btree (channel_id, external_ref) WHERE (external_ref IS NOT NULL);
CREATE INDEX customer_order_newest ON orders.customer_order USING btree (placed_at DESC, id DESC) WHERE (status <> 'draft'::text);
CREATE INDEX customer_order_person ON orders.customer_order USING btree (person_id, placed_at DESC);

create table orders.customer_return (
  id text not null,
  number text not null,
  order_id text,
  location_id text,
  reason text not null,
  refund_minor bigint not null,
  tax_minor bigint not null,
  refund_method text not null,
  actor_id text not null,
  at timestamp with time zone not null,
  imported boolean default false not null,
  channel_id text,
  external_ref text,
  person_id text,
  currency text,
  source jsonb default '{}'::jsonb not null,
  constraint customer_return_check CHECK ((imported OR ((order_id IS NOT NULL) AND (location_id IS NOT NULL)))),
  constraint customer_return_refund_method_check CHECK ((refund_method = ANY (ARRAY['original'::text, 'cash'::text]))),
  constraint customer_return_refund_minor_check CHECK ((refund_minor >= 0)),
  constraint customer_return_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.customer_order(id),
  constraint customer_return_pkey PRIMARY KEY (id),
  constraint customer_return_number_key UNIQUE (number)
);
CREATE UNIQUE INDEX customer_return_external ON orders.customer_return USING btree (channel_id, external_ref) WHERE (external_ref IS NOT NULL);
CREATE INDEX customer_return_order ON orders.customer_return USING btree (order_id);

create table orders.customer_return_line (
  return_id text not null,
  line_no integer not null,
  order_line_id text,
  sku text default ''::text not null,
  title jsonb default '{}'::jsonb not null,
  units integer not null,
  disposition text not null,
  refund_minor bigint not null,
  tax_minor bigint not null,
  constraint customer_return_line_disposition_check CHECK ((disposition = ANY (ARRAY['restock'::text, 'repair'::text, 'scrap'::text]))),
  constraint customer_return_line_refund_minor_check CHECK ((refund_minor >= 0)),
  constraint customer_return_line_units_check CHECK ((units > 0)),
  constraint customer_return_line_order_line_id_fkey FOREIGN KEY (order_line_id) REFERENCES orders.order_line(id),
  constraint customer_return_line_return_id_fkey FOREIGN KEY (return_id) REFERENCES orders.customer_return(id),
  constraint customer_return_line_pkey PRIMARY KEY (return_id, line_no)
);
CREATE INDEX customer_return_line_order_line ON orders.customer_return_line USING btree (order_line_id);

create table orders.old_order_link (
  token_hash text not null,
  order_id text not null,
  constraint old_order_link_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.customer_order(id),
  constraint old_order_link_pkey PRIMARY KEY (token_hash)
);

create table orders.order_line (
  id text not null,
  order_id text not null,
  line_no integer not null,
  variant_id text,
  sku text not null,
  title jsonb not null,
  option_values text[] default '{}'::text[] not null,
  units integer not null,
  canceled_units integer default 0 not null,
  returned_units integer default 0 not null,
  unit_minor bigint not null,
  list_unit_minor bigint not null,
  gross_minor bigint not null,
  discount_minor bigint default 0 not null,
  total_minor bigint not null,
  tax_rate_bp integer not null,
  tax_minor bigint not null,
  discounts jsonb default '[]'::jsonb not null,
  reasons jsonb default '[]'::jsonb not null,
  gift boolean default false not null,
  constraint order_line_canceled_units_check CHECK ((canceled_units >= 0)),
  constraint order_line_check CHECK (((canceled_units + returned_units) <= units)),
  constraint order_line_discount_minor_check CHECK ((discount_minor >= 0)),
  constraint order_line_money CHECK (((total_minor = (gross_minor - discount_minor)) OR (total_minor = ((gross_minor - discount_minor) + tax_minor)))),
  constraint order_line_returned_units_check CHECK ((returned_units >= 0)),
  constraint order_line_units_check CHECK ((units > 0)),
  constraint order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.customer_order(id),
  constraint order_line_pkey PRIMARY KEY (id),
  constraint order_line_order_id_line_no_key UNIQUE (order_id, line_no)
);

create table orders.order_note (
  id text not null,
  order_id text not null,
  kind text not null,
  text text not null,
  author_id text not null,
  author_name text not null,
  at timestamp with time zone not null,
  constraint order_note_kind_check CHECK ((kind = ANY (ARRAY['note'::text, 'confirmation_sent'::text]))),
  constraint order_note_text_check CHECK ((text <> ''::text)),
  constraint order_note_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.customer_order(id),
  constraint order_note_pkey PRIMARY KEY (id)
);
CREATE INDEX order_note_order ON orders.order_note USING btree (order_id, at, id);

create table orders.settle_later (
  order_id text not null,
  failures integer default 1 not null,
  last_error text not null,
  retry_at timestamp with time zone not null,
  constraint settle_later_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.customer_order(id),
  constraint settle_later_pkey PRIMARY KEY (order_id)
);
CREATE INDEX settle_later_due ON orders.settle_later USING btree (retry_at);

create table payments.ledger_entry (
  id text not null,
  payment_id text not null,
  order_id text not null,
  kind text not null,
  method text not null,
  amount_minor bigint not null,
  currency text not null,
  refund_id text,
  location_id text,
  actor_id text not null,
  at timestamp with time zone not null,
  constraint ledger_entry_amount_minor_check CHECK ((amount_minor > 0)),
  constraint ledger_entry_kind_check CHECK ((kind = ANY (ARRAY['capture'::text, 'refund'::text]))),
  constraint ledger_entry_method_check CHECK ((method = ANY (ARRAY['cash'::text, 'card_present'::text, 'card_online'::text, 'elsewhere'::text]))),
  constraint ledger_entry_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments.payment(id),
  constraint ledger_entry_pkey PRIMARY KEY (id)
);
CREATE INDEX ledger_entry_order ON payments.ledger_entry USING btree (order_id);
CREATE INDEX ledger_entry_payment ON payments.ledger_entry USING btree (payment_id);
CREATE RULE ledger_entry_fixed AS ON UPDATE TO payments.ledger_entry DO INSTEAD NOTHING;
CREATE RULE ledger_entry_keep AS ON DELETE TO payments.ledger_entry DO INSTEAD NOTHING;

create table payments.payment (
  id text not null,
  order_id text not null,
  method text not null,
  provider text not null,
  amount_minor bigint not null,
  currency text not null,
  status text not null,
  captured_minor bigint default 0 not null,
  refunded_minor bigint default 0 not null,
  provider_ref text,
  tendered_minor bigint,
  redirect_url text,
  decline_code text,
  reference text default ''::text not null,
  leased_until timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer default 0 not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint payment_amount_minor_check CHECK ((amount_minor > 0)),
  constraint payment_check CHECK (((captured_minor >= 0) AND (captured_minor <= amount_minor))),
  constraint payment_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint payment_method_check CHECK ((method = ANY (ARRAY['cash'::text, 'card_present'::text, 'card_online'::text, 'elsewhere'::text]))),
  constraint payment_refund_within_capture CHECK (((refunded_minor >= 0) AND (refunded_minor <= captured_minor))),
  constraint payment_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'authorized'::text, 'captured'::text, 'declined'::text, 'voided'::text, 'unknown'::text]))),
  constraint payment_pkey PRIMARY KEY (id)
);
CREATE INDEX payment_due ON payments.payment USING btree (next_check_at) WHERE (status = ANY (ARRAY['pending'::text, 'authorized'::text, 'unknown'::text]));
CREATE UNIQUE INDEX payment_one_live ON payments.payment USING btree (order_id) WHERE ((method = 'card_online'::text) AND (status = ANY (ARRAY['pending'::text, 'authorized'::text, 'unknown'::text])));
CREATE INDEX payment_order ON payments.payment USING btree (order_id);
CREATE UNIQUE INDEX payment_provider_ref ON payments.payment USING btree (provider, provider_ref) WHERE (provider_ref IS NOT NULL);

create table payments.provider_event (
  provider text not null,
  event_id text not null,
  type text not null,
  payload jsonb not null,
  received_at timestamp with time zone not null,
  constraint provider_event_pkey PRIMARY KEY (provider, event_id)
);

create table payments.refund (
  id text not null,
  order_id text not null,
  payment_id text not null,
  amount_minor bigint not null,
  method text not null,
  location_id text,
  reason text not null,
  status text not null,
  provider_ref text,
  leased_until timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer default 0 not null,
  actor_id text not null,
  created_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint refund_amount_minor_check CHECK ((amount_minor > 0)),
  constraint refund_method_check CHECK ((method = ANY (ARRAY['cash'::text, 'card_present'::text, 'card_online'::text, 'elsewhere'::text]))),
  constraint refund_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'done'::text, 'failed'::text]))),
  constraint refund_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments.payment(id),
  constraint refund_pkey PRIMARY KEY (id)
);
CREATE INDEX refund_due ON payments.refund USING btree (next_check_at) WHERE (status = 'pending'::text);
CREATE INDEX refund_order ON payments.refund USING btree (order_id);

create unlogged table platform.caller_limit (
  key text not null,
  used integer not null,
  ends_at timestamp with time zone not null,
  constraint caller_limit_pkey PRIMARY KEY (key)
);
CREATE INDEX caller_limit_ends ON platform.caller_limit USING btree (ends_at);

create table platform.counter (
  name text not null,
  value bigint not null,
  constraint counter_pkey PRIMARY KEY (name)
);

create table platform.event (
  seq bigint not null,
  type text not null,
  subject_id text not null,
  person_id text,
  payload jsonb not null,
  occurred_at timestamp with time zone not null,
  relayed_at timestamp with time zone default now() not null,
  constraint event_pkey PRIMARY KEY (seq)
);
CREATE INDEX event_subject ON platform.event USING btree (subject_id, seq);

create table platform.fact_change (
  id bigint generated always as identity not null,
  constraint fact_change_pkey PRIMARY KEY (id)
);

create table platform.fact_version (
  singleton boolean default true not null,
  changes bigint not null,
  constraint fact_version_singleton_check CHECK (singleton),
  constraint fact_version_pkey PRIMARY KEY (singleton)
);

create table platform.idempotency_key (
  scope text not null,
  key text not null,
  fingerprint text not null,
  status integer,
  body jsonb,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_key_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
  constraint idempotency_key_pkey PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_age ON platform.idempotency_key USING btree (created_at);

create table platform.import_issue (
  run_id text not null,
  line bigint not null,
  field text not null,
  severity text not null,
  code text not null,
  value text,
  remedy_es text not null,
  remedy_en text not null,
  constraint import_issue_severity_check CHECK ((severity = ANY (ARRAY['refused'::text, 'flagged'::text]))),
  constraint import_issue_run_id_fkey FOREIGN KEY (run_id) REFERENCES platform.import_run(id) ON DELETE CASCADE,
  constraint import_issue_pkey PRIMARY KEY (run_id, line, field, code)
);

create table platform.import_run (
  id text not null,
  kind text not null,
  format text not null,
  file_name text not null,
  file_sha256 text not null,
  status text not null,
  stored_as text,
  options jsonb default '{}'::jsonb not null,
  bytes_total bigint default 0 not null,
  bytes_read bigint default 0 not null,
  rows_total bigint,
  rows_read bigint default 0 not null,
  rows_taken bigint default 0 not null,
  rows_unchanged bigint default 0 not null,
  rows_refused bigint default 0 not null,
  resume_at bigint default 0 not null,
  summary jsonb default '{}'::jsonb not null,
  started_by text,
  started_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  constraint import_run_kind_check CHECK ((kind = ANY (ARRAY['products'::text, 'stock'::text, 'customers'::text, 'orders'::text]))),
  constraint import_run_status_check CHECK ((status = ANY (ARRAY['uploaded'::text, 'running'::text, 'done'::text, 'failed'::text, 'canceled'::text]))),
  constraint import_run_pkey PRIMARY KEY (id)
);
CREATE INDEX import_run_file ON platform.import_run USING btree (file_sha256, kind);
CREATE INDEX import_run_newest ON platform.import_run USING btree (started_at DESC, id DESC);

create table platform.mail_message (
  id text not null,
  dedupe_key text,
  person_id text,
  to_address text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  language text not null,
  status text default 'queued'::text not null,
  error text,
  attempts integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  next_attempt_at timestamp with time zone,
  constraint mail_message_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),
  constraint mail_message_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'held'::text]))),
  constraint mail_message_pkey PRIMARY KEY (id),
  constraint mail_message_dedupe_key_key UNIQUE (dedupe_key)
);
CREATE INDEX mail_message_due ON platform.mail_message USING btree (created_at, id) WHERE (status = ANY (ARRAY['queued'::text, 'held'::text]));
CREATE INDEX mail_message_failed ON platform.mail_message USING btree (created_at) WHERE (status = 'failed'::text);
CREATE INDEX mail_message_newest ON platform.mail_message USING btree (created_at DESC, id DESC);
CREATE INDEX mail_message_queued ON platform.mail_message USING btree (created_at) WHERE (status = 'queued'::text);

create table platform.outbox (
  id bigint generated always as identity not null,
  type text not null,
  subject_id text not null,
  person_id text,
  payload jsonb not null,
  occurred_at timestamp with time zone not null,
  constraint outbox_pkey PRIMARY KEY (id)
);

create table platform.setting (
  key text not null,
  value jsonb not null,
  updated_at timestamp with time zone default now() not null,
  constraint setting_pkey PRIMARY KEY (key)
);

create table platform.subscriber (
  name text not null,
  last_seq bigint default 0 not null,
  failures integer default 0 not null,
  last_error text,
  retry_at timestamp with time zone,
  updated_at timestamp with time zone default now() not null,
  constraint subscriber_pkey PRIMARY KEY (name)
);

create table platform.webhook_attempt (
  delivery_id text not null,
  attempt integer not null,
  at timestamp with time zone not null,
  response_status integer,
  error text,
  duration_ms integer not null,
  constraint webhook_attempt_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES platform.webhook_delivery(id) ON DELETE CASCADE,
  constraint webhook_attempt_pkey PRIMARY KEY (delivery_id, attempt)
);

create table platform.webhook_delivery (
  id text not null,
  endpoint_id text not null,
  event_seq bigint not null,
  status text default 'pending'::text not null,
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone,
  leased_until timestamp with time zone,
  replay_of text,
  created_at timestamp with time zone default now() not null,
  constraint webhook_delivery_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
  constraint webhook_delivery_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES platform.webhook_endpoint(id) ON DELETE CASCADE,
  constraint webhook_delivery_pkey PRIMARY KEY (id)
);
CREATE INDEX webhook_delivery_due ON platform.webhook_delivery USING btree (next_attempt_at) WHERE (status = 'pending'::text);
CREATE INDEX webhook_delivery_failed ON platform.webhook_delivery USING btree (created_at) WHERE (status = 'failed'::text);
CREATE UNIQUE INDEX webhook_delivery_once ON platform.webhook_delivery USING btree (endpoint_id, event_seq) WHERE (replay_of IS NULL);

create table platform.webhook_endpoint (
  id text not null,
  url text not null,
  event_types text[] not null,
  secrets text[] not null,
  status text default 'enabled'::text not null,
  disabled_reason text,
  description text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  constraint webhook_endpoint_event_types_check CHECK ((cardinality(event_types) > 0)),
  constraint webhook_endpoint_secrets_check CHECK (((cardinality(secrets) >= 1) AND (cardinality(secrets) <= 2))),
  constraint webhook_endpoint_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'paused'::text, 'disabled'::text]))),
  constraint webhook_endpoint_pkey PRIMARY KEY (id)
);

create table pricing.coupon_redemption (
  order_id text not null,
  promotion_id text not null,
  coupon_code text not null,
  redeemed_at timestamp with time zone not null,
  released_at timestamp with time zone,
  constraint coupon_redemption_promotion_id_fkey FOREIGN KEY (promotion_id) REFERENCES pricing.promotion(id),
  constraint coupon_redemption_pkey PRIMARY KEY (order_id, promotion_id)
);
CREATE INDEX coupon_redemption_promotion ON pricing.coupon_redemption USING btree (promotion_id) WHERE (released_at IS NULL);

create table pricing.price (
  price_list_id text not null,
  variant_id text not null,
  amount_minor bigint not null,
  markdown_minor bigint,
  markdown_starts_at timestamp with time zone,
  markdown_ends_at timestamp with time zone,
  prior_minor bigint,
  touched xid8 default pg_current_xact_id() not null,
  constraint price_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint price_check CHECK (((markdown_minor IS NULL) OR (markdown_minor < amount_minor))),
  constraint price_markdown_minor_check CHECK ((markdown_minor >= 0)),
  constraint price_price_list_id_fkey FOREIGN KEY (price_list_id) REFERENCES pricing.price_list(id),
  constraint price_pkey PRIMARY KEY (price_list_id, variant_id)
);
CREATE INDEX price_touched ON pricing.price USING btree (touched);
CREATE INDEX price_variant ON pricing.price USING btree (variant_id);
CREATE TRIGGER touched BEFORE UPDATE ON pricing.price FOR EACH ROW EXECUTE FUNCTION platform.note_touch();

create table pricing.price_change (
  id bigint generated always as identity not null,
  price_list_id text not null,
  variant_id text not null,
  effective_minor bigint not null,
  amount_minor bigint not null,
  markdown_minor bigint,
  markdown_starts_at timestamp with time zone,
  markdown_ends_at timestamp with time zone,
  changed_at timestamp with time zone not null,
  changed_by text not null,
  constraint price_change_pkey PRIMARY KEY (id)
);
CREATE INDEX price_change_variant ON pricing.price_change USING btree (variant_id, price_list_id, changed_at DESC);

create table pricing.price_list (
  id text not null,
  name text not null,
  channel_id text,
  currency text not null,
  tax_included boolean default true not null,
  status text default 'active'::text not null,
  owner text,
  explanation jsonb,
  ends_at timestamp with time zone,
  constraint price_list_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint price_list_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text]))),
  constraint price_list_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX price_list_channel ON pricing.price_list USING btree (COALESCE(channel_id, ''::text), currency) WHERE (status = 'active'::text);

create table pricing.promotion (
  id text not null,
  name jsonb not null,
  kind text not null,
  value_bp integer,
  value_minor bigint,
  gift_variant_id text,
  gift_units integer,
  channel_ids text[],
  owner text,
  explanation jsonb,
  coupon_code text,
  coupon_limit integer,
  coupon_uses integer default 0 not null,
  starts_at timestamp with time zone,
  ends_at timestamp with time zone,
  min_subtotal_minor bigint,
  min_units integer,
  variant_ids text[],
  product_ids text[],
  collection_ids text[],
  combinable boolean default false not null,
  priority integer default 0 not null,
  status text default 'active'::text not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  constraint promotion_check CHECK (((kind <> 'percentage'::text) OR (value_bp IS NOT NULL))),
  constraint promotion_check1 CHECK (((kind <> 'amount'::text) OR (value_minor IS NOT NULL))),
  constraint promotion_check2 CHECK (((kind <> 'gift'::text) OR ((gift_variant_id IS NOT NULL) AND (gift_units IS NOT NULL)))),
  constraint promotion_check3 CHECK (((coupon_limit IS NULL) OR (coupon_uses <= coupon_limit))),
  constraint promotion_coupon_limit_check CHECK ((coupon_limit > 0)),
  constraint promotion_gift_units_check CHECK ((gift_units > 0)),
  constraint promotion_incentive_declared CHECK (((channel_ids IS NULL) OR ((owner IS NOT NULL) AND (explanation IS NOT NULL) AND (starts_at IS NOT NULL) AND (ends_at IS NOT NULL)))),
  constraint promotion_kind_check CHECK ((kind = ANY (ARRAY['percentage'::text, 'amount'::text, 'gift'::text, 'delivery_free'::text]))),
  constraint promotion_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'paused'::text]))),
  constraint promotion_value_bp_check CHECK (((value_bp >= 1) AND (value_bp <= 10000))),
  constraint promotion_value_minor_check CHECK ((value_minor > 0)),
  constraint promotion_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX promotion_coupon ON pricing.promotion USING btree (upper(coupon_code)) WHERE (coupon_code IS NOT NULL);

create table pricing.tax_rate (
  country text not null,
  region text default ''::text not null,
  tax_class text not null,
  rate_bp integer not null,
  name text not null,
  valid_from date not null,
  source text default ''::text not null,
  constraint tax_rate_rate_bp_check CHECK (((rate_bp >= 0) AND (rate_bp <= 10000))),
  constraint tax_rate_pkey PRIMARY KEY (country, region, tax_class, valid_from)
);

create table pricing.version (
  singleton boolean default true not null,
  version bigint not null,
  constraint version_singleton_check CHECK (singleton),
  constraint version_pkey PRIMARY KEY (singleton)
);

create table staff.api_key (
  id text not null,
  name text not null,
  key_hash text not null,
  key_hint text not null,
  channel_id text not null,
  scopes text[] not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_key_hash_key UNIQUE (key_hash)
);

create table staff.audit_entry (
  id text not null,
  at timestamp with time zone not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text default ''::text not null,
  action text not null,
  subject_id text,
  location_id text,
  data jsonb default '{}'::jsonb not null,
  request_id text,
  constraint audit_entry_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['staff'::text, 'api_key'::text, 'customer'::text, 'system'::text]))),
  constraint audit_entry_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_entry_newest ON staff.audit_entry USING btree (at DESC, id DESC);
CREATE INDEX audit_entry_subject ON staff.audit_entry USING btree (subject_id, at DESC);
CREATE RULE audit_entry_fixed AS ON UPDATE TO staff.audit_entry DO INSTEAD NOTHING;
CREATE RULE audit_entry_keep AS ON DELETE TO staff.audit_entry DO INSTEAD NOTHING;

create table staff.challenge (
  id text not null,
  member_id text,
  purpose text not null,
  secret text not null,
  expires_at timestamp with time zone not null,
  constraint challenge_purpose_check CHECK ((purpose = ANY (ARRAY['passkey_login'::text, 'passkey_enroll'::text, 'otp_enroll'::text]))),
  constraint challenge_pkey PRIMARY KEY (id)
);

create table staff.login_attempt (
  subject text not null,
  at timestamp with time zone not null,
  succeeded boolean not null
);
CREATE INDEX login_attempt_subject ON staff.login_attempt USING btree (subject, at);

create table staff.member (
  id text not null,
  email text not null,
  name text not null,
  role text not null,
  all_places boolean default false not null,
  location_ids text[] default '{}'::text[] not null,
  language text default 'es'::text not null,
  password_hash text,
  password_must_change boolean default true not null,
  password_expires_at timestamp with time zone,
  otp_secret text,
  otp_last_step bigint,
  status text default 'active'::text not null,
  created_at timestamp with time zone default now() not null,
  constraint member_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),
  constraint member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'manager'::text, 'counter'::text, 'service'::text, 'stock'::text]))),
  constraint member_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text]))),
  constraint member_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX member_email ON staff.member USING btree (lower(email));

create table staff.passkey (
  id text not null,
  member_id text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] default '{}'::text[] not null,
  label text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  constraint passkey_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff.member(id) ON DELETE CASCADE,
  constraint passkey_pkey PRIMARY KEY (id)
);

create table staff.session (
  token_hash text not null,
  member_id text not null,
  stage text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  confirmed_at timestamp with time zone not null,
  user_agent text default ''::text not null,
  ip text default ''::text not null,
  constraint session_stage_check CHECK ((stage = ANY (ARRAY['second_factor'::text, 'enroll'::text, 'password'::text, 'full'::text]))),
  constraint session_member_id_fkey FOREIGN KEY (member_id) REFERENCES staff.member(id) ON DELETE CASCADE,
  constraint session_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX session_member ON staff.session USING btree (member_id);

create table system.backup (
  id text not null,
  completed_at timestamp with time zone not null,
  bytes bigint not null,
  target text not null,
  constraint backup_pkey PRIMARY KEY (id)
);
CREATE INDEX backup_newest ON system.backup USING btree (completed_at DESC);

create table system.check_run (
  id text not null,
  status text not null,
  asked_by text,
  asked_at timestamp with time zone not null,
  started_at timestamp with time zone,
  leased_until timestamp with time zone,
  finished_at timestamp with time zone,
  done integer default 0 not null,
  total integer default 0 not null,
  ms integer,
  disagreements integer,
  checks jsonb,
  error text,
  constraint check_run_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text]))),
  constraint check_run_pkey PRIMARY KEY (id)
);
CREATE INDEX check_run_newest ON system.check_run USING btree (asked_at DESC, id DESC);
CREATE UNIQUE INDEX check_run_one_at_a_time ON system.check_run USING btree ((true)) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));

create unlogged table system.process (
  id text not null,
  kind text not null,
  version text not null,
  started_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  report jsonb not null,
  constraint process_kind_check CHECK ((kind = ANY (ARRAY['server'::text, 'worker'::text]))),
  constraint process_pkey PRIMARY KEY (id)
);
