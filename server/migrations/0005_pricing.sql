-- What it costs, here, now, for this channel, and why.
create schema pricing;

create table pricing.tax_rate (
  country text not null,
  region text not null default '',                -- postal prefix with other rules: '35', '38', '51', '52' in Spain
  tax_class text not null,
  rate_bp int not null check (rate_bp between 0 and 10000),
  name text not null,
  valid_from date not null,
  source text not null default '',
  primary key (country, region, tax_class, valid_from)
);
-- Spain: Ley 37/1992, arts. 90 and 91. Canarias (35, 38), Ceuta (51) and Melilla (52) are outside its VAT (art. 3): goods sent
-- there leave as exports, art. 21, and IGIC or IPSI is settled at entry.
insert into pricing.tax_rate (country, region, tax_class, rate_bp, name, valid_from, source) values
  ('ES', '', 'standard', 2100, 'IVA 21 %', '2012-09-01', 'Ley 37/1992 art. 90'),
  ('ES', '', 'reduced', 1000, 'IVA 10 %', '2012-09-01', 'Ley 37/1992 art. 91.Uno'),
  ('ES', '', 'super_reduced', 400, 'IVA 4 %', '2012-09-01', 'Ley 37/1992 art. 91.Dos'),
  ('ES', '', 'zero', 0, 'IVA 0 %', '2012-09-01', '');
insert into pricing.tax_rate (country, region, tax_class, rate_bp, name, valid_from, source)
select 'ES', region, tax_class, 0, 'Exento de IVA (exportación)', '2012-09-01', 'Ley 37/1992 arts. 3 y 21'
  from unnest(array['35', '38', '51', '52']) region, unnest(array['standard', 'reduced', 'super_reduced', 'zero']) tax_class;

create table pricing.price_list (
  id text primary key,
  name text not null,
  channel_id text,                                -- null: every channel without a list of its own
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  tax_included boolean not null default true,
  status text not null default 'active' check (status in ('active', 'paused')),
  -- A channel with prices of its own is a difference between channels: who answers for it, in which words, until when.
  owner text,
  explanation jsonb,
  ends_at timestamptz
);
create unique index price_list_channel on pricing.price_list (coalesce(channel_id, ''), currency) where status = 'active';
insert into pricing.price_list (id, name, channel_id, currency) values ('pli_general', 'General', null, 'EUR');

create table pricing.price (
  price_list_id text not null references pricing.price_list (id),
  variant_id text not null,
  amount_minor bigint not null check (amount_minor >= 0),
  markdown_minor bigint check (markdown_minor >= 0),
  markdown_starts_at timestamptz,
  markdown_ends_at timestamptz,
  prior_minor bigint,                             -- lowest of the 30 days before the markdown, set with it
  primary key (price_list_id, variant_id),
  check (markdown_minor is null or markdown_minor < amount_minor)
);
create index price_variant on pricing.price (variant_id);

-- Append-only. The prior price shown beside a markdown is the lowest of the 30 days before it (Directive 98/6/EC, art. 6a).
create table pricing.price_change (
  id bigint generated always as identity primary key,
  price_list_id text not null,
  variant_id text not null,
  effective_minor bigint not null,
  amount_minor bigint not null,
  markdown_minor bigint,
  markdown_starts_at timestamptz,
  markdown_ends_at timestamptz,
  changed_at timestamptz not null,
  changed_by text not null
);
create index price_change_variant on pricing.price_change (variant_id, price_list_id, changed_at desc);

create table pricing.promotion (
  id text primary key,
  name jsonb not null,
  kind text not null check (kind in ('percentage', 'amount', 'gift', 'delivery_free')),
  value_bp int check (value_bp between 1 and 10000),
  value_minor bigint check (value_minor > 0),
  gift_variant_id text,
  gift_units int check (gift_units > 0),
  channel_ids text[],                             -- null: every channel
  owner text,
  explanation jsonb,                              -- the declared text of a channel-only incentive
  coupon_code text,
  coupon_limit int check (coupon_limit > 0),
  coupon_uses int not null default 0,
  starts_at timestamptz,
  ends_at timestamptz,
  min_subtotal_minor bigint,
  min_units int,
  variant_ids text[], product_ids text[], collection_ids text[],
  combinable boolean not null default false,
  priority int not null default 0,
  status text not null default 'active' check (status in ('draft', 'active', 'paused')),
  version int not null default 1,
  created_at timestamptz not null default now(),
  check (kind <> 'percentage' or value_bp is not null),
  check (kind <> 'amount' or value_minor is not null),
  check (kind <> 'gift' or (gift_variant_id is not null and gift_units is not null)),
  check (coupon_limit is null or coupon_uses <= coupon_limit),
  -- DESIGN law 5: a difference between channels is declared: who owns it, until when, in which words.
  constraint promotion_incentive_declared check (
    channel_ids is null or (owner is not null and explanation is not null and starts_at is not null and ends_at is not null))
);
create unique index promotion_coupon on pricing.promotion (upper(coupon_code)) where coupon_code is not null;

-- Which order used which coupon; a canceled order gives it back.
create table pricing.coupon_redemption (
  order_id text not null,
  promotion_id text not null references pricing.promotion (id),
  coupon_code text not null,
  redeemed_at timestamptz not null,
  released_at timestamptz,
  primary key (order_id, promotion_id)
);
create index coupon_redemption_promotion on pricing.coupon_redemption (promotion_id) where released_at is null;

-- Raised by every write to prices, promotions, taxes; who caches rules compares it.
create table pricing.version (singleton boolean primary key default true check (singleton), version bigint not null);
-- Taken from a sequence, so that a number a rolled-back change used never comes back with other rules behind it.
create sequence pricing.version_number start 2;
insert into pricing.version values (true, 1);
