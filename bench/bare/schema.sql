-- The least that an honest order needs on the same PostgreSQL: stock that cannot go below zero, order, line, payment, event.
create schema bare;
create table bare.sku (id int primary key, price_minor int not null, tax_bp int not null);
create table bare.stock (sku_id int not null, location_id int not null, on_hand int not null, reserved int not null default 0,
  primary key (sku_id, location_id), check (reserved <= on_hand)) with (fillfactor = 60);
create table bare.customer_order (id bigint generated always as identity primary key, email text not null, address jsonb not null,
  total_minor int not null, tax_minor int not null, status text not null, created_at timestamptz not null default now());
create table bare.order_line (order_id bigint not null, line_no int not null, sku_id int not null, location_id int not null, units int not null,
  unit_minor int not null, primary key (order_id, line_no));
create table bare.payment (id bigint generated always as identity primary key, order_id bigint not null, amount_minor int not null, status text not null);
create table bare.outbox (id bigint generated always as identity primary key, topic text not null, payload jsonb not null, created_at timestamptz not null default now());

insert into bare.sku select s, 1000 + (s % 90) * 100 + 99, 2100 from generate_series(0, 3999) s;
insert into bare.stock select s.id, l, 100000000, 0 from bare.sku s, generate_series(1, 5) l;

-- One order, one round trip, one durable commit. Takes the wished location first, then the others; null = sold out.
create function bare.place_order(p_sku int, p_loc int, p_units int, p_email text, p_address jsonb) returns bigint language plpgsql as $$
declare v_loc int; v_price int; v_bp int; v_id bigint; v_total int;
begin
  select price_minor, tax_bp into v_price, v_bp from bare.sku where id = p_sku;
  v_total := v_price * p_units;
  for i in 0..4 loop
    v_loc := (p_loc - 1 + i) % 5 + 1;
    update bare.stock set reserved = reserved + p_units where sku_id = p_sku and location_id = v_loc and on_hand - reserved >= p_units;
    if found then
      insert into bare.customer_order (email, address, total_minor, tax_minor, status)
      values (p_email, p_address, v_total, v_total - round(v_total::numeric * 10000 / (10000 + v_bp)), 'placed') returning id into v_id;
      insert into bare.order_line values (v_id, 1, p_sku, v_loc, p_units, v_price);
      insert into bare.payment (order_id, amount_minor, status) values (v_id, v_total, 'authorized');
      insert into bare.outbox (topic, payload) values ('order.placed', jsonb_build_object('order', v_id, 'sku', p_sku, 'units', p_units, 'location', v_loc));
      return v_id;
    end if;
  end loop;
  return null;
end $$;
