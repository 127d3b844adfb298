-- The machine room: which processes run and how they are, law checks that were asked for and what they found, and backups that were made.
create schema system;

-- Each process writes its row every few seconds, for the screen that shows all of them. It is about now and nothing else: not in the
-- log, empty after a crash, and a process that ended takes its row away.
create unlogged table system.process (
  id text primary key,                            -- machine and port, or machine and pid of a worker
  kind text not null check (kind in ('server', 'worker')),
  version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  report jsonb not null                           -- requests, latency, jobs, memory
);

create table system.check_run (
  id text primary key,
  status text not null check (status in ('queued', 'running', 'done', 'failed')),
  asked_by text,                                  -- staff member; null: of the night
  asked_at timestamptz not null,
  started_at timestamptz,
  leased_until timestamptz,                       -- whoever runs it is alive until then
  finished_at timestamptz,
  done int not null default 0,                    -- checks that are through, of `total`
  total int not null default 0,
  ms int,
  disagreements int,                              -- rows that disagree, over all checks
  checks jsonb,                                   -- what each check found; people's mail addresses and telephones are blotted out
  error text                                      -- why it could not be run to its end
);
create index check_run_newest on system.check_run (asked_at desc, id desc);
create unique index check_run_one_at_a_time on system.check_run ((true)) where status in ('queued', 'running');

create table system.backup (
  id text primary key,
  completed_at timestamptz not null,
  bytes bigint not null,
  target text not null                            -- name of the folder or file, without its path
);
create index backup_newest on system.backup (completed_at desc);
