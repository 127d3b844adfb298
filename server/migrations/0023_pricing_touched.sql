-- The same for prices.
alter table pricing.price add column touched xid8 not null default '0';
alter table pricing.price alter column touched set default pg_current_xact_id();
create index price_touched on pricing.price (touched);
create trigger touched before update on pricing.price for each row execute function platform.note_touch();
