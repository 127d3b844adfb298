-- What periodic work asks for again and again must not read all that ever happened: found with a million orders behind a shop.
-- Mails to send: looked for twice a second. Those that were sent are the many; those that wait are the few.
create index mail_message_due on platform.mail_message (created_at, id) where status in ('queued', 'held');
