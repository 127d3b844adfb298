-- Guesses are counted here, for all server processes together: coupon codes, shared baskets, sign-in, orders by number and mail.
-- Unlogged: counting costs no write-ahead log, and after a crash of the database everybody starts anew, which harms nobody.

create unlogged table platform.caller_limit (
  key text primary key,                           -- hash of what is counted and whose address it is
  used int not null,
  ends_at timestamptz not null                    -- then the count begins anew
);
create index caller_limit_ends on platform.caller_limit (ends_at);
