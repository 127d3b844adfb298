-- A person who is identified at a counter has visited that shop, bought something or not. Several screens may identify them within
-- minutes (the basket, the card, a second till), so the visit that nobody told in words is noted once a day and place. The visit itself
-- is an event and stands in the thread; this table only keeps it from being told twice.
create table customers.visit_day (
  person_id text not null references customers.person (id),
  location_id text not null,
  visited_on date not null,                        -- in the shop's own time zone
  noted_at timestamptz not null,
  primary key (person_id, location_id, visited_on)
);
