-- What is described (product) and what is sold (variant), where it is shown (channel, publication), and how it is found.
create schema catalog;

create table catalog.channel (
  id text primary key,                            -- 'web', 'pos', 'marketplace', 'agent', …
  name jsonb not null,
  kind text not null check (kind in ('web', 'pos', 'marketplace', 'social', 'chat', 'phone', 'agent', 'api')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  country text not null check (country ~ '^[A-Z]{2}$'),
  tax_included boolean not null default true,
  trusted boolean not null default false,         -- may bring whole orders with payment taken elsewhere
  status text not null default 'active' check (status in ('active', 'paused'))
);
-- Every shop has these two; more are added in the console or by the demo.
insert into catalog.channel (id, name, kind, currency, country) values
  ('web', '{"es":"Web","en":"Web"}', 'web', 'EUR', 'ES'),
  ('pos', '{"es":"Tienda","en":"Shop"}', 'pos', 'EUR', 'ES');

create table catalog.product (
  id text primary key,
  handle text not null unique check (handle ~ '^[a-z0-9][a-z0-9-]*$'),
  status text not null default 'active' check (status in ('draft', 'active', 'archived')),
  kind text not null default 'physical' check (kind in ('physical', 'digital', 'grouped', 'external')),
  title jsonb not null check (title ? 'es'),      -- {es, en}
  description jsonb not null default '{"es":"","en":""}', -- clean HTML by language
  facts jsonb not null default '{}',              -- {material:{es,en}, care:{…}, fit:{…}, origin:{…}}
  vendor text not null default '',
  product_type text not null default '',
  tags text[] not null default '{}',
  tax_class text not null default 'standard' check (tax_class in ('standard', 'reduced', 'super_reduced', 'zero')),
  options jsonb not null default '[]',            -- [{key:'color'|'size'|…, name:{es,en}, values:[{value, label:{es,en}, swatch}]}]
  members text[] not null default '{}',           -- of a grouped product: product ids it lists
  external_url text,
  source jsonb not null default '{}',             -- where it was imported from and what had no place here
  position int not null default 0,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index product_source on catalog.product ((source ->> 'ref'));
create index product_newest on catalog.product (created_at desc, id desc);

create table catalog.variant (
  id text primary key,
  product_id text not null references catalog.product (id) on delete cascade,
  sku text not null,                              -- unique in any case, see below
  gtin text check (gtin ~ '^[0-9]{8,14}$'),
  option_values text[] not null default '{}',     -- in the order of product.options
  weight_grams int check (weight_grams >= 0),
  stock_tracked boolean not null default true,
  status text not null default 'active' check (status in ('active', 'archived')),
  position int not null default 0,
  source jsonb not null default '{}',
  created_at timestamptz not null default now(),
  unique (product_id, option_values) deferrable initially immediate -- checked after a statement: values may be swapped
);
create unique index variant_gtin on catalog.variant (gtin) where gtin is not null;
create unique index variant_sku_any_case on catalog.variant (upper(sku));
create index variant_options on catalog.variant using gin (option_values);

create table catalog.media (
  id text primary key,
  product_id text not null references catalog.product (id) on delete cascade,
  option_value text,                              -- shown when this colour is chosen; null = always
  alt jsonb not null default '{}',
  picture text,                                   -- file below the media folder, or 'demo:…' drawn on demand
  source_url text,                                -- where it is to be fetched from
  status text not null default 'ready' check (status in ('pending', 'ready', 'failed')),
  error text,
  attempts int not null default 0,
  next_attempt_at timestamptz not null default '-infinity',
  width int, height int, color text,              -- color: placeholder while it loads
  position int not null default 0,
  unique (product_id, source_url)
);
create index media_product on catalog.media (product_id, position);
create index media_pending on catalog.media (next_attempt_at) where status = 'pending';

create table catalog.collection (
  id text primary key,
  handle text not null unique,
  parent_id text references catalog.collection (id),
  title jsonb not null,
  description jsonb not null default '{"es":"","en":""}',
  picture text,
  source jsonb not null default '{}',
  position int not null default 0
);

create table catalog.collection_product (
  collection_id text not null references catalog.collection (id) on delete cascade,
  product_id text not null references catalog.product (id) on delete cascade,
  position int not null default 0,
  primary key (collection_id, product_id)
);
create index collection_product_product on catalog.collection_product (product_id);

create table catalog.publication (
  product_id text not null references catalog.product (id) on delete cascade,
  channel_id text not null references catalog.channel (id),
  primary key (product_id, channel_id)
);

-- Search: one weighted document a product; every word of them beside it, for typing errors. Accents fall before
-- stemming, so that "pantalon" finds "pantalón" and "pantalones".
create text search configuration catalog.es (copy = pg_catalog.spanish);
alter text search configuration catalog.es alter mapping for hword, hword_part, word with public.unaccent, spanish_stem;
create text search configuration catalog.en (copy = pg_catalog.english);
alter text search configuration catalog.en alter mapping for hword, hword_part, word with public.unaccent, english_stem;

create table catalog.search_document (
  product_id text primary key references catalog.product (id) on delete cascade,
  document tsvector not null,                     -- both languages: a query may mix them
  words_es text[] not null,                       -- distinct, lower case, without accents: what it adds to search_word
  words_en text[] not null
);
create index search_document_gin on catalog.search_document using gin (document);

create table catalog.search_word (
  language text not null check (language in ('es', 'en')),
  word text not null,
  products int not null,                          -- in how many documents; 0 stays until the next clean-up
  primary key (language, word)
);
create index search_word_trgm on catalog.search_word using gin (word gin_trgm_ops);
create index search_word_prefix on catalog.search_word (word text_pattern_ops);

-- Raised by every write to products and collections; who caches lists compares it.
create sequence catalog.version_number start 2;
create table catalog.version (singleton boolean primary key default true check (singleton), version bigint not null);
insert into catalog.version values (true, 1);

-- Remembered by processes between requests.
create trigger fact_change after insert or update or delete or truncate on catalog.channel
  for each statement execute function platform.note_fact_change();
create trigger fact_change after insert or update or delete or truncate on catalog.product
  for each statement execute function platform.note_fact_change();
create trigger fact_change after insert or update or delete or truncate on catalog.variant
  for each statement execute function platform.note_fact_change();
create trigger fact_change after insert or update or delete or truncate on catalog.media
  for each statement execute function platform.note_fact_change();
create trigger fact_change after insert or update or delete or truncate on catalog.collection_product
  for each statement execute function platform.note_fact_change();
create trigger fact_change after insert or update or delete or truncate on catalog.publication
  for each statement execute function platform.note_fact_change();
