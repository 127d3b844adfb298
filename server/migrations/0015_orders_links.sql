-- The token of an order's page is made from HILO_SECRET and the order's id whenever a link is written, and no longer stored: a copy of
-- the database opens nobody's page. Links that were sent before keep working by the hash of their token (0035 writes down those of now).
--
-- Servers of before draw tokens and read the column, so it stays until the upgrade is finished (0036). What they draw is noted by a
-- trigger; orders of newer servers get a token of their own there, which nobody is told unless an older server writes a mail about them.

alter table orders.customer_order
  alter column token set default to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint) || gen_random_uuid();

create table orders.old_order_link (
  token_hash text primary key,                    -- base64url of SHA-256
  order_id text not null references orders.customer_order (id)
);

create function orders.note_old_link() returns trigger language plpgsql as $$
begin
  insert into orders.old_order_link (token_hash, order_id)
  values (translate(rtrim(encode(sha256(convert_to(new.token, 'UTF8')), 'base64'), '='), '+/', '-_'), new.id)
  on conflict do nothing;
  return null;
end $$;
create trigger old_link after insert on orders.customer_order for each row execute function orders.note_old_link();
