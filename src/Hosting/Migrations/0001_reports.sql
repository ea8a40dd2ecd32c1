-- What runs, and what it reports. Written by every process, about itself alone.
create schema hosting;

create table hosting.instance (
  id          uuid primary key,
  service     text not null,
  machine     text not null,
  version     text not null,
  started_at  timestamptz not null,
  seen_at     timestamptz not null
);
create index instance_seen on hosting.instance (seen_at);

create table hosting.report (
  instance_id  uuid not null references hosting.instance (id) on delete cascade,
  name         text not null,
  json         text not null,
  at           timestamptz not null,
  primary key (instance_id, name)
);

-- Raised and cleared by the loop that sees the fault. An alarm that comes back is a new row.
create table hosting.alarm (
  id               uuid primary key,
  code             text not null,
  subject          text not null,
  detail           text not null,
  first_at         timestamptz not null,
  last_at          timestamptz not null,
  cleared_at       timestamptz,
  acknowledged_by  text,
  acknowledged_at  timestamptz,
  note             text check (length(note) between 1 and 500)
);
create unique index alarm_active on hosting.alarm (code, subject) where cleared_at is null;
create index alarm_newest on hosting.alarm (first_at desc, id desc);

grant usage on schema hosting to keystone_keeper, keystone_api, keystone_indexer;
grant select, insert, update on all tables in schema hosting to keystone_keeper, keystone_api, keystone_indexer;
grant delete on hosting.instance to keystone_keeper, keystone_api, keystone_indexer;
