-- Every change of a cart wrote an entry into each of its indexes, although few of them had anything new to say.
-- A code is had by the few carts that are just being shared; every other cart stood in its index four times, as nothing.
create unique index cart_code on orders.cart (code) where code is not null;
alter table orders.cart drop constraint cart_code_key;
-- Old carts are put away by when they were opened: that never changes, so an addition touches no index at all (HOT). Of the open ones
-- that are older than sixty days nearly all have lain still, too.
create index cart_opened on orders.cart (created_at) where status = 'open';
drop index orders.cart_age;
-- The few baskets that are open at a place are put in order when they are shown.
create index cart_place on orders.cart (location_id) where status in ('open', 'placing') and location_id is not null;
drop index orders.cart_location;
-- Room on its page for the next version of a cart.
alter table orders.cart set (fillfactor = 80);
