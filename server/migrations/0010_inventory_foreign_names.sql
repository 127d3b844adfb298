-- What another system calls an article or a place: its stock files name both by numbers of its own, so the number has to be learnt once
-- (from its list of articles, its list of places, or what a person says) before its levels can be read.
create table inventory.foreign_name (
  system text not null,                           -- 'shopify'
  kind text not null check (kind in ('item', 'place')),
  name text not null,
  variant_id text,
  location_id text references inventory.location (id),
  primary key (system, kind, name),
  check ((kind = 'item') = (variant_id is not null) and (kind = 'place') = (location_id is not null))
);
