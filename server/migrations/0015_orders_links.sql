-- The token of an order's page is made from HILO_SECRET and the order's id whenever a link is written, and no longer stored: a copy of
-- the database opens nobody's page. Links that were sent before keep working by the hash of their token.

create table orders.old_order_link (
  token_hash text primary key,                    -- base64url of SHA-256
  order_id text not null references orders.customer_order (id)
);

insert into orders.old_order_link (token_hash, order_id)
select translate(rtrim(encode(sha256(convert_to(token, 'UTF8')), 'base64'), '='), '+/', '-_'), id from orders.customer_order;

alter table orders.customer_order drop column token;
