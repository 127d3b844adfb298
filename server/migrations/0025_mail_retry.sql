-- A mail server that is down for an hour cost every mail of that hour: five attempts were used up within seconds. When the next
-- attempt is due stands in the row, so that attempts are spread over three days and any worker may make them.
alter table platform.mail_message add column next_attempt_at timestamptz;
