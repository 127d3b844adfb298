-- Links that were sent before 0015: by the hash of their token from now on. Apart from it, so that nobody waits for its lock meanwhile.
insert into orders.old_order_link (token_hash, order_id)
select translate(rtrim(encode(sha256(convert_to(token, 'UTF8')), 'base64'), '='), '+/', '-_'), id from orders.customer_order
on conflict do nothing;
