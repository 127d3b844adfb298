-- The same work as Hilo's, as one function in Hilo's own tables: what a purchase in three calls, and an order of a trusted channel in
-- one, leave behind, with the same indexes, constraints and triggers. Each state that a cart, an order, a payment, a reservation and a
-- stock row pass through is written as Hilo writes it. Left out is the passing on of events: they are numbered and told to the thread
-- right here, so they need no outbox and no reader's position. same-work.db.test.ts compares both, table by table.
create schema same_work;
-- Far from the numbers that loaded data has in its ids.
create sequence same_work.purchase start 1000000000000000000;

create type same_work.article as (sku text, title jsonb, option_values text[], product_id text, handle text, list_minor bigint,
  unit_minor bigint, rate_bp int, currency text);

-- Goods as sold on a channel: shown there, priced by its own list before the general one, marked down when that is on, and taxed where
-- they go. Refuses where rules hold that this function does not know.
create function same_work.article_of(p_variant text, p_channel text, p_postal text) returns same_work.article language plpgsql as $$
declare a same_work.article;
begin
  if exists (select from pricing.promotion where status = 'active') then
    raise exception 'same_work prices no promotions';
  end if;
  select v.sku, p.title, v.option_values, p.id, p.handle, r.amount_minor,
         case when r.markdown_minor is not null and coalesce(r.markdown_starts_at <= now(), true)
                   and coalesce(now() < r.markdown_ends_at, true) then r.markdown_minor else r.amount_minor end,
         t.rate_bp, c.currency
    into a
    from catalog.variant v
    join catalog.product p on p.id = v.product_id and p.status = 'active'
    join catalog.publication u on u.product_id = p.id and u.channel_id = p_channel
    join catalog.channel c on c.id = u.channel_id and c.status = 'active'
    join lateral (select pr.* from pricing.price pr join pricing.price_list l on l.id = pr.price_list_id
                   where pr.variant_id = v.id and l.status = 'active' and l.currency = c.currency and l.tax_included = c.tax_included
                     and (l.channel_id = c.id or l.channel_id is null) and (l.ends_at is null or l.ends_at > now())
                   order by l.channel_id nulls last limit 1) r on true
    join lateral (select x.rate_bp from pricing.tax_rate x
                   where x.country = c.country and x.tax_class = p.tax_class and x.valid_from <= current_date
                     and starts_with(p_postal, x.region)
                   order by length(x.region) desc, x.valid_from desc limit 1) t on true
   where v.id = p_variant and v.status = 'active';
  return a;
end $$;

-- The tax that a price of so many minor units has in it.
create function same_work.tax_in(p_minor bigint, p_rate_bp int) returns bigint language sql immutable as $$
  select p_minor - round(p_minor::numeric * 10000 / (10000 + p_rate_bp))::bigint $$;

-- 256 bits as they stand in a cookie or a column of hashes: at a random place of its index, as in Hilo.
create function same_work.hash_of(p_text text) returns text language sql immutable as $$
  select rtrim(translate(encode(sha256(p_text::bytea), 'base64'), '+/', '-_'), '=') $$;

-- The next gapless number of an order; whoever has it holds the row until the commit, as in Hilo.
create function same_work.next_number() returns text language plpgsql as $$
declare v_number text;
begin
  insert into platform.counter as c (name, value) values ('order_number', 100001)
  on conflict (name) do update set value = c.value + 1 returning 'H-' || value into v_number;
  return v_number;
end $$;

create function same_work.level_of(l inventory.stock_level) returns jsonb language sql immutable as $$
  select jsonb_build_object('variantId', l.variant_id, 'locationId', l.location_id, 'onHand', l.on_hand, 'allocated', l.allocated,
    'reserved', l.reserved, 'atp', l.on_hand - l.allocated - l.reserved - l.safety_stock) $$;

-- Who bought: the one with this address, or a new person with it and with the device, if one is known.
create function same_work.person_of(p_tail text, p_contact jsonb, p_channel text, p_device text) returns text language plpgsql as $$
declare v_person text;
begin
  select person_id into v_person from customers.identity where kind = 'email' and value = lower(p_contact ->> 'email');
  if v_person is not null then return v_person; end if;
  v_person := 'per_' || p_tail;
  insert into customers.person (id, name, language, source, anonymous, created_at)
  values (v_person, p_contact ->> 'name', 'es', jsonb_build_object('from', p_channel || ' checkout'), false, now());
  insert into customers.identity (kind, value, id, person_id, proof, source, created_at)
  select n.kind, n.value, n.id, v_person, 'claimed', p_channel || ' checkout', now()
    from (values ('email', lower(p_contact ->> 'email'), 'idn_' || p_tail), ('visitor', p_device, 'idn_v' || substr(p_tail, 2)))
         as n (kind, value, id) where n.value is not null;
  return v_person;
end $$;

-- Events with their gapless numbers, and what the thread of the person shows of them.
create function same_work.tell(p_types text[], p_subjects text[], p_persons text[], p_payloads jsonb[]) returns void language plpgsql as $$
declare v_last bigint; v_count int := cardinality(p_types);
begin
  insert into platform.counter as c (name, value) values ('event_seq', v_count)
  on conflict (name) do update set value = c.value + excluded.value returning value into v_last;
  with told as (
    insert into platform.event (seq, type, subject_id, person_id, payload, occurred_at)
    select v_last - v_count + e.at, e.type, e.subject, e.person, e.payload, now()
      from unnest(p_types, p_subjects, p_persons, p_payloads) with ordinality as e (type, subject, person, payload, at)
    returning seq, type, subject_id, person_id, payload)
  insert into customers.thread_entry (person_id, at, seq, kind, channel, subject_id, data)
  select t.person_id, now(), t.seq, k.kind, coalesce(t.payload ->> 'channelId', ''), t.subject_id, t.payload
    from told t
    join (values ('orders.placed', 'order.placed'), ('orders.completed', 'order.completed'), ('payments.captured', 'payment.captured'),
                 ('fulfillment.handed_over', 'pickup.handed_over'), ('fulfillment.promise_made', 'promise.made')) as k (type, kind)
      on k.type = t.type
   where t.person_id is not null;
end $$;

create function same_work.confirm(p_tail text, p_order text, p_number text, p_person text, p_contact jsonb, p_line text, p_total bigint,
  p_reason text) returns void language plpgsql as $$
declare v_name text := split_part(p_contact ->> 'name', ' ', 1);
  v_line text := '1 × ' || p_line;
  v_total text := 'Total: ' || translate(to_char(p_total / 100.0, 'FM999G990D00'), '.,', ',.') || ' €';
  v_link text := 'http://localhost:3000/orders/' || substr(same_work.hash_of(p_order), 1, 32) || substr(p_order, 5);
begin
  insert into platform.mail_message (id, dedupe_key, person_id, to_address, subject, text_body, html_body, language, created_at)
  values ('msg_' || p_tail, 'order_placed:' || p_order, p_person, p_contact ->> 'email', 'Tu pedido ' || p_number,
    format(E'Hola %s: hemos recibido tu pedido %s.\n\n%s\n\n%s\n\nQué pasa ahora: %s\n\nSigue tu pedido, cámbialo o cancélalo aquí:\n\n%s\n\nGracias.',
           v_name, p_number, v_line, v_total, p_reason, v_link),
    format(E'<html lang="es"><body><p>Hola %s: hemos recibido tu pedido %s.</p>\n<p>%s</p>\n<p>%s</p>\n<p>Qué pasa ahora: %s</p>\n'
           '<p>Sigue tu pedido, cámbialo o cancélalo aquí:</p>\n<p><a href="%s">%s</a></p>\n<p>Gracias.</p></body></html>',
           v_name, p_number, v_line, v_total, p_reason, v_link, v_link), 'es', now());
end $$;

-- A shopper's purchase of one unit, delivered, paid by card: cart opened, filled, placed; held, charged, committed. null = sold out.
create function same_work.place_order(p_variant text, p_contact jsonb, p_address jsonb) returns jsonb language plpgsql as $$
declare
  -- One running number makes the ids of one purchase: as long as Hilo's, and rising in time like those.
  v_tail text := lpad(nextval('same_work.purchase')::text, 22, '0');
  v_cart text := 'crt_' || v_tail; v_order text := 'ord_' || v_tail; v_line text := 'lin_' || v_tail;
  v_payment text := 'pay_' || v_tail; v_work text := 'ful_' || v_tail; v_promise text := 'pro_' || v_tail;
  v_token text := same_work.hash_of(gen_random_uuid()::text);
  v_delivery jsonb := jsonb_build_object('kind', 'delivery', 'address', p_address);
  a same_work.article; v_way fulfillment.delivery_option; v_place inventory.location; v_level inventory.stock_level;
  v_held jsonb; v_total bigint; v_tax bigint; v_way_tax bigint; v_due timestamptz; v_reason jsonb; v_said jsonb; v_person text; v_number text;
begin
  -- The first call: a cart with its line, and the token of the device that opens it.
  a := same_work.article_of(p_variant, 'web', p_address ->> 'postalCode');
  if a.sku is null then return null; end if;
  insert into orders.cart (id, channel_id, currency, language, contact, created_at, updated_at)
  values (v_cart, 'web', a.currency, 'es', '{"name": "", "email": "", "phone": ""}', now(), now());
  insert into orders.cart_token (token_hash, cart_id, created_at) values (v_token, v_cart, now());
  insert into orders.cart_line (id, cart_id, variant_id, units, position, created_at)
  values (v_line, v_cart, p_variant, 1, 1, now());
  -- The second: who, and where to.
  update orders.cart set contact = p_contact, delivery = v_delivery, version = version + 1, updated_at = now() where id = v_cart;
  select * into v_way from fulfillment.delivery_option where country = p_address ->> 'country' and currency = a.currency
     and status = 'active' order by price_minor, id limit 1;
  v_total := a.unit_minor + v_way.price_minor;
  v_way_tax := same_work.tax_in(v_way.price_minor, a.rate_bp);
  v_tax := same_work.tax_in(a.unit_minor, a.rate_bp) + v_way_tax;
  -- The third, HOLD: a place that sends and has it, its row locked, checked and moved; a draft, and the payment claimed.
  select s.* into v_level from inventory.stock_level s join inventory.location l on l.id = s.location_id
   where s.variant_id = p_variant and l.ships and l.status = 'active' and s.on_hand - s.allocated - s.reserved - s.safety_stock >= 1
   order by l.position limit 1 for update of s;
  if not found then return null; end if;
  select * into v_place from inventory.location where id = v_level.location_id;
  v_due := same_work.due_at(v_way.days_max, v_place.time_zone);
  v_reason := jsonb_build_object('es', 'Sale de ' || v_place.name || '.', 'en', 'Sent from ' || v_place.name || '.');
  update inventory.stock_level s set reserved = s.reserved + 1
   where s.variant_id = p_variant and s.location_id = v_place.id returning s.* into v_level;
  v_held := same_work.level_of(v_level);
  insert into inventory.reservation (id, holder_id, variant_id, location_id, units, expires_at, created_at)
  values ('res_' || v_tail, v_cart, p_variant, v_place.id, 1, now() + interval '20 minutes', now());
  insert into orders.customer_order (id, cart_id, channel_id, status, payment_status, currency, tax_included, language, contact, delivery,
    subtotal_minor, discount_minor, delivery_minor, tax_minor, total_minor, taxes, delivery_tax, lapses_at, plan, created_at)
  values (v_order, v_cart, 'web', 'draft', 'unpaid', a.currency, true, 'es', p_contact, v_delivery, a.unit_minor, 0, v_way.price_minor,
    v_tax, v_total, jsonb_build_array(jsonb_build_object('rateBp', a.rate_bp, 'netMinor', v_total - v_tax, 'taxMinor', v_tax)),
    jsonb_build_object('rateBp', a.rate_bp, 'taxMinor', v_way_tax), now() + interval '20 minutes',
    jsonb_build_object('groups', jsonb_build_array(jsonb_build_object('kind', 'delivery', 'dueAt', v_due, 'locationId', v_place.id,
        'transferFrom', null, 'lines', jsonb_build_array(jsonb_build_object('units', 1, 'lineId', v_line, 'variantId', p_variant,
        'fromLocationId', v_place.id)))), 'reason', v_reason, 'feasible', true, 'shortages', '[]'::jsonb, 'alternatives', '[]'::jsonb), now());
  perform same_work.write_line(v_line, v_order, p_variant, a);
  update orders.cart set status = 'placing', version = version + 1, updated_at = now() where id = v_cart;
  insert into payments.payment (id, order_id, amount_minor, currency, method, provider, status, leased_until, next_check_at, created_at, updated_at)
  values (v_payment, v_order, v_total, a.currency, 'card_online', 'simulator', 'pending', now() + interval '20 seconds',
    now() + interval '20 seconds', now(), now());
  -- CHARGE: the provider's answer and its notice, both of the captured payment.
  update payments.payment set status = 'captured', captured_minor = amount_minor, provider_ref = 'sim_' || substr(md5(v_tail), 1, 24),
    leased_until = null, next_check_at = null, updated_at = now() where id = v_payment;
  insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, actor_id, at)
  values ('cap_' || v_tail, v_payment, v_order, 'capture', 'card_online', v_total, a.currency, 'provider:simulator', now());
  insert into payments.provider_event (provider, event_id, type, payload, received_at)
  values ('simulator', 'evt_' || substr(md5('e' || v_tail), 1, 24), 'payment.captured',
    jsonb_build_object('type', 'payment.captured', 'data', jsonb_build_object('key', v_payment)), now());
  -- COMMIT: the reservation becomes an allocation.
  update inventory.reservation set status = 'consumed' where id = 'res_' || v_tail;
  update inventory.stock_level s set reserved = s.reserved - 1, allocated = s.allocated + 1
   where s.variant_id = p_variant and s.location_id = v_place.id returning s.* into v_level;
  insert into inventory.allocation (id, order_id, order_line_id, variant_id, location_id, units, created_at)
  values ('alc_' || v_tail, v_order, v_line, p_variant, v_place.id, 1, now());
  v_person := same_work.person_of(v_tail, p_contact, 'web', v_token);
  update orders.cart set status = 'placed', person_id = v_person, updated_at = now() where id = v_cart;
  v_said := same_work.delivered_by(v_due, v_place.time_zone);
  insert into fulfillment.promise (id, kind, person_id, order_id, fulfillment_order_id, location_id, owner, due_at, text, made_at)
  values (v_promise, 'delivered_by', v_person, v_order, v_work, v_place.id, v_place.id, v_due, v_said, now());
  -- The gapless numbers last, since all wait for them.
  v_number := same_work.next_number();
  update orders.customer_order set status = 'placed', number = v_number, person_id = v_person, payment_status = 'paid', placed_at = now(),
    lapses_at = null, plan = null, version = version + 1 where id = v_order;
  insert into fulfillment.fulfillment_order (id, order_id, order_number, person_id, contact, language, address, location_id, kind, status,
    due_at, plan, created_at)
  values (v_work, v_order, v_number, v_person, p_contact, 'es', p_address, v_place.id, 'delivery', 'open', v_due,
    jsonb_build_object('reason', v_reason, 'alternatives', '[]'::jsonb), now());
  insert into fulfillment.fulfillment_line (fulfillment_order_id, order_line_id, variant_id, units) values (v_work, v_line, p_variant, 1);
  perform same_work.confirm(v_tail, v_order, v_number, v_person, p_contact,
    format('%s (%s) · %s €', a.title ->> 'es', a.sku, translate(to_char(a.unit_minor / 100.0, 'FM999G990D00'), '.,', ',.')), v_total, v_reason ->> 'es');
  perform same_work.tell(
    array['orders.cart_opened', 'inventory.level_changed', 'payments.captured', 'customers.person_changed', 'inventory.level_changed',
          'fulfillment.changed', 'fulfillment.promise_made', 'orders.placed'],
    array[v_cart, p_variant, v_order, v_person, p_variant, v_work, v_promise, v_order],
    array[null, null, null, v_person, null, v_person, v_person, v_person],
    array[jsonb_build_object('cartId', v_cart, 'channelId', 'web', 'locationId', null), v_held,
      jsonb_build_object('orderId', v_order, 'paymentId', v_payment, 'amountMinor', v_total, 'currency', a.currency, 'method', 'card_online'),
      jsonb_build_object('personId', v_person), same_work.level_of(v_level),
      jsonb_build_object('fulfillmentOrderId', v_work, 'orderId', v_order, 'locationId', v_place.id, 'kind', 'delivery', 'status', 'open'),
      jsonb_build_object('promiseId', v_promise, 'orderId', v_order, 'kind', 'delivered_by', 'dueAt', v_due, 'locationId', v_place.id, 'text', v_said),
      jsonb_build_object('orderId', v_order, 'number', v_number, 'channelId', 'web', 'locationId', null, 'totalMinor', v_total,
        'currency', a.currency, 'units', 1, 'deliveryKind', 'delivery')]);
  return jsonb_build_object('id', v_order, 'number', v_number, 'totalMinor', v_total);
end $$;

create function same_work.write_line(p_line text, p_order text, p_variant text, a same_work.article) returns void language plpgsql as $$
begin
  insert into orders.order_line (id, order_id, line_no, variant_id, sku, title, option_values, units, unit_minor, list_unit_minor,
    gross_minor, discount_minor, total_minor, tax_rate_bp, tax_minor, discounts, reasons, gift)
  values (p_line, p_order, 1, p_variant, a.sku, a.title, a.option_values, 1, a.unit_minor, a.list_minor, a.unit_minor, 0, a.unit_minor,
    a.rate_bp, same_work.tax_in(a.unit_minor, a.rate_bp), '[]', '[]', false);
end $$;

-- The evening of the last working day of a parcel that leaves on the next one.
create function same_work.due_at(p_days int, p_zone text) returns timestamptz language plpgsql stable as $$
declare v_day date := current_date; v_left int := p_days + 1;
begin
  while v_left > 0 loop
    v_day := v_day + 1;
    if extract(isodow from v_day) < 6 then v_left := v_left - 1; end if;
  end loop;
  return (v_day + time '20:00') at time zone p_zone;
end $$;

create function same_work.delivered_by(p_due timestamptz, p_zone text) returns jsonb language plpgsql stable as $$
declare v_day timestamp := p_due at time zone p_zone;
begin
  return jsonb_build_object('en', to_char(v_day, '"At your door by "FMDay FMDD FMMonth"."'),
    'es', format('En tu casa, como tarde el %s %s de %s.',
      (array['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'])[extract(isodow from v_day)::int],
      extract(day from v_day), (array['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre',
        'noviembre', 'diciembre'])[extract(month from v_day)::int]));
end $$;

-- An order of a trusted channel, one unit taken along at a place, paid there: once per key and per reference. null = sold out.
create function same_work.place_channel_order(p_channel text, p_ref text, p_key text, p_variant text, p_place text, p_contact jsonb)
returns jsonb language plpgsql as $$
declare
  v_tail text := lpad(nextval('same_work.purchase')::text, 22, '0');
  v_order text := 'ord_' || v_tail; v_line text := 'lin_' || v_tail; v_payment text := 'pay_' || v_tail; v_work text := 'ful_' || v_tail;
  v_delivery jsonb := jsonb_build_object('kind', 'carry_out', 'locationId', p_place);
  a same_work.article; v_place inventory.location; v_level inventory.stock_level;
  v_actor text; v_tax bigint; v_person text; v_number text; v_answer jsonb; v_taxes jsonb;
begin
  select id into strict v_actor from staff.api_key where channel_id = p_channel and revoked_at is null order by id limit 1;
  select body into v_answer from platform.idempotency_key where scope = v_actor and key = p_key;
  if found then return v_answer; end if;
  if exists (select from orders.customer_order where channel_id = p_channel and external_ref = p_ref) then
    raise exception 'an order with this reference is there: %', p_ref;
  end if;
  select * into v_place from inventory.location where id = p_place and status = 'active';
  a := same_work.article_of(p_variant, p_channel, v_place.address ->> 'postalCode');
  if a.sku is null then return null; end if;
  v_tax := same_work.tax_in(a.unit_minor, a.rate_bp);
  v_taxes := jsonb_build_array(jsonb_build_object('rateBp', a.rate_bp, 'netMinor', a.unit_minor - v_tax, 'taxMinor', v_tax));
  -- The goods leave at once: row locked, checked, moved, and booked in the ledger.
  select s.* into v_level from inventory.stock_level s where s.variant_id = p_variant and s.location_id = p_place
     and s.on_hand - s.allocated - s.reserved - s.safety_stock >= 1 for update;
  if not found then return null; end if;
  update inventory.stock_level s set on_hand = s.on_hand - 1
   where s.variant_id = p_variant and s.location_id = p_place returning s.* into v_level;
  insert into inventory.allocation (id, order_id, order_line_id, variant_id, location_id, units, status, created_at, closed_at)
  values ('alc_' || v_tail, v_order, v_line, p_variant, p_place, 1, 'shipped', now(), now());
  insert into inventory.stock_movement (id, variant_id, location_id, kind, quantity, reference, actor_id, at)
  values ('mov_' || v_tail, p_variant, p_place, 'sold', -1, v_order, v_actor, now());
  v_person := same_work.person_of(v_tail, p_contact, p_channel, null);
  insert into payments.payment (id, order_id, method, provider, amount_minor, currency, captured_minor, status, created_at, updated_at)
  values (v_payment, v_order, 'elsewhere', p_channel, a.unit_minor, a.currency, a.unit_minor, 'captured', now(), now());
  insert into payments.ledger_entry (id, payment_id, order_id, kind, method, amount_minor, currency, actor_id, at)
  values ('cap_' || v_tail, v_payment, v_order, 'capture', 'elsewhere', a.unit_minor, a.currency, v_actor, now());
  v_number := same_work.next_number();
  insert into orders.customer_order (id, number, channel_id, external_ref, person_id, status, payment_status, currency, tax_included, language,
    contact, delivery, subtotal_minor, discount_minor, delivery_minor, tax_minor, total_minor, taxes, created_at, placed_at, completed_at)
  values (v_order, v_number, p_channel, p_ref, v_person, 'completed', 'paid', a.currency, true, 'es', p_contact, v_delivery, a.unit_minor, 0, 0,
    v_tax, a.unit_minor, v_taxes, now(), now(), now());
  perform same_work.write_line(v_line, v_order, p_variant, a);
  insert into fulfillment.fulfillment_order (id, order_id, order_number, person_id, contact, language, location_id, kind, status,
    handed_over_at, handed_over_by, handed_over_to, due_at, plan, created_at)
  values (v_work, v_order, v_number, v_person, p_contact, 'es', p_place, 'carry_out', 'handed_over', now(), v_actor, '', now(),
    jsonb_build_object('alternatives', '[]'::jsonb, 'reason', jsonb_build_object('es', 'Te lo llevas de ' || v_place.name || '.',
      'en', 'Taken along from ' || v_place.name || '.')), now());
  insert into fulfillment.fulfillment_line (fulfillment_order_id, order_line_id, variant_id, units) values (v_work, v_line, p_variant, 1);
  v_answer := same_work.channel_answer(v_order, a, p_variant, v_line, v_payment, v_work, v_place);
  insert into platform.idempotency_key (scope, key, fingerprint, status, body, created_at)
  values (v_actor, p_key, same_work.hash_of(p_ref || p_variant || p_place || p_contact), 201, v_answer, now());
  perform same_work.tell(
    array['payments.captured', 'customers.person_changed', 'inventory.level_changed', 'fulfillment.changed', 'fulfillment.handed_over',
          'orders.placed', 'orders.completed'],
    array[v_order, v_person, p_variant, v_work, v_work, v_order, v_order],
    array[v_person, v_person, null, v_person, v_person, v_person, v_person],
    array[jsonb_build_object('orderId', v_order, 'paymentId', v_payment, 'amountMinor', a.unit_minor, 'currency', a.currency, 'method', 'elsewhere'),
      jsonb_build_object('personId', v_person), same_work.level_of(v_level),
      jsonb_build_object('fulfillmentOrderId', v_work, 'orderId', v_order, 'locationId', p_place, 'kind', 'carry_out', 'status', 'handed_over'),
      jsonb_build_object('fulfillmentOrderId', v_work, 'orderId', v_order, 'locationId', p_place),
      jsonb_build_object('orderId', v_order, 'number', v_number, 'channelId', p_channel, 'locationId', null, 'totalMinor', a.unit_minor,
        'currency', a.currency, 'units', 1, 'deliveryKind', 'carry_out'),
      jsonb_build_object('orderId', v_order, 'number', v_number)]);
  return v_answer;
end $$;

-- The order as the channel's API answers it and the key keeps it.
create function same_work.channel_answer(p_order text, a same_work.article, p_variant text, p_line text, p_payment text, p_work text,
  p_place inventory.location) returns jsonb language plpgsql as $$
declare o orders.customer_order; v_now jsonb := to_jsonb(now());
begin
  select * into o from orders.customer_order where id = p_order;
  return jsonb_build_object('id', o.id, 'number', o.number, 'token', substr(same_work.hash_of(o.id), 1, 32) || substr(o.id, 5),
      'status', o.status, 'paymentStatus', o.payment_status, 'channelId', o.channel_id, 'externalRef', o.external_ref, 'locationId', null,
      'personId', o.person_id, 'currency', o.currency, 'taxIncluded', true, 'language', o.language, 'contact', o.contact,
      'delivery', o.delivery, 'subtotalMinor', o.subtotal_minor, 'discountMinor', 0, 'deliveryMinor', 0, 'taxMinor', o.tax_minor,
      'totalMinor', o.total_minor, 'taxes', o.taxes, 'couponCodes', '[]'::jsonb, 'note', '', 'receiptNumber', null)
    || jsonb_build_object('paidMinor', o.total_minor, 'refundedMinor', 0, 'dueMinor', 0, 'imported', false, 'createdAt', v_now, 'placedAt', v_now,
      'completedAt', v_now, 'canceledAt', null, 'cancelReason', null, 'returns', '[]'::jsonb, 'promises', '[]'::jsonb,
      'actions', '{"pay": false, "cancel": false, "return": true}'::jsonb)
    || jsonb_build_object('lines', jsonb_build_array(jsonb_build_object('id', p_line, 'lineNo', 1, 'variantId', p_variant, 'productId', a.product_id,
      'handle', a.handle, 'picture', null, 'sku', a.sku, 'title', a.title, 'optionValues', to_jsonb(a.option_values),
      'optionLabels', jsonb_build_array(jsonb_build_object('es', a.option_values[1], 'en', a.option_values[1])), 'units', 1,
      'unitMinor', a.unit_minor, 'listUnitMinor', a.list_minor, 'grossMinor', a.unit_minor, 'discountMinor', 0, 'totalMinor', a.unit_minor,
      'taxRateBp', a.rate_bp, 'taxMinor', o.tax_minor, 'discounts', '[]'::jsonb, 'reasons', '[]'::jsonb, 'gift', false, 'canceledUnits', 0,
      'returnedUnits', 0, 'returnableUnits', 1)))
    || jsonb_build_object('payments', jsonb_build_array(jsonb_build_object('id', p_payment, 'method', 'elsewhere', 'provider', o.channel_id,
      'amountMinor', o.total_minor, 'currency', o.currency, 'status', 'captured', 'capturedMinor', o.total_minor, 'refundedMinor', 0,
      'tenderedMinor', null, 'changeMinor', 0, 'reference', '', 'declineCode', null, 'redirectUrl', null, 'createdAt', v_now,
      'refunds', '[]'::jsonb)))
    || jsonb_build_object('fulfillments', jsonb_build_array(jsonb_build_object('id', p_work, 'kind', 'carry_out', 'status', 'handed_over',
      'locationId', p_place.id, 'locationName', p_place.name, 'dueAt', v_now, 'readyAt', null, 'holdUntil', null, 'pickupCode', null,
      'tracking', null, 'lines', jsonb_build_array(jsonb_build_object('units', 1, 'variantId', p_variant, 'orderLineId', p_line)))));
end $$;
