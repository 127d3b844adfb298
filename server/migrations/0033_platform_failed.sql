-- What was given up lately is shown on the system screen, every few seconds while somebody looks: few rows, found without reading all.
create index mail_message_failed on platform.mail_message (created_at) where status = 'failed';
create index webhook_delivery_failed on platform.webhook_delivery (created_at) where status = 'failed';
-- What waits to be sent is counted as often.
create index mail_message_queued on platform.mail_message (created_at) where status = 'queued';
