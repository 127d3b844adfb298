-- Which transaction changed a product last, so that a process that keeps the assortment in memory reads only what changed since it looked.
-- Compared with snapshots, so a change that commits late is never missed. Rows from before are as old as can be. A trigger notes it, so
-- that servers of before note it, too.
create function platform.note_touch() returns trigger language plpgsql as $$
begin
  new.touched := pg_current_xact_id();
  return new;
end $$;

alter table catalog.search_document add column touched xid8 not null default '0';
alter table catalog.search_document alter column touched set default pg_current_xact_id();
create index search_document_touched on catalog.search_document (touched);
create trigger touched before update on catalog.search_document for each row execute function platform.note_touch();
